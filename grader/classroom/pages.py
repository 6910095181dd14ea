"""Pages of a graded class: one for each student, and for the instructor a summary of who fell to which misconception."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from pathlib import Path

from lecturekit.homework.feedback import Feedback, html_text
from lecturekit.homework.result import Status, points

from .journal import write_text
from .report import UNSAFE, Row, Run
from .submissions import Submission, digest, shown

__all__ = ["write_feedback", "write_summary"]

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; }}
h2 {{ font-size: 1.1rem; margin: 1.6rem 0 0.3rem; }}
.warning {{ border: 2px solid #D55E00; border-radius: 6px; padding: 0.5rem 1rem; }}
.bars {{ border-spacing: 0 3px; width: 100%; }}
.bars th {{ font-weight: normal; padding-right: 1rem; text-align: left; width: 50%; }}
.bars td {{ white-space: nowrap; }}
.bars rect {{ fill: #56B4E9; }}
.bars .ok rect {{ fill: #009E73; }}
.bars .misconception rect {{ fill: #D55E00; }}
.bars .human rect {{ fill: #CC79A7; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
BAR = 240  # width of a full bar, in pixels
LONGEST_NAME = 80


def write_feedback(run: Run, folder: Path) -> None:
    """Write a page for each submission into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for submission, rows in run.by_submission().items():
        name = _page_name(submission, taken)
        taken.add(name.lower())
        earned, most = (sum(getattr(row.result, part) for row in rows) for part in ("points", "of"))
        total = f"<p><strong>{points(earned)} of {points(most)} points</strong>{_file(submission)}</p>"
        total += f"<p>{escape(submission.note)}</p>" if submission.note else ""
        heading = f"Homework {run.homework}: {submission.student}"
        cards = "".join(Feedback(row.result)._repr_html_() for row in rows)
        write_text(folder / f"{name}.html", _page(run, heading, total + cards))


def write_summary(run: Run, path: Path) -> None:
    """Write the instructor's summary: a bar chart for each question, and what a human has to look at."""
    names = list(dict.fromkeys(row.result.question for row in run.rows))
    count = len(run.by_submission())
    body = [f"<p>{count} submissions. The private probes were drawn with the seed {run.seed}.</p>"]
    body += [_chart(name, [row for row in run.rows if row.result.question == name]) for name in names]
    if lacking := run.lacking():
        modules = ", ".join(f"<code>{escape(name)}</code> ({count})" for name, count in lacking)
        body.append(
            f"<h2>Not installed here</h2><p>{modules}: in brackets, how many notebooks lost points where it was missing.</p>"
        )
    if human := run.for_a_human():
        body.append(f"<h2>For a human to look at</h2><ul>{''.join(map(_line, human))}</ul>")
    write_text(path, _page(run, f"Homework {run.homework}: what to teach again", "".join(body)))


def _page(run: Run, heading: str, body: str) -> str:
    warning = f'<p class="warning">{UNSAFE}</p>' if run.unsafe else ""
    return PAGE.format(title=escape(heading), body=warning + body)


def _file(submission: Submission) -> str:
    return f", in <code>{escape(shown(submission.name))}</code>" if submission.file else ""


def _line(row: Row) -> str:
    result = row.result
    where = f"{escape(row.submission.student)}, <code>{escape(result.question)}</code>"
    note = " ".join(filter(None, (row.submission.note, result.note)))
    return f"<li>{where}: {result.status}. {html_text(note)}</li>"


def _chart(question: str, rows: list[Row]) -> str:
    """One bar for the right answers, one for each misconception, most frequent first, and one for each other status."""
    right = sum(row.result.status is Status.OK for row in rows)
    bars = [("ok", "right", right)]
    fallen = Counter(row.result.misconception for row in rows if row.result.misconception)
    bars += [("misconception", name, count) for name, count in fallen.most_common()]
    others = Counter(row.result.status for row in rows if row.result.status is not Status.OK and not row.result.misconception)
    for status, count in others.most_common():
        name = "wrong in another way" if status is Status.WRONG else status
        bars.append(("human" if status.wants_human else "other", name, count))
    drawn = "".join(_bar(kind, name, count, len(rows)) for kind, name, count in bars)
    return f'<h2><code>{escape(question)}</code></h2><table class="bars">{drawn}</table>'


def _bar(kind: str, name: str, count: int, most: int) -> str:
    width = round(BAR * count / most)
    drawing = f'<svg width="{BAR}" height="14" aria-hidden="true"><rect width="{width}" height="14" rx="2"/></svg>'
    return f'<tr class="{kind}"><th scope="row">{escape(name)}</th><td>{drawing} {count}</td></tr>'


def _page_name(submission: Submission, taken: set[str]) -> str:
    """Return a file name that any system takes, and that no other page has."""
    student = submission.student
    name = re.sub(r"[^A-Za-z0-9._@+-]", "_", student).strip(".")[:LONGEST_NAME]
    if name == student and name.lower() not in taken:
        return name
    return f"{name}-{digest(student, submission.name)[:8]}"
