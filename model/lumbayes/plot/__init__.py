"""Charts of what the model finds, drawn with Altair from plain tables; `plot.vega` holds those the
page shares.
"""

from importlib import import_module
from typing import Any

from . import vega

_WHERE = {
    "COLOURS": ".vega",
    "at_work": ".attribution_charts",
    "bars": ".attribution_charts",
    "beside": ".attribution_charts",
    "curves": ".sensitivity_charts",
    "dots": ".attribution_charts",
    "in_notebook": ".theme",
    "lines": ".sensitivity_charts",
    "network": ".network_charts",
    "plane": ".sensitivity_charts",
    "pulls": ".attribution_charts",
    "reliability": ".run_charts",
    "ridge": ".network_charts",
    "runs": ".run_charts",
    "sharpening": ".run_charts",
    "waterfall": ".attribution_charts",
    "worth": ".sensitivity_charts",
}
__all__ = [
    "COLOURS",
    "at_work",
    "bars",
    "beside",
    "curves",
    "dots",
    "in_notebook",
    "lines",
    "network",
    "plane",
    "pulls",
    "reliability",
    "ridge",
    "runs",
    "sharpening",
    "vega",
    "waterfall",
    "worth",
]


def __getattr__(name: str) -> Any:
    """A chart, brought in when it is first asked for: Altair takes a while to load."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name], __name__), name)
