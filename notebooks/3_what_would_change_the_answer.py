# %% [markdown]
# # 3 · What would change the answer
#
# Notebook 2 entered the thread's own runner into the network and got two lists. This notebook asks
# of that result what one would ask of a person: why, on whose word, how sure, what would change it,
# what to ask next, and what if?
#
# **What this is not.** It has examined nobody, was never checked against patients, and cannot rule
# anything out. Every figure says how likely something would be *if the thread's claims and the
# other priors were right*.

# %%
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
from lumbayes.sensitivity_analysis import variance_decomposition

plot.enable_svg()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 130
pd.options.display.max_colwidth = None

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
#
# ## Why strain? Finding by finding
#
# Evidence adds up in log-odds. A **deciban** is a tenth of a factor of ten: 10 of them make the
# odds ten times as high, 3 about double them, and 1 is about the smallest step that people notice.
# `explain` starts from the prior log-odds and adds what each finding does to them: its Shapley
# value, the mean over all orders in which the same findings could have been entered.


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


why = explain(runner, "muscle_strain").rename(index=in_words)
plot.waterfall(why, title="Muscle strain: from the prior to the posterior log-odds")

# %% [markdown]
# When it started, how bad it was and how long it lasted all imply that it hurt, so the four share
# the credit. The short distance is weak evidence against a strain: it leaves one reason fewer.
#
# **Why strain and not a worn disc? Why the core and not the hills?** Now the odds are those of one
# cause against the other, and evidence for both alike cancels.

# %%
pairs = {
    "strain : disc": explain(runner, "muscle_strain", against="disc_degeneration"),
    "core : hills": explain(runner, "weak_core", against="hills"),
}
print(summaries.speaking(runner, explain(runner, "muscle_strain"), "muscle_strain"))
print(summaries.speaking(runner, pairs["core : hills"], "weak_core", "hills"))
columns = {pair: found.shapley_db for pair, found in pairs.items()}
pd.DataFrame(columns).rename(index=in_words).round(2) + 0.0

# %% [markdown]
# That it hurt cancels in both columns. What decides for strain over a disc is the prior. Between
# the core and the hills no finding of this runner decides anything: both reach the pain through the
# same strain, and the core is ahead by hardly more than people notice.
#
# ## On whose word? Claim by claim
#
# Now the claims take the place of the findings. Each is left out and put back in many orders, and a
# link that loses a claim falls back on the other claims, in the end on silence.
# `claim_attribution` gives what each claim adds, on average (its Shapley value).

# %%
attribution = claim_attribution(runner, "weak_core")
for cause in ("weak_core", "muscle_strain"):
    print(summaries.carried_by(runner, claim_attribution(runner, cause), cause))
top = attribution.head(11)
authors = [f"reply {claim.reply}" if claim.reply else "the asker" for claim in top.itertuples()]
names = [f"{author}: “{quote}”" for author, quote in zip(authors, top.quote)]
plot.diverging_bars(top.shapley_db.set_axis(names), title="Weak core: what each claim adds")

# %% [markdown]
# The three claims that name the core have the largest share. When the asker's pain usually comes
# and the claims that call it muscular are next, because in this network the core reaches the pain
# only through strain. Claims for rival causes count against it, each a little: one pain needs only
# one cause.
#
# `exclude_claims` returns the same case as the thread would have it without one claim or one reply:
# pooled again, exactly.

# %%
cases = {"all": runner, "not A5-09": runner.exclude_claims("A5-09")}
cases |= {f"not reply {number}": runner.exclude_claims(reply=number) for number in range(1, 7)}
shown = ["muscle_strain", "disc_degeneration", "unexplained", "weak_core", "hills"]
print(claims["A5-09"])
without = {words: contributions(case).contribution[shown] for words, case in cases.items()}
pd.DataFrame(without).rename(index=label).T

# %% [markdown]
# Without that one sentence of reply 5 the core falls to .07. Without reply 1, which names nearly
# everything, something that nobody named comes before strain; strain stays first without any other
# reply. Reply 6 names no cause, so without it nothing changes.
#
# ## What would it take?
#
# `sensitivity` varies every parameter of the network, and the reading of every claim, one at a
# time. `value` is what it is now, `low` to `high` its own 90% interval (for a claim: what people
# mean by its words), and `flips_at` the value at which another factor, `to`, takes the first place.


# %%
def parameter_label(name):
    """A parameter or claim of the network in words."""
    if name in claims:
        return f"{name} “{claims[name].words}”"
    words = summaries.called(runner, name)
    return words if "→" in name or "=" in name else f"how common: {words}"


parameters = sensitivity(runner, "weak_core")
for cause in ("weak_core", "muscle_strain"):
    print(summaries.firmness(runner, sensitivity(runner, cause), cause))
columns = ["value", "low", "high", "flips_at", "to"]
flips = parameters[parameters.flips_at.notna()][columns].rename(index=parameter_label)
flips.replace({"to": label}).head(7)

# %% [markdown]
# No reading of a single claim takes the first place from strain. Among factors it is enough that
# the words for sitting mean a little more than they are read as.
#
# For one parameter at a time the whole curve is known exactly: it is a ratio of two linear
# functions. The line is thick over the parameter's own 90% interval, the dot is its value now, the
# ring is where another factor would come first.

# %%
two = ["weak_core", "weak_core → muscle_strain"]
print(f"of the variance, by two parameters: {parameters.variance_share[two].sum():.0%}")
curves = parameters.head(4).rename(index=parameter_label).replace({"to": label})
plot.sensitivity_functions(curves, title="Weak core: its contribution along four parameters")

# %% [markdown]
# How common a weak core is, and how often it strains a back, bring four fifths of the uncertainty
# about it. Which factor is first depends on how common weak cores are taken to be, and on how three
# sentences are read.
#
# ## Reply by reply
#
# The case by each reply alone: its claims are pooled with ignorance and all else is equal. The
# asker's own account of the pain stays in every one. Reply 6 names no cause and has no column.

# %%
by_reply = contributions_by_reply(runner)
for cause in ("weak_core", "hills"):
    print(summaries.voiced(runner, by_reply, cause))
plot.dot_plot(
    by_reply.drop(columns="apart").head(7).rename(index=label),
    title="Each reply alone; grey: all together",
)

# %% [markdown]
# Alone, each reply leaves something that nobody named first, because silence and the published
# share of unnamed pain then weigh more. The pooled order of the factors is that of no single reply,
# and strain is likelier by all replies than by any alone.
#
# ## Where does the uncertainty come from?
#
# `variance_decomposition` splits the variance of a contribution by its source. The third column is
# another runner: the same findings, and *fairly sure* that the runs are hilly.

# %%
fairly_hilly = runner.likelihood(hills=variables.sureness["fairly"]["ratio"])
parts = {
    "weak core": variance_decomposition(runner, "weak_core"),
    "muscle strain": variance_decomposition(runner, "muscle_strain"),
    "hills, fairly sure of them": variance_decomposition(fairly_hilly, "hills"),
}
print(summaries.doubted(runner, parts["weak core"], "weak_core"))
pd.DataFrame(parts).sort_values("weak core", ascending=False).map("{:.0%}".format)

# %% [markdown]
# *Vague* is how far people differ about what a word means, together with the silence that every
# link starts from; *disagree* is how far the replies are apart. *Our own judgements* are above all
# how common a weak core is, which no survey was found for. Where a runner is only fairly sure, that
# can be most of the uncertainty, and no claim of the thread could reduce it.
#
# ## What to ask next, and when to stop
#
# A toss of a coin has one *bit* of information. `bits` is how much less uncertain the answer to a
# question would leave the list of causes, on average; a home test counts with its error, a plain
# yes or no as certain. `could_flip` is the probability that the answer puts another factor first.

# %%
questions = next_question(runner)
print(summaries.ask_next(questions, same_decision_probability(runner)))
questions[["bits", "could_flip", "seconds", "question"]].rename(index=label).head(6)

# %%
plot.question_bits(questions.rename(index=label), title="What each question would tell")

# %% [markdown]
# Further questions can stop once they no longer matter. Suppose the runner holds a front plank for
# 22 seconds, and then says that the runs are flat. The figure is the probability that answering
# *every* question that is left, measurements and comparisons of runs aside, would leave the first
# factor first. It is from 1,000 simulated sets of answers (so it is good to a few hundredths).

# %%
planked = runner.given(plank_seconds=22)
steps = {"as entered": runner, "a plank of 22 s": planked}
steps["and no hills"] = planked.given(hills="no")
for words, case in steps.items():
    first = contributions(case).query("layer == 'factor'").index[0]
    probability = summaries.per_hundred(same_decision_probability(case))
    print(f"{words}: {label[first]} stays first in {probability}")

# %% [markdown]
# After the plank one can stop: the first place is settled as far as answers can settle it. Whether
# the *thread* is right about weak cores is another matter, and no answer of the runner's can show
# it.
#
# ## Do the findings conflict?
#
# `conflict` compares how likely the findings are together with how likely they would be if they
# were independent. Below 0 bits they support one another, above 0 they contradict each other.
# Beside the runner stand two made-up ones, of whom less is known.

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
    print(f"{words}: {found.bits:+.1f} bits. {summaries.fighting(found)}")

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
print(summaries.this_time(runner, table.loc["weak_core"]))
changes = what_if(runner)
made = changes[["change", "low", "high"]].rename(index=label)
seen = (changes.seen - changes.now).rename(index=label)
seen = pd.DataFrame({"change": seen, "low": seen, "high": seen})
sides = {"made absent, with its 90% interval": made, "merely seen absent": seen}
plot.comparison(
    sides,
    "change",
    title="The next run without one factor",
    axis="change of P(pain after the next run)",
)

# %% [markdown]
# To *observe* the core strong says that something else caused this pain, and that something is
# still there on the next run; to *make* it strong says nothing of the kind, so it changes more.
# Each step is small because the thread names so many causes of one pain, and the intervals overlap:
# this is an order of suspicion, not of advice.
#
# **What the thread says one might do.** Its own words beside each factor that can be changed, by
# name and in the order of the thread. They are quoted and not ranked, and nothing here says whether
# any of them helps. What the thread says of drugs, surgery or whom to see is left out.

# %%
for factor in changes.sort_index().index:
    for remedy in remedies(runner, factor).itertuples():
        print(f"{label[factor]:<27}reply {remedy.reply}: “{remedy.quote}”")

# %% [markdown]
# ## The thread and the literature
#
# `load("literature")` is the same network with priors from studies and without claims: 12 of its 33
# figures are published. For links these are odds ratios: how many times as high the odds of back
# pain are with the factor as without. A ring is a judgement, for want of a usable figure: no study
# was found, and a value near zero is no finding. Links that hold by their meaning, and the one from
# flat feet, are left out: they are far stronger than all others.

# %%
literature = load("literature")
both = compare_links(runner, literature)
print(summaries.studied(literature, both, "weak_core", "muscle_strain"))
print(summaries.studied(literature, both, "hills", "muscle_strain"))
links = both[both.index.str.contains("→") & (both["this", "mean"] < 1 / 2)]
links = links.rename(index=parameter_label)
plot.comparison(
    {"the thread": links["this"], "the literature": links["other"]},
    "mean",
    title="How strong each link is, by words and by studies",
    axis="P(effect | this cause alone), with its 90% interval",
)

# %% [markdown]
# This is the most honest chart here. Brought to the same level, each of the five links for which a
# published odds ratio is used is 1.3 to 4.3 times as strong as the words make it; and for hills,
# which three of six replies warn of, no figure was found at all. The runner under both:

# %%
sides = compare_priors(runner, literature)
order = sides["other"].contribution.sort_values(ascending=False).index
under = {"the thread": "this", "the literature": "other"}
tables = {name: sides[key].loc[order].rename(index=label) for name, key in under.items()}
plot.comparison(tables, title="The runner by the thread and by the literature")

# %% [markdown]
# Strain and the core stay first under both, but less stands between them and the next. Hills fall
# almost to zero because no study measured them, not because one cleared them. `blend` pools the two
# by one number of trust ([docs/priors.md](../docs/priors.md)).
#
# ## What all this cannot say
#
# * Whether the thread is right. Varying a parameter shows what depends on it, not what it is.
# * What happens when all parameters vary at once; that is what the intervals in the first table are
#   for.
# * What would help. A factor whose absence changes the next run in this network is one the thread
#   suspects, no more.
# * How a back remembers. A worn disc stays from run to run in this network; a strain is new.
