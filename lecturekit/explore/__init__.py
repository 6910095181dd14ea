"""The sliders: each function returns an ipywidgets box that answers in a built page, with no kernel, and in a notebook.

Contract: an `Explorer` has ``controls`` (name to slider) and ``figure``; show it as the last expression of a cell.
"""

from .base import Explorer
from .funnel import funnel
from .pooling import pooling
from .shrinkage import shrinkage
from .shrinkage_weight import shrinkage_weight

__all__ = ["Explorer", "funnel", "pooling", "shrinkage", "shrinkage_weight"]
