# %% [markdown]
# # 2 · Ask the network
#
# A runner asked the web why their lower back hurts after a run, and six strangers replied. Their
# claims are the priors of this network. Here the asker's own case is entered, one finding at a
# time, and the two lists of causes follow.
#
# **What this is not.** It has examined nobody, was never checked against patients, and cannot rule
# anything out. Every figure says how likely something would be *if the thread's claims were right*.

# %%
import pandas as pd

from lumbayes import contributions, example, load, plot

plot.enable_svg()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 120

# %% [markdown]
# ## A case without findings
#
# `load()` returns a case without findings. Its posteriors are the priors.

# %%
base = load()
label = {v.name: v.label for v in base.variables.values()}
base.posterior("weak_core")

# %% [markdown]
# ## The thread's own runner
#
# `example()` holds what the question itself says, with the claims that each finding was taken from.

# %%
asker = example()
print(asker.story)
pd.DataFrame(
    {
        "finding": asker.findings,
        "taken from": {name: ", ".join(ids) for name, ids in asker.claims.items()},
    }
)

# %% [markdown]
# A case is a value: `given` returns a new one and leaves the old one unchanged. A variable without
# a finding stays unknown, which is not the same as a no.

# %%
runner = base.given(**asker.findings)
table = contributions(runner)
table[table.layer == "mechanism"].drop(columns=["layer", "claims"])

# %%
table[table.layer == "factor"].drop(columns=["layer", "claims"])

# %%
factors = table[table.layer == "factor"].rename(index=label)
plot.contributions(factors, title="What may lie behind it")

# %% [markdown]
# Two lists, because there are two questions. A **mechanism** is what goes on in the back: the
# thread calls muscle strain the major cause. A **factor** is what may lie behind it: three replies
# name the core and three the hills. The intervals hold 90% of what the priors allow. They are wide
# because six strangers are few and their words are vague, and most of them overlap: the order is a
# tendency, not a verdict.

# %% [markdown]
# The same case as a network: nodes with evidence are orange, all others are inferred.

# %%
plot.network(runner)

# %% [markdown]
# ## One finding at a time
#
# The findings entered one after the other. Each column holds the contributions after one more
# finding.

# %%
steps, case = {"only the pain": base.given(back_pain="yes")}, base.given(back_pain="yes")
for name in ("onset", "severity", "duration", "km_per_week"):
    case = case.given(**{name: asker.findings[name]})
    steps[f"+ {name}"] = case
pd.DataFrame({step: contributions(case).contribution for step, case in steps.items()}).loc[
    table.index
]

# %% [markdown]
# Most findings change little. *How* a pain behaves says something about strain only because the
# asker's own pain shaped the profile of strain, and one person's pain has little weight. The
# distance matters more: a mile a few times a week all but rules high mileage out.
#
# Now suppose the asker drops out of a front plank after 22 seconds.

# %%
planked = contributions(runner.given(plank_seconds=22))
both = {"before": table.rename(index=label), "after a plank of 22 s": planked.rename(index=label)}
mechanisms, factors = (
    [label[name] for name in table[table.layer == layer].index] for layer in ("mechanism", "factor")
)
plot.comparison({name: part.loc[mechanisms] for name, part in both.items()}, title="Mechanisms")

# %%
plot.comparison({name: part.loc[factors] for name, part in both.items()}, title="Factors")

# %% [markdown]
# The core rises, strain rises with it, and every other factor behind a strain falls a little: a
# strain that the core explains needs the hills less (explaining away). Legs, pelvis and discs fall
# too, because they compete for the same pain.

# %% [markdown]
# ## Present, contributing, necessary
#
# * `present`: P(it is present).
# * `contribution`: P(it is present *and* some path of fired links leads from it to this pain). The
#   page calls this "at work".
# * `but_for`: P(this pain would not have come without it); nothing else would have caused it.

# %%
hilly = contributions(runner.given(hills="yes", plank_seconds=22))
hilly.loc[["hills", "weak_core", "muscle_strain"], ["present", "contribution", "but_for"]]

# %% [markdown]
# The hills are present for certain, contribute to fewer than half of such pains, and are necessary
# in far fewer: a weak core beside them, or another cause, would often have been enough alone.

# %% [markdown]
# ## Likelihood evidence
#
# A runner who is only fairly sure gives likelihood (virtual) evidence, a ratio instead of a state.
# The ratio of "fairly sure" stands in `priors/variables.toml`.

# %%
ratio = base.variables.sureness["fairly"]["ratio"]
cases = {
    "don't know": runner,
    "fairly sure it is not": runner.likelihood(hills={"no": ratio}),
    "fairly sure it is": runner.likelihood(hills=ratio),
    "sure it is": runner.given(hills="yes"),
}
shown = ["hills", "weak_core", "muscle_strain", "disc_degeneration"]
pd.DataFrame(
    {f"hills: {words}": contributions(case).contribution[shown] for words, case in cases.items()}
).T

# %% [markdown]
# ## Seeing is not doing
#
# To *see* that feet roll inwards makes flat feet more likely. To *make* them roll inwards says
# nothing of the arch: `do` cuts the arrows into the variables that it sets.

# %%
pd.Series(
    {
        "nothing known": base.posterior("flat_feet")["yes"],
        'given(over_pronation="yes")': base.given(over_pronation="yes").posterior("flat_feet")[
            "yes"
        ],
        'do(over_pronation="yes")': base.do(over_pronation="yes").posterior("flat_feet")["yes"],
    },
    name="P(flat feet)",
)

# %% [markdown]
# A question about the *next* run is asked of a case without the pain of this one: `do` on a case
# that holds `back_pain="yes"` only gives that back.

# %%
weak, strong = (base.do(weak_core=state).posterior("back_pain")["yes"] for state in ("yes", "no"))
print(f"P(pain after a run) with a weak core {weak:.2f}, with a strong one {strong:.2f}")

# %% [markdown]
# ## The claims behind a number
#
# Every prior holds the claims behind it.

# %%
link = base.priors["weak_core", "muscle_strain"]
for claim in link.claims:
    print(claim)
low, high = link.interval(0.9)
print(f"\npooled: {link.mean:.2f}, 90% interval {low:.2f} to {high:.2f}; {link.source}")

# %% [markdown]
# One reply lists the core among contributing factors, one says it sounds like it, one says flatly
# that it is so. The pool keeps their disagreement: the interval is wider than that of any of the
# three words alone. A link without a claim stays at ignorance, and says so.

# %%
ignorant = [prior for prior in base.priors.values() if prior.basis == "ignorance"]
names = [prior.key if isinstance(prior.key, str) else " → ".join(prior.key) for prior in ignorant]
pd.Series(names, name="at ignorance")

# %% [markdown]
# ## What the thread's words imply without evidence
#
# Taken at their word, how often would six strangers expect a back to hurt after a run? Beside it,
# what surveys of runners found: 4.5% after a race (Wu et al. 2021), 13.6% at the time of the survey
# (Woolf et al. 2002), 22.6% within a year (Maselli et al. 2021).

# %%
factors = [factor.name for factor in base.variables.factors]
expected = {
    "after a race (Wu 2021)": 0.045,
    "at the survey (Woolf 2002)": 0.136,
    "within a year (Maselli 2021)": 0.226,
    "the thread, every factor ruled out": base.given(**dict.fromkeys(factors, "no")).posterior(
        "back_pain"
    )["yes"],
    "the thread, nothing known": base.posterior("back_pain")["yes"],
}
pd.Series(expected, name="P(lower back pain)").map("{:.1%}".format)

# %%
plot.bar_chart(pd.Series(expected), axis="share of runners, or of runs, with lower back pain")

# %% [markdown]
# The thread gives far more than any survey, and nothing here was tuned to hide it. There are two
# reasons. A word like *can* is read at about 40% in a survey of such words, a list of
# *contributing* factors no higher; pooled with ignorance each link is about a third, and nine
# thirds behind strain and six behind the pain add up. And these are replies to somebody whose back
# hurts: they say what can hurt, not how often it does not. All lists above are given a pain, so the
# base rate of pain matters less there, but read them as orders and not as digits.

# %% [markdown]
# ## What the model cannot say
#
# * Whether the thread is right. Surveys of runners bear out few of its claims, and hills not at
#   all.
# * Anything about a cause that is not named, beyond the share kept for *something nobody named*.
# * That a cause makes a pain milder, shorter or later than it would have been: mechanisms only
#   raise a trait, and the highest of them counts. Only strain has a known profile, and one person's
#   pain gave it: it is evidence for minutes and against days.
# * That two causes need each other. Each link fires independently.
# * What would help. Nothing here ranks a remedy; a factor that contributes need not be the one to
#   change.
