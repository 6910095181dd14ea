"""What every explorer is: a question, controls, and a figure that they move.

Contract: an explorer answers with no kernel. Its figure draws from closed forms in JavaScript, and `jslink` joins each
control to the figure's trait of the same name, so the same object lives in a built page and in a running notebook.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import TypeAlias

import anywidget
import ipywidgets
import traitlets

from .modules import read

__all__ = ["Explorer", "Figure", "checkbox", "dropdown", "finite", "nice_step", "slider", "whole_slider"]

Control: TypeAlias = ipywidgets.FloatSlider | ipywidgets.IntSlider | ipywidgets.Dropdown | ipywidgets.Checkbox
NO_TOOLTIP = ""  # ipywidgets would show and read out None as the word "null"
SEEDS = 999  # a button that draws anew counts from 1 to this, and starts again


def finite(field: str, value: float) -> float:
    """Return the value as a float, or raise ValueError unless it is one finite real number with a finite square."""
    if not (isinstance(value, Real) and abs(float(value)) < 1e150):
        raise ValueError(f"{field}: got {value!r}; expected one finite number, below 1e150 (else choose another unit).")
    return float(value)


def nice_step(most: float, values: Iterable[float]) -> tuple[float, int]:
    """Return a step for sliders, 1, 2 or 5 times a power of ten, and the decimals of its multiples (negative for tens).

    The largest at most ``most`` of which all values are multiples, or else the finest tried, some fifty times smaller.
    """
    power = math.floor(math.log10(most))
    steps = [(factor * 10.0**p, -p) for p in (power, power - 1) for factor in (5, 2, 1) if factor * 10.0**p <= most]
    fitting = (step for step in steps if all(abs(value / step[0] - round(value / step[0])) < 1e-6 for value in values))
    return next(fitting, steps[-1])


def slider(
    idea: str, description: str, value: float, low: float, high: float, step: float, digits: int
) -> ipywidgets.FloatSlider:
    """Return a slider in the color of the idea that it moves, on multiples of step.

    Value and ends are multiples too: in a page the slider would jump to one by itself, unknown to Python.
    """

    def on_grid(number: float) -> float:
        return round(round(number / step) * step, digits)

    return ipywidgets.FloatSlider(
        value=max(on_grid(value), on_grid(low)),
        min=on_grid(low),
        max=on_grid(high),
        step=step,
        description=description,
        readout_format=f".{max(0, digits)}f",
        tooltip=NO_TOOLTIP,
    ).add_class(f"lk-{idea}")


def whole_slider(idea: str, description: str, value: int, low: int, high: int) -> ipywidgets.IntSlider:
    """Return a slider over whole numbers, in the color of the idea that it moves."""
    return ipywidgets.IntSlider(value=value, min=low, max=high, description=description, tooltip=NO_TOOLTIP).add_class(
        f"lk-{idea}"
    )


def dropdown(description: str, options: Iterable[str], value: str) -> ipywidgets.Dropdown:
    """Return a choice of one among named options; the figure's trait is the number of the option, from 0."""
    return ipywidgets.Dropdown(options=list(options), value=value, description=description)


def checkbox(description: str, value: bool) -> ipywidgets.Checkbox:
    """Return a box to tick."""
    return ipywidgets.Checkbox(value=value, description=description, indent=False)


class Figure(anywidget.AnyWidget):
    """The drawing of an explorer. A subclass sets ``_esm`` and declares one synced trait for each control.

    Attributes
    ----------
    fixed : dict
        What the drawing needs and no control changes: data, labels, ranges of the axes.
    settings : dict
        Each control's range, step and opening value; an `Explorer` fills it in from its controls.
    """

    _css = read("explore.css")
    fixed = traitlets.Dict().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)


class Explorer(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A question above, controls, and the figure that follows them.

    Attributes
    ----------
    controls : dict of str to widget
        By the figure's trait that each one moves; ``explorer.controls["tau"].value = 0.2`` moves the figure too.
    figure : Figure
        The drawing. A trait that a button below it counts up, a seed, can be set here: ``explorer.figure.sky = 7``.
    """

    def __init__(
        self, question: str, controls: dict[str, Control], figure: Figure, *, seeds: dict[str, str] | None = None
    ) -> None:
        super().__init__(
            [
                ipywidgets.HTML(f"<strong>Predict first.</strong> {question}").add_class("lk-question"),
                ipywidgets.Box(list(controls.values())).add_class("lk-controls"),
                figure,
            ]
        )
        self.add_class("lk-explorer")
        self.controls = controls
        self.figure = figure
        self._links = [
            ipywidgets.jslink((control, "index" if isinstance(control, ipywidgets.Dropdown) else "value"), (figure, name))
            for name, control in controls.items()
        ]
        figure.settings = {name: _setting(control) for name, control in controls.items()} | {
            name: {"button": button, "min": 1, "max": SEEDS, "step": 1, "value": getattr(figure, name)}
            for name, button in (seeds or {}).items()
        }

    def close(self) -> None:
        """Close the box and all that it is made of; ipywidgets alone would keep the parts alive."""
        for part in (*self._links, *self.controls.values(), *self.children):
            for name in ("style", "layout"):
                if part.has_trait(name):
                    getattr(part, name).close()
            part.close()
        self.layout.close()
        super().close()


def _setting(control: Control) -> dict[str, float | bool]:
    """Return what the figure must know of a control, to reset it and to take its state from the page's address."""
    if isinstance(control, ipywidgets.Dropdown):
        return {"min": 0, "max": len(control.options) - 1, "step": 1, "value": control.index}
    if isinstance(control, ipywidgets.Checkbox):
        return {"min": 0, "max": 1, "step": 1, "value": control.value}
    return {"min": control.min, "max": control.max, "step": control.step, "value": control.value}
