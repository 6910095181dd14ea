"""Colors as a reader sees them, and how well text stands out."""

import re

import numpy as np

# Any text on the page reaches this contrast with its background: WCAG 2.2, success criterion 1.4.3.
CONTRAST = 4.5


def luminance(color: np.ndarray) -> float:
    linear = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def painted(color: str, opacity: float, below: np.ndarray) -> np.ndarray:
    """Return what a reader sees of a color, written rgb(...) or rgba(...), laid over another."""
    *channels, alpha = [*map(float, re.fullmatch(r"rgba?\((.*)\)", color)[1].split(",")), 1.0][:4]
    return np.array(channels) / 255 * alpha * opacity + below * (1 - alpha * opacity)


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """Return the contrast ratio of two colors, from https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)
