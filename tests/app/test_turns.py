"""Runners who move a slider at the same time are served in turn, and none waits long."""

import threading
import time

import pytest
from page_data import APP, message
from streamlit.testing.v1 import AppTest

from server import turns
from server.turns import turn


@turn()
def work(seen, number):
    seen.append(number)
    time.sleep(0.01)
    seen.append(number)


def test_one_is_done_before_the_next_begins(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 30_000)
    seen = []
    threads = [threading.Thread(target=work, args=(seen, number)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[::2] == seen[1::2] and sorted(seen[::2]) == [*range(8)]


def test_what_stops_hands_the_turn_on(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0)

    @turn()
    def stopped():
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            stopped()
    assert turns._busy.acquire(blocking=False)
    turns._busy.release()


def test_whoever_waits_too_long_starts_all_the_same_and_ends_nobodys_turn(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 10)
    seen = []
    with turn():
        work(seen, 1)
        assert turns._busy.locked(), "the impatient one has ended the other's turn"
    assert seen == [1, 1] and not turns._busy.locked()


def test_what_the_page_computes_waits_its_turn(monkeypatch):
    page = AppTest.from_file(APP / "streamlit_app.py", default_timeout=60)
    page.session_state["page"] = {"answers": message()}
    page.run()
    page.session_state["page"] = {"answers": message(2, given={"hills": "yes"})}
    monkeypatch.setattr(turns, "PATIENCE", 30_000)
    runs = threading.Thread(target=page.run)
    with turn():
        runs.start()
        runs.join(1)
        assert runs.is_alive(), "the result was computed while another's turn lasted"
    runs.join(60)
    assert not runs.is_alive() and not page.exception
