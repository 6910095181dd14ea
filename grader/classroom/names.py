"""Who handed in a file or a folder, by its name: those that Moodle, Canvas, ILIAS, Gradescope and Blackboard make."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Who", "squeezed", "who"]

# What each system makes of a student, an attempt and the file's own name.
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)")
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<attempt>\d+)_(?P<rest>.+)")
BLACKBOARD = re.compile(r"(?P<task>.+)_(?P<login>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<rest>.+)|\.txt)?")
ILIAS = re.compile(r"(?P<last>[^_]+)_(?P<first>.+)_(?P<login>[^_]+)_(?P<id>\d+)")
GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
# What browsers and systems append to the name of a file that is there already, and Canvas to one that is handed in again.
COPY = re.compile(r"(?: ?\((\d+)\)| - (?:Copy|Kopie)(?: \((\d+)\))?)$")
AGAIN = re.compile(r"-(\d+)$")
SUFFIXES = re.compile(r"(?:\.(?:ipynb|md|markdown|qmd|py|json|txt|zip))+$", re.IGNORECASE)


@dataclass(frozen=True)
class Who:
    """A student as a name tells of them.

    Attributes
    ----------
    label : str
        What to call them where there is no roster.
    ids : tuple of str
        What else identifies them in a roster.
    name : str
        First and last name, in any order.
    order : tuple
        Greater for what was handed in later.
    late : bool
    system : str
        What made the name: "moodle", "canvas" and so on, "" where the student or the instructor has.
    """

    label: str
    ids: tuple[str, ...] = ()
    name: str = ""
    order: tuple[str, int] = ("", 0)
    late: bool = False
    system: str = ""


def who(entry: str, *, folder: bool) -> Who:
    """Return who handed in an entry of the folder of submissions, of this name."""
    entry = unicodedata.normalize("NFC", entry)
    if found := MOODLE.fullmatch(entry):
        return Who(found["name"], (found["id"],), found["name"], system="moodle")
    if found := GRADESCOPE.fullmatch(entry) if folder else None:
        return Who(entry, (found["id"],), system="gradescope")
    if found := ILIAS.fullmatch(entry) if folder else None:
        return Who(found["login"], (found["login"], found["id"]), f"{found['first']} {found['last']}", system="ilias")
    if found := None if folder else CANVAS.fullmatch(entry):
        again = AGAIN.search(SUFFIXES.sub("", found["rest"]))
        order = ("", int(again[1]) if again else 0)
        return Who(found["name"], (found["id"],), found["name"], order, bool(found["late"]), "canvas")
    if found := None if folder else BLACKBOARD.fullmatch(entry):
        return Who(found["login"], (found["login"],), order=(found["time"], 0), system="blackboard")
    stem = entry if folder else SUFFIXES.sub("", entry) or entry
    stem = stem if folder or stem != entry or "." not in entry[1:] else entry.rpartition(".")[0]
    copy = COPY.search(stem)
    number = int(next(filter(None, copy.groups()), "1")) if copy else 0
    label = stem[: copy.start()] if copy else stem
    return Who(label, (label,), label, ("", number))


def squeezed(name: str) -> str:
    """Return a name's letters and digits alone, without accents: "Müller, Anna" and "mullerAnna" are alike."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    return "".join(c for c in plain if c.isalnum()).casefold()
