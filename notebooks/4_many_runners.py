# %% [markdown]
# # 4 · Many runners
#
# So far one runner stood before the network. Here thousands do: a frame of them is answered at
# once, a file of any length on the way, and then the question is turned round. The thread has told
# us what to believe of runners. What would runners tell us to believe of the thread?
#
# **What this is not.** Every runner here is made up, by the model itself or by a world that
# contradicts it on purpose. That shows that the machinery can learn and can notice that it was
# wrong. It shows nothing of anybody's back, and no row is a diagnosis.

# %%
import tempfile
from pathlib import Path

import pandas as pd

from lumbayes import fit, load, plot, posteriors, score, simulate
from lumbayes.batch import calibration, log_score, sample_parameters

plot.in_notebook()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 120
pd.options.display.max_colwidth = 60

base = load()
variables, priors = base.variables, base.priors
label = {v.name: v.label for v in variables.values()}

# %% [markdown]
# ## A frame in, a frame out
#
# A row is a runner and a column is a question; an empty cell is a question nobody answered, which
# is not a no. The answers come back with the same index, exact to the last digit, and the same as
# `contributions` gives one by one.

# %%
club = pd.DataFrame(
    {
        "back_pain": ["yes", "yes", "yes", "yes"],
        "climb_m_per_km": [45, 3, None, None],
        "plank_seconds": [None, 150, 20, None],
        "flat_feet": [None, None, None, "yes"],
    },
    index=["Ada climbs", "Ben is strong", "Cleo is not", "Dan has flat feet"],
)
answers = posteriors(base, club)["contribution"]
shown = ["muscle_strain", "disc_degeneration", "hills", "weak_core", "over_pronation"]
answers[shown].rename(columns=label)

# %%
plot.dots(answers[shown].rename(columns=label).T, title="What may be at work, runner by runner")

# %% [markdown]
# Whoever climbs has the hills to suspect, and whoever drops out of a plank the core. Flat feet move
# their one link, the foot that rolls in, and little else.
#
# ## A file of any length
#
# `simulate` makes up runners as the network has them. Written to a file, they are scored a piece at
# a time, so memory stays where it is however long the file; a run that is killed goes on where it
# was. In a shell it is `lumbayes score runners.parquet -o answers.parquet`.

# %%
questions = [*(f.name for f in variables.factors), "plank_seconds", "climb_m_per_km", "back_pain"]
runners = simulate(base, 50_000, seed=3, missing=0.4)[questions]
with tempfile.TemporaryDirectory() as folder:
    source, target = Path(folder) / "runners.parquet", Path(folder) / "answers.parquet"
    runners.to_parquet(source)
    rows = score(source, target, base)
    scored = pd.read_parquet(target)
print(
    f"{rows:,} runners, {scored.shape[1]} answers each, {scored.isna().sum().sum()} of them missing"
)

# %% [markdown]
# One thing can be checked at once. These runners come from the very model that answers, so its
# forecasts must come true just as often as it says: of those for whom it says 40 in 100, forty in a
# hundred.

# %%
own = calibration(base, runners, "back_pain")
plot.reliability({"runners of the model's own making": own}, title="Foretold, and come true")

# %%
own[["predicted", "happened", "low", "high", "rows"]]

# %% [markdown]
# That is the least to ask, and it says that the sums are right. It does not say that the thread is.
#
# ## A world in which the thread is wrong
#
# Now a world of another kind. Every number of the network is a distribution; `drawn` takes one
# value from each, and makes a world that the thread's words allow but do not expect. In this one a
# strained muscle hurts about half as often as three answers have it, and the core matters less.

# %%
world = sample_parameters(base, seed=11)
links = [("muscle_strain", "back_pain"), ("weak_core", "muscle_strain"), ("hills", "muscle_strain")]
links += [
    ("over_pronation", "muscle_strain"),
    ("leg_length_difference", "back_pain"),
    ("flat_feet", "over_pronation"),
]
names = [" → ".join(label[name] for name in link) for link in links]
told = {"the thread's mean": [priors[link].mean for link in links]}
pd.DataFrame(
    told | {"this world": [world.network.priors[link].mean for link in links]}, index=names
)

# %% [markdown]
# Six thousand of its runners keep a simple record: their habits and their build, one cell in ten
# left empty, and whether it hurt. Half of them teach, the other half is put away to examine what
# was learnt.

# %%
asked = [*(f.name for f in variables.factors), "back_pain"]
everyone = simulate(world, 6_000, seed=1, missing=0.1)[asked]
cohort, later = everyone.iloc[:3_000], everyone.iloc[3_000:]
cohort.head()

# %% [markdown]
# ## Learning
#
# `learn` goes through the switches: which links must have fired, how often, for these rows to come
# about? Nobody saw a switch, so it is expected, counted, and expected again (the EM algorithm),
# with each claim's own distribution as what was known before. What the rows never test stays as it
# was.

# %%
learnt = fit(base, cohort)
print(learnt)
numbers = (
    learnt.parameters().droplevel("state").loc[[" → ".join(link) for link in links]].set_axis(names)
)
numbers[["prior", "posterior", "low", "high", "expected_trials", "effective_trials", "verdict"]]

# %%
known = pd.DataFrame({"mean": [priors[k].mean for k in links]}, index=names)
known[["low", "high"]] = [priors[k].interval() for k in links]
truth = pd.DataFrame({"mean": [world.network.priors[k].mean for k in links]}, index=names)
truth[["low", "high"]] = truth[["mean", "mean"]].to_numpy()
taught = numbers[["posterior", "low", "high"]].set_axis(["mean", "low", "high"], axis=1)
sets = {"the thread": known, "after 3,000 runners": taught, "this world": truth}
plot.beside(sets, "mean", axis="P(effect | this cause alone)")

# %% [markdown]
# Where rows speak, they outvote the thread: strain and pain move to where this world has them, and
# so do flat feet and the foot that rolls in. Where they hardly speak, the words stay. `thrown`
# counts how often a link was tried; `worth` how much that told, which is far less, because nobody
# saw a strain, only the pain that several things could have made.

# %% [markdown]
# ## Better, and how one knows
#
# The other half of the runners has been seen by nobody. How well does each model foretell their
# pain? The log score is the mean logarithm of the probability that was given to what then happened:
# nought would be clairvoyance, and nothing beats, on average, saying what one believes. The world
# itself is the best there can be.

# %%
models = {"the thread": base, "after 3,000 runners": learnt.case, "this world": world}
scores = pd.Series(
    {name: log_score(model, later, "back_pain") for name, model in models.items()}, name="log score"
)
scores.map("{:.4f}".format).to_frame()

# %%
tables = {name: calibration(model, later, "back_pain") for name, model in list(models.items())[:2]}
plot.reliability(tables, title="The runners nobody had seen")

# %% [markdown]
# The thread's forecasts all lie below the line: it foretold more pain than came, as it does of real
# runners. What was learnt lies on it, within its intervals, and loses next to nothing to the
# world's own knowledge.
#
# ## What the rows say of each claim
#
# A claim is confirmed, contradicted or untested, by what the rows would say of its link had nobody
# spoken.

# %%
claims = learnt.claims()
claims.verdict.value_counts().to_frame()

# %%
told = claims[claims.verdict == "contradicted"]
told[["quote", "prior", "posterior", "low", "high", "conflict"]]

# %% [markdown]
# In this world the strong words are the ones that are wrong: that it is a muscle, that it is the
# core, that hills are to be left alone before all else. Of the core and the hills the milder words
# survive. Nobody should conclude anything of the real thread from that. What can be concluded is
# that, with real rows, the real thread could be held to its words.
#
# ## What this cannot say
#
# * Whether rows are fair. People who fill in forms are not all people, and who hurts may remember
# more hills. * Anything between causes that no row tells apart: two factors that always come
# together share their blame as the   thread would have it. * What does not fit the shape. Learning
# moves the numbers of this network, never its arrows.
