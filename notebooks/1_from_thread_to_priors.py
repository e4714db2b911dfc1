# %% [markdown]
# # 1 · From thread to priors
#
# A runner asked the web why their lower back hurts after a run. Six strangers answered, in the way
# strangers do: one wrote an essay, one had a mother with the same problem, one was sure and one had
# a link. This notebook follows their words on the way to being numbers: a sentence becomes a claim,
# a word a distribution, several voices one link, and silence stays silence.
#
# **What this is not.** Nobody here has examined anybody. The strangers may all be wrong, and none
# of the numbers was checked against patients. They are what one thread says, made exact enough to
# argue with; never a diagnosis.

# %%
import pandas as pd

from lumbayes import load, plot

plot.in_notebook()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 120
pd.options.display.max_colwidth = 80

base = load()
priors, variables = base.priors, base.variables
label = {v.name: v.label for v in variables.values()}

# %% [markdown]
# ## The thread, row by row
#
# Every statement of the thread is one row of `priors/claims.csv`: the exact quote, its place in the
# text, who said it, of which cause and effect, and in which words. Nothing was left out, so there
# are also rows for swimming and for a link to a video; such a row reaches no number, and says why.

# %%
rows = pd.DataFrame(
    [{"answer": claim.answer, "kind": claim.kind, "used": claim.used} for claim in priors.claims]
)
pd.crosstab(rows.answer, rows.used).rename(index={0: "the question"})

# %% [markdown]
# `link` rows say how strongly a cause leads to an effect, `profile` rows what a pain is like,
# `case` rows what the asker told of their own run, and `order` rows only that one thing comes
# before another. The rest (`no`) repeats, advises, or speaks of something else. A claim, whole:

# %%
claim = next(claim for claim in priors.claims if claim.id == "A4-01")
pd.Series(
    {
        name: getattr(claim, name)
        for name in ("quote", "cause", "effect", "words", "reading", "about", "used")
    }
)

# %% [markdown]
# ## From a word to a distribution
#
# How likely is something that "sounds like" it, or that "can" happen? People have been asked such
# things by the thousand, and they disagree, word for word in much the same way. So a word is not
# read as a number but as a whole Beta distribution: where a survey of the very phrase or a close
# one exists, fitted to its answers; where none exists, by a judgement that says it is one.

# %%
words = pd.DataFrame(
    {
        word.name: {
            "mean": word.mean,
            "low": word.interval()[0],
            "high": word.interval()[1],
            "basis": word.basis,
        }
        for word in priors.words.values()
    }
).T.sort_values("mean", ascending=False)
words = words.rename(index=lambda name: name.replace("_", " "))
means = words[["mean", "low", "high"]].astype(float)
plot.beside({"what people mean, and nine tenths of them": means}, "mean", axis="probability")

# %%
words.basis.value_counts().to_frame("readings")

# %% [markdown]
# None of these is narrow. Of two people who say *can*, one may mean one time in ten and the other
# seven. That width is the first and largest honest doubt in the model, and it is carried through to
# every figure.

# %% [markdown]
# ## From voices to a link
#
# Three answers speak of a weak core. One lists it among contributing factors, one says it sounds
# like it, and one, who runs semi-professionally, says it flatly. Each hill below is what people
# mean by those words. The first is what is assumed of any link before anyone speaks, the last what
# all voices come to together.

# %%
plot.ridge(
    base,
    "weak_core",
    "muscle_strain",
    title="A weak core strains a muscle: three voices and one number",
)

# %%
link = priors["weak_core", "muscle_strain"]
for claim in link.claims:
    print(claim)
low, high = link.interval()
print(f"\npooled: {link.mean:.2f}, nine tenths between {low:.2f} and {high:.2f}")
print(link.why)

# %% [markdown]
# The pool is an average, and not a product. Averages keep a quarrel in sight: because the three lie
# far apart, the pooled hill is wide and nearly flat. A product of the three would be narrow and
# sure, as if three people who contradict each other knew more than one. An answer counts once,
# however often it repeats itself, and what was assumed before anyone spoke counts as one voice
# more, so that no single sentence ever becomes a fact.
#
# Compare the hills, which three answers warn of in milder words, and muscle strain, of which three
# answers are sure:

# %%
plot.ridge(base, "hills", "muscle_strain", title="Hills strain a muscle")

# %%
plot.ridge(base, "muscle_strain", "back_pain", title="A strained muscle hurts")

# %% [markdown]
# ## What each link comes to
#
# Every link that somebody spoke of. Most rest on one sentence of one answer, and lie a little above
# what is assumed of any link; three rest on three answers each. The longest interval of all is the
# weak core's, where three people disagree.

# %%
said = {
    key: prior
    for key, prior in priors.items()
    if prior.basis == "claims" and len(prior.counts) == 2
}
table = pd.DataFrame(
    {
        " → ".join(label[name] for name in key): {
            "mean": prior.mean,
            "low": prior.interval()[0],
            "high": prior.interval()[1],
            "answers": len({claim.answer for claim in prior.claims}),
        }
        for key, prior in said.items()
    }
).T.sort_values("mean", ascending=False)
plot.beside({"pooled, with nine tenths": table}, "mean", axis="P(effect | this cause alone)")

# %%
table.rename_axis("link").assign(answers=table.answers.astype(int)).groupby("answers")["mean"].agg(
    ["count", "mean"]
)

# %% [markdown]
# ## Silence
#
# Most of what a network needs nobody ever says. Who would write how common a weak core is among
# runners, when asked why a back hurts? There a figure of a survey stands in where one was found, a
# judgement with its reason where one had to be made, and where there is neither, ignorance: a wide
# distribution that says so. It is never one half, because one half would put a factor first for the
# only reason that nothing is known of it.

# %%
bases = (
    pd.Series([prior.basis for prior in priors.values()], name="numbers").value_counts().to_frame()
)
bases

# %%
factors = pd.DataFrame(
    {
        label[f.name]: {
            "mean": priors[f.name].mean,
            "low": priors[f.name].interval()[0],
            "high": priors[f.name].interval()[1],
        }
        for f in variables.factors
    }
).T
basis = pd.Series({label[f.name]: priors[f.name].basis for f in variables.factors})
plot.beside(
    {"how common it is, and nine tenths": factors.sort_values("mean")},
    "mean",
    axis="share of runners",
)

# %%
basis.to_frame("where from").sort_values("where from")

# %% [markdown]
# ## Where the numbers do not follow the thread
#
# A few claims put one cause before another: "more commonly a foot imbalance". The numbers are
# pooled from other claims, and nobody bends them to fit. So each such order is held beside what
# came out, and the table says where they part:

# %%
orders = pd.DataFrame(priors.orders())
orders["claim"] = [claim.id for claim in orders.claim]
orders.replace({"cause": label, "than": label}).set_index("claim")[
    ["cause", "than", "quantity", "cause_mean", "than_mean", "verdict"]
]

# %% [markdown]
# ## All of it, before anybody has said anything
#
# The same network as a whole, for a runner of whom nothing is known. On the left what may lie
# behind, then what may go on in the back, then the pain and what it is like. A bar is the
# probability that the thing is there, a line as thick as its link is strong. The thread's words
# make one thick line, from strain to pain, and many thin ones.

# %%
plot.network(base)

# %% [markdown]
# Notebook 2 tells this network what one runner said.
#
# ## What these numbers are not
#
# * Not measured. Published figures stand in for how common some things are; how strongly one leads
# to another is what   strangers wrote. `load("literature")` is the set of numbers that studies give
# for the same links. * Not independent. Answer 3 agrees with answer 2 aloud; it still counts as a
# voice of its own. * Not complete. A cause that nobody named has no node; a share is kept for
# *something nobody named*, and that is all.
