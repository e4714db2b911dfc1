# %% [markdown]
# # 5 · A diary
#
# One run says little. After a painful run over a hill it cannot be known whether it was the hill:
# it is the same back, the same shoes and the same long day on a chair. But a runner runs again. The
# body stays, the ground changes, and in time the runs contradict some causes and not others. This
# notebook combines thirty runs of one runner.
#
# **What this is not.** The runner is made up, and so is every run. A diary is no trial: the runner
# chooses the hills, and may choose them on good days. Nobody is examined, nothing can be ruled out,
# and none of it is a diagnosis.

# %%
import pandas as pd

from lumbayes import Diary, contributions, load, next_run, plot, read_runs
from lumbayes.activities import run_findings
from lumbayes.explanation import summaries

plot.enable_svg()
pd.options.display.float_format = "{:.2f}".format
pd.options.display.width = 120
pd.options.display.max_colwidth = 60

base = load()
label = {v.name: v.label for v in base.variables.values()}

# %% [markdown]
# ## Where runs come from
#
# A watch's file is enough for the ground: `read_runs` takes GPX, TCX, FIT and Strava's list, and
# returns a row a run. A noisy track climbs even on the flat, so the climb is not the sum of its
# rises; how it was found stands beside it, with its error where there is one. No position is kept.

# %%
watch = read_runs(["../tests/support/runs/hill.gpx", "../tests/support/runs/later.fit"])
watch[["date", "km", "climb_m_per_km", "climb_error", "climb_method"]]

# %%
run_findings(watch)

# %% [markdown]
# What no watch records is whether it hurt. The runner adds that: one word after each run, on the
# good days too.
#
# ## Thirty runs
#
# A made-up runner with a strong core runs every third day, now over hills and now along a river.

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
plot.runs(runs, "back_pain", {"climb_m_per_km": "climb, m a km"}, title="Thirty runs")

# %% [markdown]
# The pattern is plain: the high marks hurt and the low ones do not, with two exceptions. What a
# picture does not show is how certain one can be after five runs, or after thirty, or what else
# could cause such a pattern. For that the runs go into a `Diary`, together with the findings that
# hold in every run.

# %%
body = base.given(plank_seconds=110)
diary = Diary(body, runs)
print(diary)
diary.contributions().head(6)[
    ["layer", "present", "contribution", "low", "high", "but_for"]
].rename(index=label)

# %% [markdown]
# These are the contributions to the last run that hurt, as in notebook 2, but given all thirty
# runs. Beside them, those given this run alone:

# %%
last = runs.iloc[-1]
alone = body.given(
    back_pain="yes", climb_m_per_km=float(last.climb_m_per_km), km_per_week=float(last.km_per_week)
)
single, whole = contributions(alone).rename(index=label), diary.contributions().rename(index=label)
order = whole[whole.layer == "factor"].index[:7]
plot.comparison(
    {"this run alone": single.loc[order], "with all thirty": whole.loc[order]},
    title="Behind the last pain",
)

# %% [markdown]
# By one run the hills are one suspect among many. By thirty they are nearly the only one left among
# the factors. The other runs added contrast: the other suspects were present on the flat days too,
# and those did not hurt.
#
# ## How wide the intervals are
#
# After each run the question is asked again: if the *next* run hurt, what would contribute? The
# ground of the next run is unknown, so the hills do not reach the figure that they have for a run
# over hills.

# %%
trajectory = diary.trajectory()
plot.trajectory(
    trajectory,
    {
        name: label[name]
        for name in ("hills", "uneven_ground", "muscle_strain", "disc_degeneration")
    },
    title="What would contribute if the next run hurt, run by run",
)

# %%
widths = {
    name: trajectory["high", name] - trajectory["low", name]
    for name in ("hills", "muscle_strain", "disc_degeneration")
}
pd.DataFrame(widths).rename(columns=label).set_axis(range(1, len(runs) + 1)).rename_axis(
    "runs"
).iloc[[0, 4, 9, 19, 29]]

# %% [markdown]
# The interval of the hills widens: before the first run they are thought to matter little, and the
# runs contradict that. Those of strain and of disc wear narrow. A worn disc is the same every day,
# and cannot tell a hill from a river.
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
plot.comparison(
    {"all thirty runs": whole.loc[order], "only the painful ones": painful.loc[order]},
    title="With the days without pain, and without them",
)

# %% [markdown]
# Most of the information came from the days without pain. A diary of pains alone says little more
# than its last entry.
#
# ## Does the thread hold for this runner?
#
# The strengths of all links are updated too. Each claim is compared with the runs as if its own
# words were the only prior of its link, and has a verdict: supported, not contradicted,
# contradicted, or untested. `tested` is the expected number of runs in which its cause was present.

# %%
claims = diary.claims()
claims.verdict.value_counts().to_frame()

# %%
tested = claims[claims.verdict != "untested"].sort_values("tested", ascending=False)
tested[["quote", "prior", "posterior", "low", "high", "verdict"]]

# %%
words = {claim.id: claim.words for claim in base.priors.claims}
named = [f"{claim} “{words[claim]}”" for claim in tested.index]
before = (
    tested[["prior", "prior_low", "prior_high"]]
    .set_axis(["mean", "low", "high"], axis=1)
    .set_axis(named)
)
after = (
    tested[["posterior", "low", "high"]].set_axis(["mean", "low", "high"], axis=1).set_axis(named)
)
plot.comparison(
    {"as people mean it": before, "after thirty runs": after},
    "mean",
    title="What the words say, and what the runs say",
    axis="P(effect | this cause alone)",
)

# %% [markdown]
# Most claims stay untested, and that is right: these runs say nothing of flat feet, legs or shoes.
# The posterior of the warnings of hills is stronger than what people mean by them. That is one
# runner, and a made-up one.
#
# ## The next run
#
# The next run is predicted with the posterior of the body given all runs. By intervention the hills
# can be taken out of it; the figure beside it is the prediction from the single run.

# %%
as_is, flat = diary.next_run()["yes"], diary.next_run(hills="no")["yes"]
once, once_flat = next_run(alone)["yes"], next_run(alone, hills="no")["yes"]
pains = {
    "as it comes": as_is,
    "over flat ground": flat,
    "one run, as it comes": once,
    "one run, flat ground": once_flat,
}
on_average, on_flat = summaries.per_hundred(as_is), summaries.per_hundred(flat)
print(f"Hurts: {on_average} as it comes, {on_flat} over flat ground.")
plot.bar_chart(
    pd.Series(pains), axis="P(pain after the next run)", title="The next run, and over flat ground"
)

# %% [markdown]
# By the diary the next run hurts less often than by the one painful run, because more than half of
# these runs did not hurt. The forecast from the one run is for the same hill again, that of the
# diary for ground that is not known, so flat ground changes the first by more.
#
# ## Things that heal
#
# A body changes. With a `half_life`, evidence on what can change about it fades: in so many days
# each such thing is drawn again from its prior with probability one half. Then thirty runs count
# for fewer.

# %%
fading = Diary(body, runs, half_life=20).contributions().rename(index=label)
pd.DataFrame({"nothing fades": whole.contribution, "half after 20 days": fading.contribution}).loc[
    whole.index[:6]
]

# %% [markdown]
# Here it hardly matters. What fades is evidence on the body, and this runner's pain comes from the
# ground.
#
# ## What a diary cannot say
#
# * Why the runner went over the hills on some days and not on others. If tired days are flat days,
#   the hills take the blame for the rest.
# * Anything that never changes and was never asked. Thirty runs in one pair of shoes say nothing of
#   shoes.
# * That one run leads to the next. Each is independent given the same body; yesterday's strain is
#   not carried over.
# * What would help. A factor that contributes need not be the one to change.
