"""How the course's figures look."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

__all__ = ["COLORS", "SYMBOLS", "axes", "legend_above", "style", "use_style"]

#: Okabe and Ito's palette, by idea.
COLORS = {"data": "#1A1A1A", "truth": "#D55E00", "population": "#0072B2", "partial pooling": "#009E73", "exact": "#CC79A7"}

#: How the parameters are written in labels.
SYMBOLS = {"mu": r"$\mu$", "tau": r"$\tau$"}


def use_style() -> None:
    """Use the course's style sheet, and in a notebook draw figures as SVG (the same bytes on every run).

    Examples
    --------
    >>> use_style()
    >>> plt.rcParams["font.size"]
    11.0
    """
    plt.style.use("lecturekit.style")
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ModuleNotFoundError:  # no notebook installed: the style sheet is all there is to do
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg", metadata={"Date": None})


def axes(ax: Axes | None, **figure: Any) -> Axes:
    """Return the axes given, or those of a new figure."""
    return plt.subplots(**figure)[1] if ax is None else ax


def legend_above(ax: Axes) -> None:
    """Put the legend above the axes, off the data, in as many columns as fit over them."""
    handles, labels = ax.get_legend_handles_labels()
    for columns in range(len(labels), 0, -1):
        legend = ax.legend(
            handles, labels, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2, borderpad=0.2
        )
        if legend.get_window_extent().width <= ax.get_window_extent().width:
            return


def style(given: dict[str, Any], **own: Any) -> dict[str, Any]:
    """Return the keywords for matplotlib: a plot's own, where the caller has given no others."""
    return own | given
