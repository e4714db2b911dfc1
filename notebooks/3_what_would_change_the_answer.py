# %% [markdown]
# # 3 · What would change the answer
#
# Notebook 2 entered the thread's own runner into the network and got two lists. This notebook asks
# of that result what one would ask of a person: why, on whose word, how sure, what would change it,
# what to ask next, and what if?
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

plot.enable_svg()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 130
pd.options.display.max_colwidth = 90

# %% [markdown]
# ## The answer
#
# The asker's own case, as in notebook 2. A *mechanism* is what goes on in the back, a *factor* what
# may lie behind it; `contribution` is the probability that a path of fired links leads from it to
# this pain, `low` to `high` its 90% credible interval.

# %%
base = load()
runner = base.given(**example().findings)
variables, claims = base.variables, {claim.id: claim for claim in base.priors.claims}
label = {v.name: v.label for v in variables.values()}
table = contributions(runner)
print(example().story)
table[["layer", "contribution", "low", "high"]].rename(index=label).head(6)

# %% [markdown]
# The thread points to a muscle strain, and next to something it does not name. What lies behind the
# strain is open: the intervals of the factors overlap. The rest of this page takes that apart.

# %% [markdown]
# ## Why strain? Finding by finding
#
# Evidence adds up in log-odds. A **deciban** is a tenth of a factor of ten: 10 of them make the
# odds ten times as high, 3 about double them, and 1 is about the smallest step that people notice.
# `explain` starts from the prior log-odds and adds what each finding does to them, in two ways.
# *Sequential* adds each finding to those before it, so the first one takes the credit. *Shapley* is
# the mean over all orders in which the same findings could have been entered. Both add up to the
# same total.
#
# The last column names the claims behind each finding: A5-05 is the fifth row of reply 5 in
# `priors/claims.csv`, Q-07 the seventh row of the question.


# %%
def in_words(finding):
    """A finding as the page words it."""
    name, _, value = finding.partition("=")
    if name not in variables:
        return {"prior": "before any finding", "total": "total"}.get(name, name)
    answers = variables[name].answers
    if value in answers:
        return f"{label[name]}: {answers[value]}"
    return f"{label[name]}: {float(value):g} {variables[name].unit}"


why = explain(runner, "muscle_strain").rename(
    index=in_words, columns={"sequential_db": "sequential", "shapley_db": "Shapley"}
)
why[["sequential", "Shapley"]].assign(claims=why.claims.map(", ".join))


# %%
plot.waterfall(why, "sequential", title="In sequence")

# %%
plot.waterfall(why, "Shapley", title="Shapley values")

# %% [markdown]
# In sequence, *that* it hurt takes nearly all the credit, because it was entered first. But when it
# started, how bad it was and how long it lasted all imply that it hurt, too; by Shapley value, each
# of the four gets about five decibans. The short distance is weak evidence against a strain: it
# leaves one reason fewer for one.
#
# ### Why strain and not a worn disc? Why the core and not the hills?
#
# What people mean by *why* is often *why this and not that*. Now the odds are those of one cause
# against the other, and evidence for both alike cancels.

# %%
pairs = {
    "strain : disc": explain(runner, "muscle_strain", against="disc_degeneration"),
    "core : hills": explain(runner, "weak_core", against="hills"),
}
(
    pd.DataFrame({pair: table.shapley_db for pair, table in pairs.items()})
    .rename(index=in_words)
    .round(2)
    + 0.0
)

# %% [markdown]
# That it hurt cancels in both columns. The start of the pain adds about one deciban for strain over
# a disc, the other findings next to nothing; what decides is the prior, nine decibans. Between the
# core and the hills no finding of this runner decides anything: both reach the pain through the
# same strain. The core is ahead by 1.5 decibans, hardly more than people notice. In a sentence
# each:

# %%
print(summaries.speaking(runner, explain(runner, "muscle_strain"), "muscle_strain"))
print(summaries.speaking(runner, pairs["core : hills"], "weak_core", "hills"))
cleared = runner.given(muscle_strain="no")
print(summaries.speaking(cleared, explain(cleared, "weak_core"), "weak_core"))

# %% [markdown]
# The third is made up: if an examination had found no strain, no core could contribute by way of
# one. A finding that settles a cause says so; its decibans would be infinite.

# %% [markdown]
# ## On whose word? Claim by claim
#
# Now the claims take the place of the findings. Each is left out and put back in many orders, and a
# link that loses a claim falls back on the other claims, in the end on silence.
# `claim_attribution` gives what each claim adds, on average (its Shapley value). The values add up
# to the whole distance from a model without claims.

# %%
attribution = claim_attribution(runner, "weak_core")
claimless = runner.with_claims([])
for words, case in (("no claims", claimless), ("all claims", runner)):
    p = contributions(case).contribution["weak_core"]
    decibans = 10 * np.log10(p / (1 - p))
    print(f"{words}: at work in {summaries.per_hundred(p)} such pains, {decibans:.2f} decibans")
print(
    f"the {len(attribution)} claims add up to {attribution.shapley_db.sum():.2f}, "
    f"each ±{attribution.error_db.max():.2f} at most"
)
print()
for cause in ("weak_core", "muscle_strain"):
    print(summaries.carried_by(runner, claim_attribution(runner, cause), cause))

# %%
top = attribution.head(11)
authors = [f"reply {claim.reply}" if claim.reply else "the asker" for claim in top.itertuples()]
names = [f"{author}: “{quote}”" for author, quote in zip(authors, top.quote)]
plot.diverging_bars(top.shapley_db.set_axis(names), title="Weak core: what each claim adds")

# %% [markdown]
# The three claims that name the core have the largest share. The three that call the pain muscular
# come next, because in this network the core reaches the pain only through strain. Claims for rival
# causes count against it, each a little: one pain needs only one cause.

# %% [markdown]
# ## Leave a claim out
#
# `exclude_claims` returns the same case as the thread would have it without one claim or one reply:
# pooled again, exactly.

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
# Without that one sentence of reply 5 the core falls to .07, and sitting or hills come first.
# Without reply 1, which names nearly everything, something that nobody named comes before strain;
# strain stays first without any other reply. Reply 6 names no cause, so without it nothing changes.

# %% [markdown]
# ## What would it take?
#
# `sensitivity` varies every parameter of the network, and the reading of every claim, one at a
# time. `value` is what it is now, `low` to `high` its own 90% interval (for a claim: what people
# mean by its words), `at_low` and `at_high` where the core's contribution would be, and `flips_at`
# the value at which another factor, `to`, takes the first place.


# %%
def parameter_label(name):
    """A parameter or claim of the network in words."""
    if name in claims:
        return f"{name} “{claims[name].words}”"
    words = summaries.called(runner, name)
    return words if "→" in name or "=" in name else f"how common: {words}"


parameters = sensitivity(runner, "weak_core")
columns = ["value", "low", "high", "at_low", "at_high", "flips_at", "to"]
parameters[parameters.flips_at.notna()][columns].rename(index=parameter_label).replace(
    {"to": label}
).head(7)

# %% [markdown]
# For one parameter at a time the whole curve is known exactly: it is a ratio of two linear
# functions. The line is thick over the parameter's own 90% interval, the dot is its value now, the
# ring is where another factor would come first.

# %%
plot.sensitivity_functions(parameters.head(4).rename(index=parameter_label).replace({"to": label}))

# %% [markdown]
# And in one sentence each, the claim that comes nearest to changing the first place:

# %%
firm = {cause: sensitivity(runner, cause) for cause in ("weak_core", "muscle_strain")}
for cause, found in firm.items():
    within = found[found.flips_at.between(found.low, found.high)]
    print(summaries.firmness(runner, found, cause))
    print(summaries.footing(runner, found, cause))
    print("   parameters and claims that would do it alone, within their own interval: ", end="")
    print(f"{len(within)} of {len(found)}\n")

# %% [markdown]
# No reading of a single claim takes the first place from strain. Among factors it is enough that
# the words for sitting mean a little more than they are read as.
#
# A claim has no such curve: its words reach a link through the pool, the level and, along a chain,
# several links. `one_way` works it out from the priors at each reading, exactly.

# %%
words_of = "A4-01"
curve = one_way(runner, "weak_core", words_of, steps=6)
print(f"{claims[words_of].author} says “{claims[words_of].words}”, read as:")
print(curve.round(3).to_string())

# %% [markdown]
# ### Two at once
#
# How common a weak core is, and how often it strains a back, bring most of the uncertainty about
# it.

# %%
rarity = "weak_core"
link = "weak_core → muscle_strain"
print(f"of the variance: {parameters.variance_share[[rarity, link]].sum():.0%}")
core, hills = (two_way(runner, cause, rarity, link, steps=16) for cause in ("weak_core", "hills"))
plot.two_way(
    core, hills, parameters, title="Weak core at work: black is now, the box both 90% intervals"
)

# %% [markdown]
# The orange line, where core and hills are level, runs through the box. Which of the two is first
# depends on how common weak cores are taken to be, and on how three sentences are read.

# %% [markdown]
# ## Reply by reply
#
# The case by each reply alone: its claims are pooled with ignorance and all else is equal. The
# asker's own account of the pain stays in every one. Reply 6 names no cause and has no column.

# %%
by_reply = contributions_by_reply(runner)
plot.dot_plot(
    by_reply.drop(columns="apart").head(7).rename(index=label),
    title="Each reply alone; grey: all together",
)

# %%
by_reply.rename(index=label).head(7)

# %% [markdown]
# Alone, most replies leave something that nobody named first, because they name little; reply 1
# leaves strain level with it. Replies 4 and 5 alone put the core first among factors, reply 2 the
# hills, reply 3 stretching, and reply 1 sitting. The pooled order of the factors is that of no
# single reply, and strain is likelier by all replies than by any alone.

# %%
for cause in ("weak_core", "hills"):
    print(summaries.voiced(runner, by_reply, cause))

# %% [markdown]
# ## Where does the uncertainty come from?
#
# `variance_decomposition` splits the variance of a contribution by its source. The third column is
# another runner: the same findings, and *fairly sure* that the runs are hilly.

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
# *Vague* is how far people differ about what a word means, together with the silence that every
# link starts from; *disagree* is how far the replies are apart. *Our own judgements* are above all
# how common a weak core is, which no survey was found for. Where a runner is only fairly sure, that
# can be most of the uncertainty, and no claim of the thread could reduce it.

# %%
print(summaries.doubted(runner, variance_decomposition(runner, "weak_core"), "weak_core"))
print(summaries.doubted(runner, variance_decomposition(runner, "hills"), "hills"))

# %% [markdown]
# ## What to ask next, and when to stop
#
# A toss of a coin has one *bit* of information. `bits` is how much less uncertain the answer to a
# question would leave the list of causes, on average; a home test counts with its error, a plain
# yes or no as certain. `could_flip` is the probability that the answer puts another factor first.

# %%
questions = next_question(runner)
stays = same_decision_probability(runner)
print(summaries.ask_next(questions, stays))
questions[["bits", "could_flip", "seconds", "question"]].rename(index=label).head(6)

# %%
plot.question_bits(questions.rename(index=label))

# %% [markdown]
# Further questions can stop once they no longer matter. Suppose the runner holds a front plank for
# 22 seconds, and then says that the runs are flat. The figure is the probability that answering
# *every* question that is left would leave the first factor first, from 1,000 simulated sets of
# answers (so it is good to a few hundredths).

# %%
planked = runner.given(plank_seconds=22)
steps = {
    "as entered": runner,
    "a plank of 22 s": planked,
    "and no hills": planked.given(hills="no"),
}
for words, case in steps.items():
    first = contributions(case).query("layer == 'factor'").index[0]
    probability = summaries.per_hundred(same_decision_probability(case))
    print(f"{words}: {label[first]} stays first in {probability}")
print(summaries.ask_next(next_question(planked), same_decision_probability(planked)))

# %% [markdown]
# After the plank one can stop: the first place is settled as far as answers can settle it. Whether
# the *thread* is right about weak cores is another matter, and no answer of the runner's can show
# it.

# %% [markdown]
# ## Which claim to study next
#
# For those who maintain the priors: by how much would the variance shrink if it were known exactly
# what the words of one claim mean?

# %%
research = most_informative_claims(runner, "weak_core").head(5)
print(summaries.worth_knowing(runner, research, "weak_core"))
research[["narrows", "words"]].assign(narrows=research.narrows.map("{:.1%}".format))

# %% [markdown]
# Hardly at all, for any of them. It is not single words that make the interval wide: better to find
# out how common a weak core is, and how often one strains a back.

# %% [markdown]
# ## Do the findings conflict?
#
# `conflict` compares how likely the findings are together with how likely they would be if they
# were independent. Below 0 bits they support one another, above 0 they contradict each other.
# Beside the runner stand two made-up ones, of whom less is known: the first calls the core strong
# and holds a plank for 22 seconds; of the second only the pain is known, and that an examination
# found no strain and a scan no worn discs.

# %%
made_up = {
    "the thread's own runner": runner,
    "a strong core, a short plank": base.given(weak_core="no", plank_seconds=22),
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
# need not be mistaken: the findings fit as soon as there is something nobody named.

# %% [markdown]
# ## The next run, and what if
#
# This is another question. The pain of this run is a fact and stays one; the *next* run shares the
# runner's factors and worn discs, with their posterior given this case, and draws all else again.
# How often it hurts starts from the level of somebody who is in pain, not of any run. `what_if`
# makes each factor that a runner could change absent in the next run, by intervention; fixed
# anatomy is left out. `seen` stands beside it as a warning: the result of merely *observing* the
# factor absent.

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
plot.comparison(sides, "change", axis="change of P(pain after the next run)")

# %% [markdown]
# To *observe* the core strong says that something else caused this pain, and that something is
# still there on the next run; to *make* it strong says nothing of the kind, so it changes more.
# Each step is small because the thread names so many causes of one pain, and the intervals overlap:
# this is an order of suspicion, not of advice.
#
# What of *this* run? That is the but-for of notebook 2, a counterfactual and another question.

# %%
but_for = table.but_for["weak_core"]
print(f"P(this pain would not have come without a weak core, all else as it was): {but_for:.3f}")
print(summaries.this_time(runner, table.loc["weak_core"]))

# %% [markdown]
# ### What the thread says one might do
#
# The thread's own words beside each factor that can be changed, factors by their names and words in
# the order of the thread. They are quoted and not ranked, and nothing here says whether any of them
# helps. What the thread says of drugs, surgery or whom to see is left out.

# %%
for factor in changes.sort_index().index:
    for remedy in remedies(runner, factor).itertuples():
        print(f"{label[factor]:<27}reply {remedy.reply}: “{remedy.quote}”")

# %% [markdown]
# ## The thread and the literature
#
# `load("literature")` is the same network with published figures in place of claims. For links
# these are odds ratios: how many times as high the odds of back pain are with the factor as
# without. A ring is a judgement, for want of a usable figure. For six of them (hills, uneven
# ground, shoes, sitting, a curved spine, the pelvis) the judgement is an odds ratio of 1, give or
# take a factor of two: no study was found, and a value near zero is no finding.

# %%
literature = load("literature")
both = compare_links(runner, literature)
both = both[both.index.str.contains("→")].rename(index=parameter_label)
sides = {"the thread": both["this"], "the literature": both["other"]}
plot.comparison(sides, "mean", axis="P(effect | this cause alone), with its 90% interval")

# %%
weaker = (both["other"]["mean"] < both["this"]["mean"]).sum()
apart = (both["other"]["high"] < both["this"]["mean"]).sum()
print(f"the literature's link is the weaker in {weaker} of {len(both)};")
print(f"in {apart} its whole interval lies below the thread's figure;")
measured = both[both["other"]["basis"] == "published"]
less = (measured["other"]["mean"] < measured["this"]["mean"] / 2).sum()
print(f"of the {len(measured)} measured, {less} are less than half as strong as in the thread\n")
for factor in ("hills", "weak_core", "high_mileage"):
    print(summaries.studied(literature, compare_links(runner, literature), factor, "muscle_strain"))

# %% [markdown]
# This is the most honest chart here. Brought to the same level, what studies found is about as
# strong as what the words say, once stronger and once weaker; and for hills, which three of six
# replies warn of, no figure was found at all.
#
# ### The runner under both

# %%
sides = compare_priors(runner, literature)
order = sides["other"].contribution.sort_values(ascending=False).index
both = {
    name: sides[key].loc[order].rename(index=label)
    for name, key in (("thread", "this"), ("literature", "other"))
}
plot.comparison({f"the {name}": table for name, table in both.items()})

# %%
for words, case in (("thread", base), ("literature", literature)):
    p = case.posterior("back_pain")["yes"]
    print(f"P(back pain after a run), no evidence, the {words}: {p:.1%}")

# %% [markdown]
# Strain and the core stay first under both, but less stands between them and the next. Hills fall
# almost to zero because no study measured them, not because one cleared them. Both sets have the
# same level: the thread's strengths are divided to reach it, the literature's intercept is solved.
#
# ### As much of each as one trusts
#
# `blend` pools the two by one number of trust: 0 is the thread alone, 1 the literature alone.

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
plot.line_chart(curves.rename(columns=label), axis="trust in the literature")

# %%
for layer in ("mechanism", "factor"):
    print(
        f"first {layer}:",
        ", ".join(sorted({label[found[found.layer == layer].index[0]] for found in mixed})),
    )

# %% [markdown]
# None of these mixtures changes a first place. A mixture is a case like any other: claims can be
# left out of the thread's part of it, and its variance be decomposed.
#
# The safety questions depend on neither set of numbers: they come before both, and are the same.

# %%
half = runner.blend(literature, 1 / 2)
print(summaries.doubted(half, variance_decomposition(half, "weak_core"), "weak_core"))
quieter = contributions(half.exclude_claims("A4-01")).contribution["weak_core"]
print(f"without A4-01 the core is at work in {summaries.per_hundred(quieter)} such pains")
print("the same safety questions under both:", red_flags("literature") == red_flags())

# %% [markdown]
# ## What all this cannot say
#
# * Whether the thread is right. Varying a parameter shows what depends on it, not what it is.
# * What happens when all parameters vary at once; that is what the intervals in the first table are
#   for.
# * What would help. A factor whose absence changes the next run in this network is one the thread
#   suspects, no more.
# * How a back remembers. A worn disc stays from run to run in this network; a strain is new.
