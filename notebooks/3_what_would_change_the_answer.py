# %% [markdown]
# # 3 · What would change the answer
#
# Notebook 2 put the thread's own runner to the network and got two lists. This one asks of that
# answer what one would ask of a person: why, who says so, how sure are you, what would change your
# mind, what else should I tell you, and what if?
#
# **What this is not.** It has examined nobody, was never checked against patients, and cannot rule
# anything out. Every figure says how likely something would be *if the thread's claims were right*.

# %%
import numpy as np
import pandas as pd

from lumbayes import (
    conflict,
    contributions,
    example,
    explain,
    load,
    next_question,
    next_run,
    plot,
    red_flags,
    sensitivity,
)
from lumbayes.decisions import same_decision_probability, what_if
from lumbayes.explanation import (
    claim_attribution,
    compare_links,
    compare_priors,
    contributions_by_reply,
    remedies,
    summaries,
)
from lumbayes.sensitivity_analysis import (
    most_informative_claims,
    one_way,
    two_way,
    variance_decomposition,
)

plot.in_notebook()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 120
pd.options.display.max_colwidth = 90

# %% [markdown]
# ## The answer
#
# The asker's own case, as in notebook 2. A *mechanism* is what goes on in the back, a *factor* what
# may lie behind it; `contribution` is the probability that it is at work in this pain, `low` to
# `high` nine tenths of what the priors allow.

# %%
base = load()
runner = base.given(**example().findings)
variables, claims = base.variables, {claim.id: claim for claim in base.priors.claims}
label = {v.name: v.label for v in variables.values()}
table = contributions(runner)
print(example().story)
table[["layer", "contribution", "low", "high"]].rename(index=label).head(6)

# %% [markdown]
# The thread points to a muscle strain, and behind it to the core and the hills. The rest of this
# page takes that apart.

# %% [markdown]
# ## Why strain? Finding by finding
#
# Evidence adds up best in steps of the odds. A **deciban** is a tenth of a factor of ten: 10 of
# them make the odds ten times as high, 3 about double them, and 1 is about the smallest step that
# people notice. `explain` starts from the odds before anything is told and adds what each finding
# does to them, in two ways. *As told* adds each finding to those before it, so whoever speaks first
# takes the credit. *Shared* is the mean over all orders in which the same things could have been
# told (the Shapley value). Both arrive at the same total.
#
# The last column names the claims behind each finding: A5-05 is the fifth row of answer 5 in
# `priors/claims.csv`, Q-07 the seventh row of the question.


# %%
def told(finding):
    """A finding as the page words it."""
    name, _, value = finding.partition("=")
    if name not in variables:
        return {"prior": "before anything is told", "total": "all told"}.get(name, name)
    answers = variables[name].answers
    return f"{label[name]}: {answers[value] if value in answers else f'{float(value):g} {variables[name].unit}'}"


why = explain(runner, "muscle_strain").rename(
    index=told, columns={"sequential_db": "as told", "shapley_db": "shared"}
)
why[["as told", "shared"]].assign(claims=why.claims.map(", ".join))


# %%
plot.waterfall(why, "as told", title="As told")

# %%
plot.waterfall(why, "shared", title="Shared")

# %% [markdown]
# As told, *that* it hurt takes nearly all the credit, because it was told first. But when it
# started, how bad it was and how long it lasted all say that it hurt, too; shared, each of the four
# gets about one to two decibans. The short distance speaks a little against a strain: it leaves one
# reason fewer for one.
#
# ### Why strain and not a worn disc? Why the core and not the hills?
#
# What people mean by *why* is often *why this and not that*. Now the odds are those of one cause
# against the other, and whatever speaks for both alike cancels.

# %%
pairs = {
    "strain : disc": explain(runner, "muscle_strain", against="disc_degeneration"),
    "core : hills": explain(runner, "weak_core", against="hills"),
}
(
    pd.DataFrame({pair: found.shapley_db for pair, found in pairs.items()})
    .rename(index=told)
    .round(2)
    + 0.0
)

# %% [markdown]
# That it hurt cancels in both columns. The start of the pain speaks half a deciban for strain over
# a disc, the other three findings a little for the disc; what decides is what was there before,
# nearly four decibans. Between the core and the hills nothing that the runner told decides
# anything: both reach the pain through the same strain. The core is ahead by 0.4 decibans, which
# nobody would notice. In a sentence each:

# %%
print(summaries.speaking(runner, explain(runner, "muscle_strain"), "muscle_strain"))
print(summaries.speaking(runner, pairs["core : hills"], "weak_core", "hills"))
cleared = runner.given(muscle_strain="no")
print(summaries.speaking(cleared, explain(cleared, "weak_core"), "weak_core"))

# %% [markdown]
# The third is made up: had somebody found that there is no strain, no core could be at work by way
# of one. A finding that settles a cause says so; its decibans would be without end.

# %% [markdown]
# ## Who says so? A receipt
#
# Now the claims take the place of the findings. Each is left out and put back in many orders, and a
# link that loses a claim falls back on what the others say, in the end on stated ignorance. What
# each claim brings, on average, is its line on the receipt. The lines add up to the whole distance
# from a model in which nobody said anything.

# %%
bill = claim_attribution(runner, "weak_core")
silent = runner.with_claims([])
for words, case in (("nobody had said anything", silent), ("all claims", runner)):
    p = contributions(case).contribution["weak_core"]
    print(
        f"{words}: at work in {summaries.per_hundred(p)} such pains, {10 * np.log10(p / (1 - p)):.2f} decibans"
    )
print(
    f"the receipt's {len(bill)} lines add up to {bill.shapley_db.sum():.2f}, each ±{bill.error_db.max():.2f} at most"
)
print()
for cause in ("weak_core", "muscle_strain"):
    print(summaries.carried_by(runner, claim_attribution(runner, cause), cause))

# %%
top = bill.head(11)
said = [f"reply {line.reply}" if line.reply else "the asker" for line in top.itertuples()]
called_so = [f"{who}: “{quote}”" for who, quote in zip(said, top.quote)]
plot.pulls(top.shapley_db.set_axis(called_so), title="Weak core: what each claim brings")

# %% [markdown]
# Two answers say *core* outright and carry it most. The three that call the pain muscular come
# next, because in this network the core reaches the pain only through strain. Claims for rival
# causes count against it, each a little: one pain needs only one cause. The asker's own "go away
# within a few minutes" counts against it, too, because tonight the pain did not.

# %% [markdown]
# ## Switch a claim off
#
# `without` is the same case as the thread would have it without one claim or one answer: pooled
# again, exactly.

# %%
cases = {"all": runner, "not A5-09": runner.exclude_claims("A5-09")}
cases |= {f"not reply {number}": runner.exclude_claims(reply=number) for number in range(1, 7)}
shown = [
    "muscle_strain",
    "disc_degeneration",
    "unexplained",
    "weak_core",
    "hills",
    "tight_hamstrings",
]
print(claims["A5-09"])
pd.DataFrame(
    {words: contributions(case).contribution[shown] for words, case in cases.items()}
).rename(index=label).T

# %% [markdown]
# Without that one sentence of answer 5 the hills come first. Without answer 4 the core and the
# hills are level at two digits. Without answer 1 the core even rises: of the three who name it,
# answer 1 does so most mildly, and its rivals lose a voice. Strain stays first whoever is silenced.
# Answer 6 names no cause, so without it nothing changes.

# %% [markdown]
# ## What would it take?
#
# `sensitivity` turns every number of the network, and the reading of every claim, one at a time.
# `value` is what it is now, `low` to `high` its own 90% interval (for a claim: what people mean by
# its words), `at_low` and `at_high` where the core's contribution would be, and `flips_at` the
# value at which another factor, `to`, takes the first place.


# %%
def called(number):
    """A number or claim of the network in words."""
    if number in claims:
        return f"{number} “{claims[number].words}”"
    words = summaries.called(runner, number)
    return words if "→" in number or "=" in number else f"how common: {words}"


turned = sensitivity(runner, "weak_core")
columns = ["value", "low", "high", "at_low", "at_high", "flips_at", "to"]
turned[turned.flips_at.notna()][columns].rename(index=called).replace({"to": label}).head(7)

# %% [markdown]
# One number at a time the whole curve is known exactly: it is a ratio of two straight lines. Thick
# is the number's own 90% interval, the dot is today, the ring where the hills (or, once, unequal
# legs) would come first.

# %%
plot.curves(turned.head(4).rename(index=called).replace({"to": label}))

# %% [markdown]
# And in one sentence each, the claim that comes nearest to changing the first place:

# %%
firm = {cause: sensitivity(runner, cause) for cause in ("weak_core", "muscle_strain")}
for cause, found in firm.items():
    within = found[found.flips_at.between(found.low, found.high)]
    print(summaries.firmness(runner, found, cause))
    print(summaries.footing(runner, found, cause))
    print(
        f"   numbers and claims that would do it alone, within their own interval: {len(within)} of {len(found)}\n"
    )

# %% [markdown]
# So the two first places are not alike. Among mechanisms, no single number within its own interval
# puts anything before strain. Among factors, many do: it is enough that a weak core is a little
# rarer than the 25 in 100 it is given.
#
# One kind of curve has a bend. Of how long the pain stays the asker tells two things, and what is
# left goes to what was not told; once the two fill the whole there is nothing left, and from there
# they share it. `bend` says where, and `one_way` gives the whole curve, exactly.

# %%
bent = turned[turned.bend.notna()]
curve = one_way(runner, "weak_core", bent.index[0], steps=6)
print(bent[["value", "bend"]].rename(index=called))
print(curve.round(4).to_string())

# %% [markdown]
# ### Two at once
#
# How common a weak core is, and how often it strains a back, bring most of the doubt about it.

# %%
rarity, link = "weak_core", "weak_core → muscle_strain"
print(f"of the variance: {turned.variance_share[[rarity, link]].sum():.0%}")
core, hills = (two_way(runner, cause, rarity, link, steps=16) for cause in ("weak_core", "hills"))
plot.plane(
    core, hills, turned, title="Weak core at work: black is today, the box both 90% intervals"
)

# %% [markdown]
# The orange line, where core and hills are level, runs through the box close to today's point.
# Which of the two is first is a matter of how common one takes weak cores to be, and of how one
# reads three sentences.

# %% [markdown]
# ## Whose voice is it?
#
# The case as each answer alone would have it, its claims over ignorance and all else equal. The
# asker's own account of the pain stays in every one. Answer 6 names no cause and has no column.

# %%
opinions = contributions_by_reply(runner)
plot.dots(
    opinions.drop(columns="apart").head(7).rename(index=label),
    title="Each answer alone; grey: all together",
)

# %%
opinions.rename(index=label).head(7)

# %% [markdown]
# Answers 2 and 4 do not say what strain does; alone, they leave it about level with something
# nobody named. Answers 2 and 3 alone would put the hills first among factors, 4 and 5 the core, and
# answer 1, which lists nearly everything in much the same words, the tight hamstrings, because they
# are a little more common. The pooled order of the factors is nobody's own. And strain is likelier
# by all answers than by any alone: each voice that names it crowds out ignorance.

# %%
for cause in ("weak_core", "hills"):
    print(summaries.voiced(runner, opinions, cause))

# %% [markdown]
# ## What is the doubt made of?
#
# `spread` splits the variance of a figure by where it comes from. The third column is another
# runner: the same answers, and *fairly sure* that the runs are hilly.

# %%
ratio = variables.sureness["fairly"]["ratio"]
parts = pd.DataFrame(
    {
        "weak core": variance_decomposition(runner, "weak_core"),
        "muscle strain": variance_decomposition(runner, "muscle_strain"),
        "hills, fairly sure of them": variance_decomposition(
            runner.likelihood(hills=ratio), "hills"
        ),
    }
).sort_values("weak core", ascending=False)
parts.map("{:.0%}".format)

# %% [markdown]
# *Vague* is how far people differ about what a word means, together with the ignorance that every
# link starts from. *Our own judgements* are above all how common a weak core is, which no survey
# was found for. Where a runner is only fairly sure, that can be most of the doubt, and no claim of
# the thread could mend it.

# %%
print(summaries.doubted(runner, variance_decomposition(runner, "weak_core"), "weak_core"))
print(summaries.doubted(runner, variance_decomposition(runner, "hills"), "hills"))

# %% [markdown]
# ## What to ask next, and when to stop
#
# A *bit* is what a toss of a coin tells. `bits` is how much less uncertain the answer to a question
# would leave the list of causes, on average; a home test counts with its error, a plain yes or no
# as certain. `could_flip` is how likely the answer is to put another factor first.

# %%
questions, stays = next_question(runner), same_decision_probability(runner)
print(summaries.ask_next(questions, stays))
questions[["bits", "could_flip", "seconds", "question"]].rename(index=label).head(6)

# %%
plot.worth(questions.rename(index=label))

# %% [markdown]
# Asking more ends when it no longer matters. Suppose the runner holds a front plank for 22 seconds,
# and then says that the runs are flat. The figure is the probability that answering *every*
# question that is left would leave the first factor first, from 1,000 imagined sets of answers (so
# it is good to a few hundredths).

# %%
planked = runner.given(plank_seconds=22)
steps = {"as told": runner, "a plank of 22 s": planked, "and no hills": planked.given(hills="no")}
for words, case in steps.items():
    first = contributions(case).query("layer == 'factor'").index[0]
    print(
        f"{words}: {label[first]} stays first in {summaries.per_hundred(same_decision_probability(case))}"
    )
print(summaries.ask_next(next_question(planked), same_decision_probability(planked)))

# %% [markdown]
# After the plank one can stop: the first place is settled as far as answers can settle it. Whether
# the *thread* is right about weak cores is another matter, and no answer of the runner's can tell.

# %% [markdown]
# ## Which claim to look into next
#
# For whoever keeps the priors: by how much would the figure's variance shrink if one knew to the
# point what the words of one claim mean?

# %%
research = most_informative_claims(runner, "weak_core").head(5)
print(summaries.worth_knowing(runner, research, "weak_core"))
research[["narrows", "words"]].assign(narrows=research.narrows.map("{:.1%}".format))

# %% [markdown]
# Hardly at all, for any of them. It is not single words that make the figure wide: better to find
# out how common a weak core is, and how often one strains a back.

# %% [markdown]
# ## Do the answers fight?
#
# `conflict` compares how likely the findings are together with how likely they would be had they
# nothing to do with each other. Below 0 bits they support one another, above 0 they speak against
# each other. Beside the runner stand two made-up ones: the first calls the core strong and holds a
# plank for 22 seconds; of the second only the pain is known, and that an examination found no
# strain and a scan no worn discs.

# %%
made_up = {
    "the thread's own runner": runner,
    "a strong core, a short plank": runner.given(weak_core="no", plank_seconds=22),
    "neither strain nor worn discs": base.given(
        back_pain="yes", muscle_strain="no", disc_degeneration="no"
    ),
}
for words, case in made_up.items():
    found = conflict(case)
    missing = " or ".join(label[name].lower() for name in found.reconciles.index)
    say = (
        f"They would go together if there were {missing}." if missing else summaries.fighting(found)
    )
    print(f"{words}: {found.bits:+.1f} bits. {say}")

# %% [markdown]
# The first made-up runner has one answer to look at again, and the sentence says which. The second
# need not be mistaken: the answers fit as soon as there is something nobody named.

# %% [markdown]
# ## The next run, and what if
#
# Another question altogether. The pain of this run is a fact and stays one; the *next* run shares
# the runner's factors, as far as this case has taught them, and draws mechanisms and pain afresh.
# `what_if` makes each factor that a runner could change absent in the next run; fixed anatomy is
# left out. `seen` stands beside it as a warning: what one would get by merely *finding* the factor
# absent.

# %%
as_is, strong = next_run(runner)["yes"], next_run(runner, weak_core="no")["yes"]
print(f"P(pain after the next run): {as_is:.3f}, with a strong core {strong:.3f}")
changes = what_if(runner)
print(summaries.changing(runner, changes.loc["weak_core"]))
changes.rename(index=label).map("{:.3f}".format)

# %%
made = changes[["change", "low", "high"]].rename(index=label)
seen = (changes.seen - changes.now).rename(index=label)
seen = pd.DataFrame({"change": seen, "low": seen, "high": seen})
sides = {"made absent, with its 90% interval": made, "merely seen absent": seen}
plot.beside(sides, "change", axis="change of P(pain after the next run)")

# %% [markdown]
# To *find* the core strong says that something else made this pain, and that something is still
# there on the next run; to *make* it strong says nothing of the kind, so it changes more. Each step
# is small because the thread names so many causes of one pain, and the intervals overlap: this is
# an order of suspicion, not of advice.
#
# What of *this* run? That is the but-for of notebook 2, another question with another answer.

# %%
print(
    f"P(this pain would not have come without a weak core, all else as it was): {table.but_for['weak_core']:.3f}"
)
print(summaries.this_time(runner, table.loc["weak_core"]))

# %% [markdown]
# ### What the thread says one might do
#
# The thread's own words beside each factor that can be changed, factors by their names and words in
# the order of the thread. They are quoted and not ranked, and nothing here knows whether any of
# them helps. What it says of drugs, surgery or whom to see is left out.

# %%
for factor in changes.sort_index().index:
    for said in remedies(runner, factor).itertuples():
        print(f"{label[factor]:<27}reply {said.reply}: “{said.quote}”")

# %% [markdown]
# ## The thread and the literature
#
# `load("literature")` is the same network with published figures in place of claims. For links
# these are odds ratios: how many times as high the odds of back pain are with the factor as
# without. A ring is a judgement, for want of a usable figure. For six of them (hills, uneven
# ground, shoes, sitting, a curved spine, the pelvis) the judgement is an odds ratio of 1, give or
# take a factor of two: there the literature is silent, and to lie near nought is no finding.

# %%
literature = load("literature")
both = compare_links(runner, literature)
both = both[both.index.str.contains("→")].rename(index=called)
sides = {"the thread": both["this"], "the literature": both["other"]}
plot.beside(sides, "mean", axis="P(effect | this cause alone), with its 90% interval")

# %%
weaker = (both["other"]["mean"] < both["this"]["mean"]).sum()
apart = (both["other"]["high"] < both["this"]["mean"]).sum()
print(f"the literature's link is the weaker in {weaker} of {len(both)};")
print(f"in {apart} its whole interval lies below the thread's figure;")
measured = both[both["other"]["basis"] == "published"]
less = (measured["other"]["mean"] < measured["this"]["mean"] / 2).sum()
print(
    f"of the {len(measured)} that were measured, {less} are less than half as strong as the thread has them\n"
)
for factor in ("hills", "weak_core", "high_mileage"):
    print(summaries.studied(literature, compare_links(runner, literature), factor, "muscle_strain"))

# %% [markdown]
# This is the most honest picture here. What studies found is weaker than what the thread's words
# claim, mostly by more than half, and for hills, which three of six answers warn of, no figure was
# found at all. The one link that the literature's set has stronger is a matter of words: a strain
# is called one because it hurts.
#
# ### The runner under both

# %%
sides = compare_priors(runner, literature)
order = sides["other"].contribution.sort_values(ascending=False).index
both = {
    name: sides[key].loc[order].rename(index=label)
    for name, key in (("thread", "this"), ("literature", "other"))
}
plot.beside({f"the {name}": table for name, table in both.items()})

# %%
for words, case in (("thread", base), ("literature", literature)):
    print(
        f"P(back pain after a run), nothing known, the {words}: {case.posterior('back_pain')['yes']:.1%}"
    )

# %% [markdown]
# Strain and the core stay first under both, but less stands between them and the next: something
# nobody named nearly doubles, and little or poor stretching comes second among factors, on a figure
# that was read second-hand and is about warming up. Hills fall almost to nought because nobody
# measured them, not because anybody cleared them. And the literature's set, too, expects far more
# pain than surveys count: something nobody named alone is given their share, and every other cause
# comes on top.
#
# ### As much of each as one trusts
#
# `blend` pools the two with one figure of trust: 0 is the thread alone, 1 the literature alone.

# %%
trust = np.linspace(0, 1, 11)
mixed = [contributions(runner.blend(literature, share), draws=8) for share in trust]
shown = [
    "muscle_strain",
    "unexplained",
    "disc_degeneration",
    "weak_core",
    "poor_stretching",
    "hills",
]
curves = pd.DataFrame([found.contribution[shown] for found in mixed], index=trust)
plot.lines(curves.rename(columns=label), axis="trust in the literature")

# %%
for layer in ("mechanism", "factor"):
    print(
        f"first {layer}:",
        ", ".join(sorted({label[found[found.layer == layer].index[0]] for found in mixed})),
    )

# %% [markdown]
# None of these mixtures changes a first place. Hills lose the second place to stretching about
# half-way. A mixture is a case like any other: claims can be left out of the thread's part of it,
# and its doubt be taken apart.
#
# One thing is under no set of numbers at all: the safety questions come before every one of them,
# and are the same.

# %%
half = runner.blend(literature, 1 / 2)
print(summaries.doubted(half, variance_decomposition(half, "weak_core"), "weak_core"))
quieter = contributions(half.exclude_claims("A4-01")).contribution["weak_core"]
print(f"without A4-01 the core is at work in {summaries.per_hundred(quieter)} such pains")
print("the same safety questions under both:", red_flags("literature") == red_flags())

# %% [markdown]
# ## What all this cannot say
#
# * Whether the thread is right. Turning a number shows what hangs on it, not what it is.
# * What happens when everything is turned at once; that is what the intervals in the first table
# are for. * What would help. A factor whose absence changes the next run in this network is one the
# thread suspects, no more. * How a back remembers. The next run draws even a worn disc afresh,
# which hardly comes and goes from run to run.
