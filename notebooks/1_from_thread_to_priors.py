# %% [markdown]
# # 1 · From thread to priors
#
# A runner asked the web why their lower back hurts after a run. Six strangers replied, in the way
# strangers do: one wrote an essay, one had a mother with the same problem, one was sure and one had
# a link. This notebook follows their words until they are priors: a sentence becomes a claim, a
# word becomes a distribution, several claims are pooled into one link, and a judgement between two
# published counts says how often a run hurts at all.
#
# **What this is not.** Nobody was examined. The strangers may all be wrong, and none of the numbers
# was checked against patients. They are what one thread says, beside published figures and
# judgements, made exact enough to argue with; never a diagnosis.

# %%
import pandas as pd

from lumbayes import load, plot

plot.enable_svg()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 120
pd.options.display.max_colwidth = 80

base = load()
as_worded = load(base_rate=None)  # strengths as the words give them, before the level
priors, variables = as_worded.priors, as_worded.variables
label = {v.name: v.label for v in variables.values()}

# %% [markdown]
# ## The thread, row by row
#
# Every statement of the thread is one row of `priors/claims.csv`: the exact quote, its position in
# the text, its author, its cause and effect, and its words. Nothing was left out, so there are also
# rows for swimming and for a link to a video; such a row enters no number, and says why. The
# columns of the table are what a claim is used for, the rows are the thread's replies.

# %%
rows = pd.DataFrame(
    [{"reply": claim.answer, "kind": claim.kind, "used": claim.used} for claim in priors.claims]
)
pd.crosstab(rows.reply, rows.used).rename(index={0: "the question"})

# %% [markdown]
# `link` rows say how strongly a cause leads to an effect, `share` rows how much of all pain is a
# mechanism's, `profile` rows what a pain is like,
# `case` rows what the asker says of their own run, and `order` rows only that one thing comes
# before another. The rest (`no`) repeats, advises, or is about something else. One claim in full:

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
# How likely is something that "sounds like" it, or that "can" happen? Surveys have put such
# questions to thousands of people, and their readings of one word differ widely. So a word is read
# as a whole Beta distribution and not as a number: where a survey of this phrase or a close one
# exists, the distribution is fitted to its answers; where none exists, it is a judgement, marked as
# one.

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
plot.comparison(
    {"mean, with its 90% interval": means},
    "mean",
    title="What people take strength words to mean",
    axis="probability",
)

# %%
words.basis.value_counts().to_frame("readings")

# %% [markdown]
# None of these is narrow. Of two people who say *can*, one may mean one time in ten and the other
# seven. That width is a source of uncertainty, and it is propagated to every figure that rests on
# claims.

# %% [markdown]
# ## From claims to a link
#
# Three replies name a weak core. One lists it among contributing factors, one says it sounds like
# it, and one, who runs semi-professionally, says it flatly. The last two speak of this asker, whom
# they have not seen, and only by implication of what a weak core does; so each has half the weight.
# Each density below is what people mean by those words. The first is what is assumed of any link
# without claims, the last is the pool of all four.

# %%
plot.ridgeline(
    as_worded,
    "weak_core",
    "muscle_strain",
    title="A weak core strains a muscle: three claims and one number",
)

# %%
link = priors["weak_core", "muscle_strain"]
for claim in link.claims:
    print(claim)
low, high = link.interval()
print(f"\npooled: {link.mean:.2f}, 90% interval {low:.2f} to {high:.2f}")
print(link.why)

# %% [markdown]
# The pool is an average and not a product: its mean is that of a linear opinion pool. Its spread
# counts how far the replies are apart, but not how far they are from what is assumed without
# claims. Because the three lie far apart, the pooled density is wide. A product of the three would
# be narrow, as if three people who contradict each other knew more than one. A reply counts once,
# however often it repeats itself. What is assumed without claims is near zero with a long tail,
# because most things that are not mentioned have nothing to do with a pain; it weighs as much as
# four replies, so that no single sentence becomes a fact and three replies speak nearly twice as
# strongly as one.
#
# Compare the hills. Three replies warn of them in words that lie close together, and only one has
# half the weight, so the link is stronger:

# %%
plot.ridgeline(as_worded, "hills", "muscle_strain", title="Hills strain a muscle")

# %% [markdown]
# Of the muscle three replies speak in another way: "the major cause", "its a muscle problem". That
# is no strength but a share of all such pains, and what they leave is the share of everything that
# has no name. It is pooled with a published figure: for most back pain no source can be named.

# %%
share = base.priors["unexplained"]
for claim in share.claims:
    print(claim)
print(f"\n{share.why}")

# %% [markdown]
# ## The prior of each link
#
# Every link with at least one claim, as its words give it. Most rest on one reply and lie between
# .09 and .15, where .02 is assumed of any link; two rest on three replies each. A claim speaks of a
# cause and of the pain, end to end, so a link on the way has its strength divided by what follows,
# up to .95 at most: flat feet work only through feet that roll in, and lead to these nearly always.

# %%
claimed = {
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
            "replies": len({claim.answer for claim in prior.claims}),
        }
        for key, prior in claimed.items()
    }
).T.sort_values("mean", ascending=False)
pooled = {"pooled, with its 90% interval": table}
plot.comparison(
    pooled,
    "mean",
    title="Every link that a claim speaks of",
    axis="P(effect | this cause alone)",
)

# %%
table.rename_axis("link").assign(replies=table.replies.astype(int)).groupby("replies")["mean"].agg(
    ["count", "mean"]
)

# %% [markdown]
# ## Numbers without claims
#
# The thread says nothing about most of what a network needs. Who would write how common a weak core
# is among runners, when asked why a back hurts? There the figure of a survey is used where one was
# found, and a judgement with its reason where one had to be made. Each says which. A factor of
# which nothing is known would get one in four on average and not one half, because one half would
# rank it first only because nothing is known of it.

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
plot.comparison(
    {"how common it is, with its 90% interval": factors.sort_values("mean")},
    "mean",
    title="How common each factor is",
    axis="share of runners",
)

# %%
basis.to_frame("where from").sort_values("where from")

# %% [markdown]
# ## Where the numbers do not follow the thread
#
# A few claims put one cause before another: "more commonly a foot imbalance". The numbers are
# pooled from other claims and are not adjusted to agree. So each such order is compared with the
# result, and the table says where they differ:

# %%
orders = pd.DataFrame(priors.orders())
orders["claim"] = [claim.id for claim in orders.claim]
orders.replace({"cause": label, "than": label}).set_index("claim")[
    ["cause", "than", "quantity", "cause_mean", "than_mean", "verdict"]
]

# %% [markdown]
# ## How often a run hurts: what the words imply, what surveys count
#
# Read literally, with every link at the strength of its words and silence at a quarter, the thread
# says that most runs end in pain. Surveys count something else. Both are shown here, because the
# difference is a finding about how people answer questions: they say what *can* hurt somebody whose
# back hurts, and not how often it does not.

# %%
literal = load(base_rate=None, traits=False, doses=False, coding="first")
counted = {
    "the words, read literally": literal.posterior("back_pain")["yes"],
    "the words, silence near zero": as_worded.posterior("back_pain")["yes"],
    "within a year (Maselli et al. 2021)": 0.226,
    "when asked (Woolf et al. 2002)": 0.136,
    "after a race (Wu et al. 2021)": 0.045,
    "after one ordinary run (a judgement)": base.posterior("back_pain")["yes"],
}
pd.Series(counted, name="share in pain").map("{:.1%}".format).to_frame()

# %% [markdown]
# One number reconciles them. The words give relative strengths; how often a run hurts, the last row
# above, gives their level: every hazard −ln(1 − λ) of what fires in a run, links that hold by
# definition aside, is divided by the same T, until P(pain) is that rate. The strengths divided keep
# their order and, while they are small, their proportions.

# %%
print(base.priors.level)
links = ["hills", "weak_core", "high_mileage"]
levels = pd.DataFrame(
    {
        name: {label[cause]: case.priors[cause, "muscle_strain"].mean for cause in links}
        for name, case in (("as worded", as_worded), ("in one run", base))
    }
)
levels.assign(ratio=levels["as worded"] / levels["in one run"]).round(4)

# %% [markdown]
# ## The whole network without evidence
#
# The network for a runner of whom nothing is known. On the left what may lie behind, then what may
# go on in the back, then the pain and what it is like. A bar is the probability that a thing is
# present; a line is as thick as the words make its link. What the pain is like describes it, and
# follows the cause that is active.

# %%
plot.network(base, title="The network before any finding")

# %% [markdown]
# Notebook 2 enters what one runner said.
#
# ## What these numbers are not
#
# * Not measured. Published figures stand in for how common some things are; how strongly one leads
#   to another is what strangers wrote. `load("literature")` is another set of priors, in which 12
#   of 33 figures are those of studies.
# * Not independent. Reply 3 agrees with reply 2 aloud, so it counts half.
# * Not complete. A cause that is not named has no node; a share is kept for *something nobody
#   named*, and that is all.
