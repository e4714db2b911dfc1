"""Runners who move a slider at the same time are served one after another, by one thread."""

import threading
import time

import pytest
from page_data import APP, message
from streamlit.testing.v1 import AppTest

from server.worker import submit


def computed(work, *args):
    """What the page does: ask for it, and wait for its turn."""
    return submit(work, *args).result()


def work(seen, number):
    seen.append((number, threading.get_ident()))
    time.sleep(0.01)
    seen.append((number, threading.get_ident()))
    return number


def test_one_is_done_before_the_next_begins_and_all_by_one_thread():
    seen = []
    threads = [threading.Thread(target=computed, args=(work, seen, n)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[::2] == seen[1::2] and sorted(n for n, _ in seen[::2]) == [*range(8)]
    assert len({ident for _, ident in seen}) == 1


def test_what_fails_is_raised_where_it_was_asked_for_and_stops_nobody_else():
    def fails():
        raise ValueError("no such answer")

    with pytest.raises(ValueError, match="no such answer"):
        computed(fails)
    assert computed(work, [], 7) == 7


def test_what_the_page_computes_waits_its_turn():
    page = AppTest.from_file(APP / "streamlit_app.py", default_timeout=60)
    page.session_state["page"] = {"answers": message()}
    page.run()
    page.session_state["page"] = {"answers": message(2, given={"hills": "yes"})}
    runs, gate = threading.Thread(target=page.run), threading.Event()
    before = submit(gate.wait, 60)
    runs.start()
    runs.join(1)
    assert runs.is_alive(), "the result was computed while another's turn lasted"
    gate.set()
    runs.join(60)
    assert before.result() and not runs.is_alive() and not page.exception
