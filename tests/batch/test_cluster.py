"""The same results on a cluster of two worker processes, one of them killed midway."""

import os
import pickle
import signal
import sys
import time
from types import ModuleType

import pandas as pd
import pytest
from dask import dataframe
from distributed import Client, LocalCluster, futures_of
from shared import loaded

from lumbayes import contributions, load, posteriors, simulate
from lumbayes.batch import score_partitions, score_rows

EXACT = 1e-12
base = loaded()


@pytest.fixture
def client(monkeypatch):
    # a worker starts by importing what was started here, which is not its business
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    # dask sets variables for its workers here, and leaves them: one about memory makes all
    # processes that are started later several times as slow
    before = dict(os.environ)
    here = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": "CRITICAL"}
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **here) as cluster,
        Client(cluster) as client,
    ):
        yield client
    os.environ.clear()
    os.environ.update(before)


def test_a_worker_killed_midway_costs_no_row(client):
    frame = simulate(base, 1200, 1, missing=0.5).drop(columns="muscle_strain")
    frame.insert(0, "id", [f"{i:04d}" for i in range(len(frame))])
    case = base.given(disc_degeneration="no")
    frame = frame.drop(columns="disc_degeneration")
    workers = client.run(os.getpid)
    assert len(set(workers.values()) | {os.getpid()}) == 3
    answers = score_partitions(
        case, dataframe.from_pandas(frame, npartitions=24), keep=["id"]
    ).persist()
    while sum(future.status == "finished" for future in futures_of(answers)) < 4:
        time.sleep(0.01)
    os.kill(next(iter(workers.values())), signal.SIGKILL)
    assert not all(future.status == "finished" for future in futures_of(answers))
    found, expected = answers.compute(), score_rows(case, frame, keep=["id"])
    pd.testing.assert_frame_equal(found.astype({"id": "str"}), expected, rtol=0, atol=EXACT)


def test_a_wrong_row_is_named_by_the_worker():
    table = dataframe.from_pandas(pd.DataFrame({"hills": ["yes", "no", "steep"]}), npartitions=2)
    with pytest.raises(ValueError, match="Row 2, column 'hills': found 'steep'"):
        score_partitions(base, table).compute(scheduler="synchronous")
    with pytest.raises(ValueError, match="Did you mean 'hills'"):
        score_partitions(base, table.rename(columns={"hills": "hill"}))


def test_a_case_travels_light_and_answers_the_same():
    case, frame = load().given(back_pain="yes"), pd.DataFrame({"hills": ["yes", "no"]})
    before = len(pickle.dumps(case))
    expected = posteriors(case, frame, intervals=True)
    table = contributions(case)
    shipped = pickle.dumps(case)
    assert len(shipped) < 2 * before
    arrived = pickle.loads(shipped)
    pd.testing.assert_frame_equal(posteriors(arrived, frame, intervals=True), expected)
    pd.testing.assert_frame_equal(contributions(arrived), table)
