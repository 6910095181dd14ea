"""What a notebook shows of a result: a card, and a table at the end. As text, and as HTML for light and dark pages.

Styles are attributes, not a sheet: JupyterLab takes a sheet out of a notebook that it does not trust, and keeps these. Grounds
are tints and text has the page's own color, so that both themes do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from .limits import told
from .result import Result, Status, points

__all__ = ["Feedback", "Score", "card", "html_text", "title"]

MARKS = {"right": "✓", "half": "◐", "open": "○"}
TITLES = {"right": "Correct", "half": "Half way", "open": "Not yet"}
COLORS = {"right": "0, 158, 115", "half": "230, 159, 0", "open": "86, 180, 233"}
CARD = "border-left: 6px {line} rgb({color}); background-color: rgba({color}, 0.1); padding: 8px 16px; margin: 4px 0; "
CARD += "width: 42rem; max-width: 100%; box-sizing: border-box; font-size: 14px; line-height: 1.55"
CELL = "text-align: {align}; padding: 3px 24px 3px 0; background-color: transparent; font-size: 14px"
ROW = "background-color: rgba(0, 0, 0, 0)"
PUBLIC = "These checks use a few fixed inputs and data sets. For the grade your functions are called with others as well."
PUBLIC = f"{PUBLIC} {told()}"


def title(result: Result) -> str:
    """Say in a word or two how an answer stands: "Correct", "Half way", "Not yet"."""
    return TITLES[_state(result)]


def html_text(note: str) -> str:
    """Return a note as HTML: escaped, with `code` between backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(note, quote=False))


def card(state: str, body: str) -> str:
    """Return HTML in the frame of a state: "right", "half" or "open". Color is not all that tells them apart."""
    line = {"right": "solid", "half": "double", "open": "dotted"}[state]
    return f'<div style="{CARD.format(line=line, color=COLORS[state])}" role="status">{body}</div>'


def _state(result: Result) -> str:
    return "right" if result.status is Status.OK else "half" if result.points else "open"


@dataclass(frozen=True)
class Feedback:
    """The answer to a check. Shows itself in a notebook; ``str`` gives its text."""

    result: Result

    @property
    def _earned(self) -> str:
        return f"{points(self.result.points)} of {self.result.of} {'point' if self.result.of == 1 else 'points'}"

    def __str__(self) -> str:
        note = f"\n{self.result.note}" if self.result.note else ""
        return f"{MARKS[_state(self.result)]} {title(self.result)}: {self.result.question}, {self._earned}.{note}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        state = _state(self.result)
        name = f"<code>{escape(self.result.question)}</code>"
        head = f"<strong>{MARKS[state]} {TITLES[state]}</strong> &nbsp;{name}&nbsp; {self._earned}"
        note = f"<br>{html_text(self.result.note)}" if self.result.note else ""
        return card(state, head + note)


@dataclass(frozen=True)
class Score:
    """All questions with what they have earned so far; None for what was not checked. Shows itself in a notebook."""

    homework: str
    questions: Sequence[tuple[str, int, Result | None]]

    @property
    def total(self) -> float:
        """Points earned."""
        return sum(result.points for _, _, result in self.questions if result)

    @property
    def of(self) -> int:
        """Points there are."""
        return sum(most for _, most, _ in self.questions)

    def _rows(self) -> list[tuple[str, str, str]]:
        rows = []
        for name, most, result in self.questions:
            state = f"{MARKS[_state(result)]} {title(result)}" if result else "not checked yet"
            rows.append((name, state, f"{points(result.points if result else 0)} of {most}"))
        return rows

    def __str__(self) -> str:
        rows = [*self._rows(), ("all", "", f"{points(self.total)} of {self.of}")]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = [f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows]
        return "\n".join([f"Homework {self.homework}: points", *lines, PUBLIC])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left, right = CELL.format(align="left"), CELL.format(align="right")
        # JupyterLab would stripe the rows.
        body = "".join(
            f'<tr style="{ROW}"><td style="{left}"><code>{escape(name)}</code></td><td style="{left}">{state}</td>'
            f'<td style="{right}">{earned}</td></tr>'
            for name, state, earned in self._rows()
        )
        head = "".join(
            f'<th scope="col" style="{style}">{text}</th>'
            for style, text in ((left, "question"), (left, "state"), (right, "points"))
        )
        table = f'<table style="margin: 6px 0"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        total = f"<strong>Homework {self.homework}: {points(self.total)} of {self.of} points</strong>"
        return card("right" if self.total == self.of else "open", f"{total}{table}{PUBLIC}")
