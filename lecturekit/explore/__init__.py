"""The sliders: each function returns an ipywidgets box that answers in a built page, with no kernel, and in a notebook.

Contract: an `Explorer` has ``controls`` (name to slider) and ``figure``; show it as the last expression of a cell.
"""

from .base import Explorer
from .funnel import funnel
from .james_stein import james_stein
from .magnitude_limit import magnitude_limit
from .marginalisation import marginalisation
from .pooling import pooling
from .predictive_check import predictive_check
from .prior_sensitivity import prior_sensitivity
from .shrinkage import shrinkage
from .shrinkage_weight import shrinkage_weight

__all__ = [
    "Explorer",
    "funnel",
    "james_stein",
    "magnitude_limit",
    "marginalisation",
    "pooling",
    "predictive_check",
    "prior_sensitivity",
    "shrinkage",
    "shrinkage_weight",
]
