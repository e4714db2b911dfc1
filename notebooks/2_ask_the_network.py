# %% [markdown]
# # 2 · Ask the network
#
# Somebody asked the web why their lower back hurts after a run, and six strangers answered. Their
# words are the priors of this network. Here the asker's own case goes in, one answer at a time, and
# the lists of what may be at work move.
#
# **What this is not.** It has examined nobody, was never checked against patients, and cannot rule
# anything out. Every figure says how likely something would be *if the thread's claims were right*.

# %%
import pandas as pd

from lumbayes import contributions, example, load, plot

plot.in_notebook()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 120

# %% [markdown]
# ## A runner who has said nothing
#
# `load()` gives the case of a runner nobody knows anything about. Its posteriors are the priors.

# %%
base = load()
label = {v.name: v.label for v in base.variables.values()}
base.posterior("weak_core")

# %% [markdown]
# ## The thread's own runner
#
# `example()` holds what the question itself tells, with the claims each finding was taken from.

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
# A case is a value: `given` returns a new one and leaves the old one alone. What is left out stays
# unknown, which is not the same as a no.

# %%
runner = base.given(**asker.findings)
table = contributions(runner)
table[table.layer == "mechanism"].drop(columns=["layer", "claims"])

# %%
table[table.layer == "factor"].drop(columns=["layer", "claims"])

# %%
plot.at_work(table[table.layer == "factor"].rename(index=label), title="What may lie behind it")

# %% [markdown]
# Two lists, because they answer two questions. A **mechanism** is what goes on in the back: the
# thread calls muscle strain the major cause. A **factor** is what may lie behind it: three answers
# name the core and three the hills. The intervals hold nine tenths of what the priors allow. They
# are wide because six strangers are few and their words are loose, and most of them overlap: the
# order is a leaning, not a verdict.

# %% [markdown]
# The same case as a picture: what was told is orange, all else is inferred from it.

# %%
plot.network(runner)

# %% [markdown]
# ## One answer at a time
#
# The findings entered one after the other. Each column holds the contribution after one more
# answer.

# %%
steps, case = {"only the pain": base.given(back_pain="yes")}, base.given(back_pain="yes")
for name in ("onset", "severity", "duration", "km_per_week"):
    case = case.given(**{name: asker.findings[name]})
    steps[f"+ {name}"] = case
pd.DataFrame({step: contributions(case).contribution for step, case in steps.items()}).loc[
    table.index
]

# %% [markdown]
# Most answers move little. *How* a pain behaves says something about strain only because the
# asker's own pain shaped what strain looks like, and one person's pain weighs little. The distance
# does more: a mile a few times a week all but rules high mileage out.
#
# Now suppose the asker drops out of a front plank after 22 seconds.

# %%
planked = contributions(runner.given(plank_seconds=22))
both = {"before": table.rename(index=label), "after a plank of 22 s": planked.rename(index=label)}
mechanisms, factors = (
    [label[name] for name in table[table.layer == layer].index] for layer in ("mechanism", "factor")
)
plot.beside({told: found.loc[mechanisms] for told, found in both.items()}, title="Mechanisms")

# %%
plot.beside({told: found.loc[factors] for told, found in both.items()}, title="Factors")

# %% [markdown]
# The core rises, strain rises with it, and every other factor behind a strain sinks a little: a
# strain that the core explains needs the hills less. Legs, pelvis and discs sink too, because the
# pain is one pain.

# %% [markdown]
# ## There, at work, needed
#
# * `present`: it is there.
# * `contribution`: it is there *and* some chain of links from it to this pain fired.
# * `but_for`: without it this pain would not have come; nothing else would have made it.

# %%
hilly = contributions(runner.given(hills="yes", plank_seconds=22))
hilly.loc[["hills", "weak_core", "muscle_strain"], ["present", "contribution", "but_for"]]

# %% [markdown]
# The hills are there for certain, are at work in fewer than half of such pains, and are needed in
# far fewer: a weak core beside them, or something else again, would often have done it alone.

# %% [markdown]
# ## Not quite sure
#
# A leaning is evidence that speaks so many to one. "Fairly sure" has its weight in
# `priors/variables.toml`.

# %%
ratio = base.variables.sureness["fairly"]["ratio"]
cases = {
    "don't know": runner,
    "fairly sure it is not": runner.likelihood(hills=1 / ratio),
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
# nothing of the arch: `do` cuts the arrows into what it sets.

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
# A question about the *next* run is asked of a runner without the pain of this one: `do` on a case
# that holds `back_pain="yes"` only gives that back.

# %%
weak, strong = (base.do(weak_core=state).posterior("back_pain")["yes"] for state in ("yes", "no"))
print(f"P(pain after a run) with a weak core {weak:.2f}, with a strong one {strong:.2f}")

# %% [markdown]
# ## Who said so
#
# Every prior knows the claims behind it.

# %%
link = base.priors["weak_core", "muscle_strain"]
for claim in link.claims:
    print(claim)
low, high = link.interval(0.9)
print(f"\npooled: {link.mean:.2f}, nine tenths between {low:.2f} and {high:.2f}; {link.source}")

# %% [markdown]
# One answer lists the core among contributing factors, one says it sounds like it, one says flatly
# that it is so. The pool keeps their disagreement: the interval is wider than any of the three
# words alone. A link that nobody spoke of stays at ignorance, and says so.

# %%
untold = [prior for prior in base.priors.values() if prior.basis == "ignorance"]
names = [prior.key if isinstance(prior.key, str) else " → ".join(prior.key) for prior in untold]
pd.Series(names, name="nobody says")

# %% [markdown]
# ## What the thread's words imply before anybody says anything
#
# Taken at their word, how often would six strangers expect a back to hurt after a run? Beside it,
# what surveys of runners found: 4.5% after a race (Wu et al. 2021), 13.6% at the time of the survey
# (Woolf et al. 2002), 22.6% within a year (Maselli et al. 2021).

# %%
factors = [factor.name for factor in base.variables.factors]
predicted = {
    "after a race (Wu 2021)": 0.045,
    "at the survey (Woolf 2002)": 0.136,
    "within a year (Maselli 2021)": 0.226,
    "the thread, every factor ruled out": base.given(**dict.fromkeys(factors, "no")).posterior(
        "back_pain"
    )["yes"],
    "the thread, nothing known": base.posterior("back_pain")["yes"],
}
pd.Series(predicted, name="P(lower back pain)").map("{:.1%}".format)

# %%
plot.bars(pd.Series(predicted), axis="share of runners, or of runs, with lower back pain")

# %% [markdown]
# The thread gives far more than any survey, and nothing here was tuned to hide it. Two reasons. A
# word like *can* is read at about 40% in a survey of such words, a list of *contributing* factors
# no higher; pooled with ignorance each link is about a third, and nine thirds behind strain and six
# behind the pain add up. And these are people answering somebody whose back hurts: they say what
# can hurt, not how often it does not. The lists above are all given a pain, so its own share
# matters less there, but read them as orders and not as digits.

# %% [markdown]
# ## What the model cannot say
#
# * Whether the thread is right. Surveys of runners bear out few of its claims, and hills not at
# all. * Anything about a cause nobody named, beyond the share kept for *something nobody named*. *
# That a cause makes a pain milder, shorter or later than it would have been: mechanisms only push,
# and the strongest   push wins. Only strain has a known face, and one person's pain gave it: it
# speaks for minutes and against days. * That two causes need each other. Each link fires by itself.
# * What would help. Nothing here ranks a remedy; a factor that is at work need not be the one to
# change.
