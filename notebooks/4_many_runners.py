# %% [markdown]
# # 4 · Many runners
#
# So far one runner was entered into the network. Here it is thousands: posteriors for a frame of
# runners at once, for a file of any length, and then the reverse. The thread gave the priors of the
# parameters; what would data on runners make of them?
#
# **What this is not.** Every runner here is simulated, from the model itself or from a variant that
# contradicts it on purpose. That shows that the method can update the parameters and can detect
# that a model is wrong. It shows nothing of anybody's back, and no row is a diagnosis.

# %%
import tempfile
from pathlib import Path

import pandas as pd

from lumbayes import fit, load, plot, posteriors, score, simulate
from lumbayes.batch import calibration, log_score, sample_parameters

plot.enable_svg()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 120
pd.options.display.max_colwidth = 60

base = load()
variables, priors = base.variables, base.priors
label = {v.name: v.label for v in variables.values()}

# %% [markdown]
# ## A frame in, a frame out
#
# A row is a runner and a column is a question; an empty cell is a question without an answer, which
# is not a no. The posteriors come back with the same index, exact, and the same as `contributions`
# gives one by one.

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
plot.dot_plot(answers[shown].rename(columns=label).T, title="What may be at work, runner by runner")

# %% [markdown]
# A runner who climbs has the hills to suspect, and one who drops out of a plank the core. Flat feet
# move their one link, the foot that rolls in, and little else.
#
# ## A file of any length
#
# `simulate` draws runners from the network. Written to a file, they are scored in pieces, so memory
# stays constant however long the file; a run that is interrupted continues where it was. In a shell
# it is `lumbayes score runners.parquet -o answers.parquet`.

# %%
questions = [*(f.name for f in variables.factors), "plank_seconds", "climb_m_per_km", "back_pain"]
runners = simulate(base, 50_000, seed=3, missing=0.4)[questions]
with tempfile.TemporaryDirectory() as folder:
    source, target = Path(folder) / "runners.parquet", Path(folder) / "answers.parquet"
    runners.drop(columns="back_pain").to_parquet(source)
    rows = score(source, target, base)
    scored = pd.read_parquet(target)
print(
    f"{rows:,} runners, {scored.shape[1]} answers each, {scored.isna().sum().sum()} of them missing"
)

# %% [markdown]
# One thing can be checked at once. These runners come from the very model that predicts them, so
# its predictions must be calibrated: of those with a predicted 40 in 100, forty in a hundred have
# pain.

# %%
own = calibration(base, runners, "back_pain")
plot.reliability({"runners simulated from the model": own}, title="Predicted and observed")

# %%
own[["predicted", "happened", "low", "high", "rows"]]

# %% [markdown]
# That is the least to ask, and it says that the computation is right. It does not say that the
# thread is.
#
# ## A world in which the thread is wrong
#
# Every parameter of the network has a distribution; `sample_parameters` draws one value from each,
# which gives a network that the thread's words allow but do not expect. In this one flat feet are
# next to always followed by a foot that rolls in, and fewer runs hurt.

# %%
world = sample_parameters(base, seed=11)
links = [("muscle_strain", "back_pain"), ("weak_core", "muscle_strain"), ("hills", "muscle_strain")]
links += [
    ("over_pronation", "muscle_strain"),
    ("leg_length_difference", "back_pain"),
    ("flat_feet", "over_pronation"),
]
names = [" → ".join(label[name] for name in link) for link in links]
means = {"the thread's mean": [priors[link].mean for link in links]}
pd.DataFrame(
    means | {"this world": [world.network.priors[link].mean for link in links]}, index=names
)

# %% [markdown]
# Six thousand of its runners keep a simple record: their habits and their build, one cell in ten
# left empty, and whether it hurt. Half of them are for fitting, the other half is held out to test
# the result.

# %%
asked = [*(f.name for f in variables.factors), "back_pain"]
everyone = simulate(world, 6_000, seed=1, missing=0.1)[asked]
cohort, later = everyone.iloc[:3_000], everyone.iloc[3_000:]
cohort.head()

# %% [markdown]
# ## Fitting the parameters
#
# `fit` gives the posterior of all parameters, starting from their priors. Where the rows settle all
# trials of a parameter, they are counted. Which links fired is latent, so links are sampled
# together, by Hamiltonian Monte Carlo; `R-hat` near 1 says that its chains agree. A parameter that
# the rows do not test keeps its prior.

# %%
fitted = fit(base, cohort, draws=400)
print(fitted)
numbers = (
    fitted.parameters().droplevel("state").loc[[" → ".join(link) for link in links]].set_axis(names)
)
numbers = numbers.round({"expected_trials": 0, "effective_trials": -1})
numbers[["prior", "posterior", "low", "high", "expected_trials", "effective_trials", "verdict"]]

# %%
known = pd.DataFrame({"mean": [priors[k].mean for k in links]}, index=names)
known[["low", "high"]] = [priors[k].interval() for k in links]
truth = pd.DataFrame({"mean": [world.network.priors[k].mean for k in links]}, index=names)
truth[["low", "high"]] = truth[["mean", "mean"]].to_numpy()
posterior = numbers[["posterior", "low", "high"]].set_axis(["mean", "low", "high"], axis=1)
sets = {"the thread": known, "after 3,000 runners": posterior, "this world": truth}
plot.comparison(
    sets, "mean", title="Links before and after the fit", axis="P(effect | this cause alone)"
)

# %% [markdown]
# Where the rows are informative, they outweigh the thread: flat feet and the foot that rolls in
# move to where this world has them. Where they are not, as for strain and pain, the priors stay.
# `expected_trials` counts how often a link was tried; `effective_trials` how many trials that was
# worth, which is far fewer, because strain is latent and only the pain was observed, which several
# things could have caused.

# %% [markdown]
# ## Is it better?
#
# The other half of the runners was held out. How well does each model predict their pain? The log
# score is the mean logarithm of the probability that was given to what then happened: 0 would be
# certainty, and no forecast scores better on average than the true probabilities. The world itself
# is the best there can be.

# %%
models = {"the thread": base, "after 3,000 runners": fitted.case, "this world": world}
scores = pd.Series(
    {name: log_score(model, later, "back_pain") for name, model in models.items()}, name="log score"
)
scores.map("{:.4f}".format).to_frame()

# %%
tables = {name: calibration(model, later, "back_pain") for name, model in list(models.items())[:2]}
plot.reliability(tables, title="The runners held out")

# %% [markdown]
# The thread predicted more pain than came in each of the ten groups. The fitted model lies nearer
# the line. Little pain comes in this world, so the log scores of all three differ by little.
#
# ## A verdict on each claim
#
# A claim is supported if the rows say that its link exists, contradicted if they say that it does
# not or that it is clearly weaker than the claim's words, untested if they say too little, else not
# contradicted.

# %%
claims = fitted.claims()
claims.verdict.value_counts().to_frame()

# %%
contradicted = claims[claims.verdict == "contradicted"]
contradicted[["quote", "prior", "posterior", "low", "high", "conflict"]]

# %% [markdown]
# In this world most of what the thread says is stronger than what the rows say: of the core, of
# sitting, and of eight causes more. What it says of flat feet and of hills is supported. Nothing
# follows for the real thread. What follows is that, with real rows, the real thread's claims could
# be tested.
#
# ## What this cannot say
#
# * Whether rows are representative. People who fill in forms are not all people, and who hurts may
#   remember more hills.
# * Anything between causes that no row tells apart: two factors that always come together share
#   their contribution as the thread would have it.
# * What does not fit the structure. Fitting changes the parameters of this network, never its
#   arrows.
