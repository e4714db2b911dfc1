"""Charts of the tables that the model returns, drawn with Altair.

Every chart has a text, `chart.description`, for readers who cannot see the chart; a missing value
is "unknown" there. `chart.to_dict()` is the chart's Vega-Lite specification. `plot.vega` holds the
specifications that need no Altair.
"""

from importlib import import_module
from typing import Any

from . import vega

_MODULES = {
    "COLOURS": ".vega",
    "bar_chart": ".basic_charts",
    "comparison": ".attribution_charts",
    "contributions": ".attribution_charts",
    "diverging_bars": ".basic_charts",
    "dot_plot": ".basic_charts",
    "enable_svg": ".theme",
    "line_chart": ".basic_charts",
    "network": ".network_charts",
    "question_bits": ".sensitivity_charts",
    "reliability": ".run_charts",
    "ridgeline": ".network_charts",
    "runs": ".run_charts",
    "sensitivity_functions": ".sensitivity_charts",
    "trajectory": ".run_charts",
    "two_way": ".sensitivity_charts",
    "waterfall": ".attribution_charts",
}
__all__ = [
    "COLOURS",
    "bar_chart",
    "comparison",
    "contributions",
    "diverging_bars",
    "dot_plot",
    "enable_svg",
    "line_chart",
    "network",
    "question_bits",
    "reliability",
    "ridgeline",
    "runs",
    "sensitivity_functions",
    "trajectory",
    "two_way",
    "vega",
    "waterfall",
]


def __getattr__(name: str) -> Any:
    """A chart function, imported at first use: Altair takes a while to load."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name], __name__), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
