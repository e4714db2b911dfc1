"""The files that the browser loads: the page's modules as they stand, and the folder's facts."""

from pathlib import Path

from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from server.warm_up import facts
from state.controls import first_facts

PAGE = Path(__file__).parents[1] / "components" / "page"
# A component's own code would be sent again with each answer (Streamlit 1.67 repeats `js` and `css`
# in every message; no report of it was found), so the browser loads it once from here. This can go
# once a component's code is sent once a session.
ROUTES: list[BaseRoute] = [
    # no coroutines, so each is called in a thread of its own
    Route("/lumbayes/first.json", lambda _: JSONResponse(first_facts())),
    Route("/lumbayes/folder.json", lambda _: JSONResponse(facts())),
    Mount("/lumbayes/page", StaticFiles(directory=PAGE)),
]
