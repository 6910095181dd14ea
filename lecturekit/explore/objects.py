"""What the explorers of many objects share: the data as their figures take them, and how far tau goes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..measurements import Measurements
from .base import nice_step

__all__ = ["in_unit", "objects", "plain", "tau_range"]

SYMBOLS = {
    "odot": "☉",
    "tau": "τ",
    "sigma": "σ",
    "mu": "μ",
    "theta": "θ",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "lambda": "λ",
    "nu": "ν",
    "Delta": "Δ",
    "Omega": "Ω",
    "times": "×",
    "circ": "°",
}
RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def plain(text: str) -> str:
    r"""Return mathtext as the plain text that an SVG shows: ``$\log_{10} M_\odot$`` as ``log10 M☉``."""
    text = re.sub(r"\^(?:\{([^{}]*)\}|(.))", lambda match: (match[1] or match[2]).translate(RAISED), text)
    text = re.sub(r"\\(?:math\w*|text\w*|rm)\b", "", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda match: SYMBOLS.get(match[1], match[1]), text)
    return re.sub(r"[\\${}_]", "", text)


def in_unit(description: str, unit: str) -> str:
    """Return a control's description with its unit, if it has one, in parentheses."""
    return f"{description} ({unit})" if unit else description


def objects(data: Measurements, kind: str = "object") -> dict[str, Any]:
    """Return data as a figure takes them, the noisiest object first.

    Returns
    -------
    dict
        y, sigma and theta (None where the truth is not known), lists of J numbers, multiplied by a power of ten where they
        would be too long to read; unit, which then begins with that power; quantity; labels (J names, or none where they
        only count); kind, what one object is called; decimals, for errors.

    Raises
    ------
    ValueError
        If data are not Measurements.
    """
    if not isinstance(data, Measurements):
        raise ValueError(f"data: got {type(data).__name__}; expected Measurements. Make them with Measurements(y, sigma).")
    theta = None if data.truth is None else data.truth.theta
    largest = max(np.abs(data.y).max(), data.sigma.max())
    power = 0 if 1e-4 <= largest < 1e6 else 3 * int(np.floor(np.log10(largest) / 3))
    order = np.argsort(-data.sigma, kind="stable")
    y, sigma = ((values[order] / 10.0**power).tolist() for values in (data.y, data.sigma))
    counted = data.labels == tuple(str(j + 1) for j in range(len(data)))
    factor = f"10{str(power).translate(RAISED)}" if power else ""
    return {
        "y": y,
        "sigma": sigma,
        "theta": None if theta is None else (theta[order] / 10.0**power).tolist(),
        "labels": [] if counted else [plain(data.labels[j]) for j in order],
        "quantity": plain(data.quantity) or "value",
        "unit": f"{factor} {plain(data.unit)}".strip(),
        "kind": kind,
        "decimals": max(0, 2 - round(np.log10(_typical(sigma)))),
    }


def tau_range(y: list[float], sigma: list[float]) -> tuple[float, float, float, int]:
    """Return a slider's opening tau, its end, its step and its decimals, for data that `objects` returned.

    It opens at the median error, where a typical weight is one half, and reaches nearly no pooling.
    """
    widest = 3 * max(float(np.std(y)), _typical(sigma))
    return _typical(sigma), widest, *nice_step(widest / 100, [])


def _typical(sigma: list[float]) -> float:
    return float(np.median(sigma))
