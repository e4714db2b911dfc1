# %% [markdown]
# # 5 · A diary
#
# One run tells little. Whoever runs up a hill and hurts cannot know whether it was the hill: it is
# the same back, the same shoes and the same long day on a chair. But a runner runs again. The body
# stays, the ground changes, and sooner or later the runs begin to contradict some suspects and not
# others. This notebook keeps thirty runs of one runner.
#
# **What this is not.** The runner is made up, and so is every run. A diary is no trial: the runner
# chooses the hills, and may choose them on good days. Nobody is examined, nothing can be ruled out,
# and none of it is a diagnosis.

# %%
import pandas as pd

from lumbayes import Diary, contributions, load, next_run, plot, read_runs
from lumbayes.activities import run_findings
from lumbayes.explanation import summaries

plot.in_notebook()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 120
pd.options.display.max_colwidth = 60

base = load()
label = {v.name: v.label for v in base.variables.values()}

# %% [markdown]
# ## Where runs come from
#
# A watch's file is enough for the ground: `read_runs` takes GPX, TCX, FIT and Strava's list, and
# gives a row a run. A noisy track climbs even on the flat, so the climb is not a sum of its steps;
# how it was told stands beside it, with its error where there is one. No position is kept.

# %%
watch = read_runs(["../tests/support/runs/hill.gpx", "../tests/support/runs/later.fit"])
watch[["date", "km", "climb_m_per_km", "climb_error", "climb_method"]]

# %%
run_findings(watch)

# %% [markdown]
# What no watch knows is whether it hurt. That is the runner's part: one word after each run, on the
# good days too.
#
# ## Thirty runs
#
# Somebody with a strong core runs every third day, now over hills and now along a river.

# %%
HILLY = "h.h..hh..h.h..h.h..h.h.h..h..h"
HURTS = "h.h..hh....hh.h.h..h.h.h..h..h"
runs = pd.DataFrame(
    {
        "date": pd.date_range("2026-03-01", periods=len(HILLY), freq="3D"),
        "climb_m_per_km": [
            38 + day % 9 if ground == "h" else 2 + day % 4 for day, ground in enumerate(HILLY)
        ],
        "km_per_week": [18 + day % 5 for day in range(len(HILLY))],
        "back_pain": ["yes" if pain == "h" else "no" for pain in HURTS],
    }
)
plot.runs(runs, "back_pain", {"climb_m_per_km": "climb, m a km"})

# %% [markdown]
# Anybody can see it: the high marks hurt and the low ones do not, with two exceptions. What a
# picture cannot say is how sure one may be after five runs, or after thirty, or what else could
# make such a picture. For that the runs go into a `Diary`, together with what is known of the body
# once and for all.

# %%
body = base.given(plank_seconds=110)
diary = Diary(body, runs)
print(diary)
diary.contributions().head(6)[
    ["layer", "present", "contribution", "low", "high", "but_for"]
].rename(index=label)

# %% [markdown]
# This is about the last run that hurt, like the lists of notebook 2, but told by all thirty. Beside
# it, the same run without its past:

# %%
last = runs.iloc[-1]
alone = body.given(
    back_pain="yes", climb_m_per_km=float(last.climb_m_per_km), km_per_week=float(last.km_per_week)
)
single, whole = contributions(alone).rename(index=label), diary.contributions().rename(index=label)
order = whole[whole.layer == "factor"].index[:7]
plot.beside(
    {"this run alone": single.loc[order], "with all thirty": whole.loc[order]},
    title="Behind the last pain",
)

# %% [markdown]
# From one run the hills are one suspect among many. From thirty they are nearly the only one left
# among the factors. Nothing was added but contrast: the other suspects were there on the flat days
# too, and those did not hurt.
#
# ## It sharpens
#
# After each run the question is put again: if the *next* run hurt, what would be at work? The next
# run's ground is not known yet, so the hills do not reach what they reach in a run over hills.

# %%
course = diary.trajectory()
plot.sharpening(
    course,
    {
        name: label[name]
        for name in ("hills", "uneven_ground", "muscle_strain", "disc_degeneration")
    },
)

# %%
wide = {
    name: course["high", name] - course["low", name]
    for name in ("hills", "muscle_strain", "disc_degeneration")
}
pd.DataFrame(wide).rename(columns=label).set_axis(range(1, len(runs) + 1)).rename_axis("runs").iloc[
    [0, 4, 9, 19, 29]
]

# %% [markdown]
# Not every band narrows from the first run on: a diary may first have to learn that it was wrong.
# The disc's sinks because a worn disc is worn every day, and cannot tell a hill from a river.
#
# ## Days without pain
#
# People write down when it hurts. What would be left of this if only the painful runs had been
# kept?

# %%
painful = Diary(body, runs[runs.back_pain == "yes"]).contributions().rename(index=label)
both = pd.DataFrame(
    {"all thirty runs": whole.contribution, "only the painful ones": painful.contribution}
)
both.loc[whole.index[:6]]

# %%
plot.beside({"all thirty runs": whole.loc[order], "only the painful ones": painful.loc[order]})

# %% [markdown]
# Most of the sharpness came from the days on which nothing happened. A diary of pains alone knows
# little more than its last page.
#
# ## Does the thread hold for this runner?
#
# The strengths of all links are learnt along the way, each with its own claims as what was known
# before. So each claim has a verdict by this runner's runs: confirmed, contradicted, or untested.
# `tested` is about how many runs said anything of it.

# %%
claims = diary.claims()
claims.verdict.value_counts().to_frame()

# %%
tested = claims[claims.verdict != "untested"].sort_values("tested", ascending=False)
tested[["quote", "prior", "posterior", "low", "high", "verdict"]]

# %%
named = [f"{claim.Index} “{claim.quote[:44]}”" for claim in tested.itertuples()]
before = (
    tested[["prior", "prior_low", "prior_high"]]
    .set_axis(["mean", "low", "high"], axis=1)
    .set_axis(named)
)
after = (
    tested[["posterior", "low", "high"]].set_axis(["mean", "low", "high"], axis=1).set_axis(named)
)
plot.beside(
    {"as people mean it": before, "after thirty runs": after},
    "mean",
    axis="P(effect | this cause alone)",
)

# %% [markdown]
# Most claims stay untested, and that is right: of flat feet, legs or the shoes these runs say
# nothing. The warnings of hills come out stronger than they were meant. That is one runner, and a
# made-up one.
#
# ## The next run
#
# What comes next is drawn from the body as the runs tell it. By surgery the hills can be taken out
# of the next run; the figure beside it is what the single run would have said.

# %%
as_is, flat = diary.next_run()["yes"], diary.next_run(hills="no")["yes"]
once, once_flat = next_run(alone)["yes"], next_run(alone, hills="no")["yes"]
pains = {
    "as it comes": as_is,
    "over flat ground": flat,
    "one run, as it comes": once,
    "one run, flat ground": once_flat,
}
print(
    f"Hurts: {summaries.per_hundred(as_is)} as it comes, {summaries.per_hundred(flat)} over flat ground."
)
plot.bars(pd.Series(pains), axis="P(pain after the next run)")

# %% [markdown]
# From the diary the next run hurts less often than from the one painful run, because more than half
# of these runs did not hurt, and flat ground makes more of a difference, because the diary has seen
# flat days.
#
# ## Things that heal
#
# A body is not the same for ever. With a `half_life`, what can change about it fades: after so many
# days an old finding speaks half. Then thirty runs are worth fewer.

# %%
fading = Diary(body, runs, half_life=20).contributions().rename(index=label)
pd.DataFrame({"nothing fades": whole.contribution, "half after 20 days": fading.contribution}).loc[
    whole.index[:6]
]

# %% [markdown]
# Here it hardly matters. What fades is the body, and this runner's pain is the ground's.
#
# ## What a diary cannot say
#
# * Why the runner went over the hills on some days and not on others. If tired days are flat days,
# the hills take the   blame for the rest. * Anything that never changes and was never asked. Thirty
# runs in one pair of shoes say nothing of shoes. * That one run leads to the next. Each is drawn
# anew from the same body; yesterday's strain is not carried over. * What would help. A factor that
# is at work need not be the one to change.
