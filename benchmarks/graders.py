"""Grade one small assignment here, in nbgrader and in otter-grader: seconds a notebook, and which of ten attacks get through.

All three grade one notebook at a time, from the command line or the API that their documentation names. otter-grader runs
without containers, since those need Docker. In a container a notebook could not reach the instructor's files, and a loop would
end with the container; what happens inside of the notebook's own process is the same in both.

Every attack is one notebook that is otherwise blank, so that any point is one too many. All that the table says was seen in
this run. The attacks harm only what lies in a folder made for them below _build, and take no more memory or processes than
any notebook does. Run it from the repository's folder: ``.venv/bin/python -m benchmarks.graders``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.environments import environment
from benchmarks.peers.assignment import ATTACKS, BLANK, POINTS, RIGHT, WRONG, attack
from benchmarks.peers.courses import COURSES, Course
from benchmarks.peers.playground import adopt_orphans, digests

HOME = Path("_build", "graders").absolute()
REQUIREMENTS = Path("benchmarks", "graders-requirements.txt")
FURTHER = 4  # right notebooks, beside a first one
HONEST, MALLORY = "honest", "mallory"
CORRUPT = "a file cut off in the middle"
# After these there is less to grade than was handed in, which somebody has to be told.
ENDED = ("exit_and_leave_a_process", CORRUPT)


def prepared(kind: type[Course], python: Path) -> Course:
    """Return a course in which a right, a wrong and a blank notebook have been graded as they should be."""
    course = kind(HOME / "courses" / kind.NAME / "course", python)
    course.prepare()
    said = ""
    for batch, answers in ((HONEST, RIGHT), ("wrong", WRONG), ("blank", BLANK)):
        course.hand_in(batch, [course.notebook(answers)])
        said += course.grade(batch, 1).output
    points = course.points()
    found = tuple(points.get(f"{batch}-0", -1) for batch in (HONEST, "wrong", "blank"))
    if not (found[0] == POINTS and 0 <= found[1] < POINTS and found[2] == 0):
        raise RuntimeError(f"{kind.NAME} gives right, wrong and blank notebooks {found} of {POINTS} points. It said:\n{said}")
    return course


def seconds(course: Course) -> tuple[float, float]:
    """Return the seconds for one right notebook alone, and for each further one in the same run."""
    right = course.notebook(RIGHT)
    taken = []
    for batch, count in (("one", 1), ("many", 1 + FURTHER)):
        course.hand_in(batch, [right] * count)
        taken.append(course.grade(batch, count).seconds)
    return taken[0], (taken[1] - taken[0]) / FURTHER


def tried(course: Course, name: str) -> str:
    """Let a notebook attack a copy of the course, and say what came of it."""
    course = course.copied(course.folder.parent / name.replace(" ", "_"))
    right = course.notebook(RIGHT)
    content = right[: len(right) // 2] if name == CORRUPT else course.notebook(attack(ATTACKS / f"{name}.py", course.folder))
    course.hand_in(MALLORY, [content])
    before = digests(course.folder, course.KEPT)
    ran = course.grade(MALLORY, 1)
    points, flagged = course.points(), course.flagged(f"{MALLORY}-0", ran)
    own = points.get(f"{MALLORY}-0")
    harm = []
    if own:
        harm.append(f"{own:g} of {POINTS} points")
    if ran.code is None:
        harm.append(f"hangs (ended after {ran.seconds:.0f} s)")
    elif name in ENDED and not flagged:
        harm.append("no mark, and no word why" if own is None else "0, and no word why")
    if points.get(f"{HONEST}-0") != POINTS:
        harm.append("another's marks changed")
    if digests(course.folder, course.KEPT) != before:
        harm.append("files changed")
    if ran.outlived:
        harm.append("a process left behind")
    return ", ".join(harm)


def row(cells: list[str]) -> str:
    """Return a line of the table."""
    return "".join(f"{cell:<34}" for cell in cells).rstrip()


def main() -> int:
    """Print the table, and say whether an attack got through here."""
    adopt_orphans()
    python = environment(HOME / "venv", REQUIREMENTS)
    shutil.rmtree(HOME / "courses", ignore_errors=True)
    courses = [prepared(kind, python) for kind in COURSES]
    times = [seconds(course) for course in courses]
    print(row(["", *(course.NAME for course in courses)]))
    print(row(["one right notebook alone", *(f"{alone:.2f} s" for alone, _ in times)]))
    print(row(["each further one in the same run", *(f"{further:.2f} s" for _, further in times)]), flush=True)
    names = [*sorted(path.stem for path in ATTACKS.glob("*.py")), CORRUPT]
    through = dict.fromkeys((course.NAME for course in courses), 0)
    for name in names:
        found = [tried(course, name) for course in courses]
        for course, harm in zip(courses, found, strict=True):
            through[course.NAME] += bool(harm)
        print(row([name.replace("_", " "), *(harm or "stopped" for harm in found)]), flush=True)
    print(row([f"of {len(names)} attacks got through", *(str(through[course.NAME]) for course in courses)]))
    return 1 if through[courses[0].NAME] else 0


if __name__ == "__main__":
    sys.exit(main())
