# %% [markdown]
# # 2 · Ask the network
#
# A runner asked the web why their lower back hurts after a run, and six strangers replied. How
# strongly a cause acts in this network is pooled from their claims; how common it is comes from
# studies or is a judgement. Here the asker's own case is entered, one finding at a time, and the
# two lists of causes follow.
#
# **What this is not.** It has examined nobody, was never checked against patients, and cannot rule
# anything out. Every figure says how likely something would be *if the thread's claims and the
# other priors were right*.

# %%
import pandas as pd

from lumbayes import contributions, example, load, plot
from lumbayes.explanation import claim_share

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
# name the core and three the hills. The intervals hold 90% of what the priors and the findings
# allow. They are wide because six strangers are few and their words are vague, and most of them
# overlap: the order is a tendency, not a verdict.

# %% [markdown]
# The same case as a network: nodes with evidence are orange, all others are inferred.

# %%
plot.network(runner, title="The network with the findings of this runner")

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
# Most findings change little. *When* this pain starts says something about strain only because the
# asker's own pain shaped the profile of strain, and one person's pain has little weight; where it
# hurts and what makes it worse would say more. The distance matters more: a mile a few times a week
# all but rules high mileage out.
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
# The hills are present for certain and contribute to a quarter of such pains. Where they do, they
# were nearly always necessary: in one run two causes seldom strike at once.

# %% [markdown]
# ## Half sure
#
# A runner who is only fairly sure states a probability: `believe(hills=0.8)` alone makes the hills
# present with 0.8. It enters as likelihood (virtual) evidence, the odds stated over those of the
# base rate. An analyst who knows a likelihood ratio gives that, with `likelihood(hills=4)`.

# %%
cases = {
    "don't know": runner,
    "probably not": runner.believe(hills=0.1),
    "probably": runner.believe(hills=0.8),
    "sure": runner.given(hills="yes"),
}
shown = ["hills", "weak_core", "muscle_strain", "disc_degeneration"]
pd.DataFrame(
    {f"hills: {words}": contributions(case).contribution[shown] for words, case in cases.items()}
).T

# %% [markdown]
# ## A second run of the same body
#
# "Does it hurt after flat runs too?" says more than any trait. Counts of hilly and flat runs that
# hurt are evidence on whether the hills contribute, not on whether they are there.

# %%
hilly = runner.given(hills="yes")
counts = {
    "not compared": hilly,
    "4 of 5 hilly runs, 1 of 5 flat ones": hilly.contrast(hills=(4, 5, 1, 5)),
    "2 of 5 and 2 of 5": hilly.contrast(hills=(2, 5, 2, 5)),
    "no hilly run of 5, 3 of 5 flat ones": hilly.contrast(hills=(0, 5, 3, 5)),
}
pd.Series(
    {words: contributions(case).contribution["hills"] for words, case in counts.items()},
    name="hills contribute",
).to_frame()

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
print(f"P(pain after a run) with a weak core {weak:.3f}, with a strong one {strong:.3f}")

# %% [markdown]
# ## The claims behind a number
#
# A prior that was pooled from claims holds them.

# %%
link = base.priors["weak_core", "muscle_strain"]
for claim in link.claims:
    print(claim)
as_worded = load(base_rate=None).priors["weak_core", "muscle_strain"]
for when, prior in (("as the words have it", as_worded), ("in one run", link)):
    low, high = prior.interval(0.9)
    print(f"{when}: {prior.mean:.3f}, 90% interval {low:.3f} to {high:.3f}; {prior.source}")

# %% [markdown]
# One reply lists the core among contributing factors, one says it sounds like it, one says flatly
# that it is so. The pool keeps their disagreement, and the level turns what the words say into what
# happens in one run (notebook 1). How much of each figure comes from claims at all:

# %%
claim_share(runner).rename(index=label).sort_values("contribution", ascending=False).head(6)

# %% [markdown]
# ## What the model cannot say
#
# * Whether the thread is right. Surveys of runners bear out few of its claims, and hills not at
#   all.
# * Anything about a cause that is not named, beyond the share kept for *something nobody named*.
# * That a cause makes a pain milder, shorter or later than it would have been: a trait describes
#   the pain of one active cause. Most of its rows are judgements (`priors/traits.toml`).
# * That two causes need each other. Each link fires independently.
# * What would help. Nothing here ranks a remedy; a factor that contributes need not be the one to
#   change.
