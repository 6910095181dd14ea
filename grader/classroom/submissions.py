"""A submission, and the files of a folder of them, in zips and folders however deep: listed, and read one at a time.

Nothing here runs what a student has sent, and nothing is unpacked to disk. Links are not followed, and only plain files of a
sensible size are read.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from lecturekit.homework.result import Problem, Status

__all__ = ["MAX_BYTES", "File", "Submission", "compared", "digest", "files", "identified", "read", "shown"]

MAX_BYTES = 64_000_000  # of one file, outputs included
MAX_FILES = 20_000
MAX_DEPTH = 8  # of folders and zips in each other
NOBODYS = {"__macosx", ".ipynb_checkpoints", "__pycache__", "thumbs.db", "desktop.ini"}
NOT_HANDED_IN = Problem(Status.MISSING, "No file was handed in.")


@dataclass(frozen=True)
class File:
    """A file below the folder of submissions: its parts' names, the path on disk, its place in zips there, and its time."""

    parts: tuple[str, ...]
    path: Path
    members: tuple[str, ...] = ()
    time: tuple[int, ...] = ()


@dataclass(frozen=True)
class Submission:
    """One student and what they have handed in; the file is None for a student of the roster who handed nothing in.

    Attributes
    ----------
    student : str
    file : File or None
    note : str
        What there is to say beside the results.
    human : bool
        Whether a person has to look at it.
    ids : frozenset of str
        What this student may have typed as an id, as `compared` has it; none where that is not known.
    """

    student: str
    file: File | None
    note: str = ""
    human: bool = False
    ids: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The file's name, with the folders that it lies in."""
        return "/".join(self.file.parts) if self.file else ""

    def remarked(self, note: str, *, human: bool = False) -> Submission:
        """Return the submission with one more thing to say."""
        return replace(self, note=f"{self.note} {note}".strip(), human=self.human or human)


def identified(submission: Submission, typed: str | None) -> Submission:
    """Return a submission with a word where the id in the notebook is not that of whoever handed it in."""
    if typed is None or not submission.ids or compared(typed) in submission.ids:
        return submission
    said = f'The id in the notebook is "{shown(typed)}", not "{submission.student}": its data are those of the former.'
    return submission.remarked(said, human=True)


def files(root: Path, ignored: Collection[Path] = ()) -> list[File]:
    """Return all files in a folder or a zip, by name, but for those that are nobody's and those to be ignored.

    A folder without files stands for itself, and so does a zip that cannot be read.

    Raises
    ------
    ValueError
        If it cannot be read, or holds far more than a class hands in.
    """
    try:
        found = []
        listed = _of_folder(root, ()) if root.is_dir() else _of_zip(File((), root), root.open("rb"))
        for file in listed:
            if not _within(file.path, ignored):
                found.append(file)
            if len(found) > MAX_FILES:
                raise ValueError(f"submissions: {root} holds more than {MAX_FILES} files; expected a folder of notebooks.")
    except (OSError, zipfile.BadZipFile) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ValueError(f"submissions: {root} cannot be read ({reason}); expected a folder of notebooks, or a zip.") from None
    return found


def _within(path: Path, folders: Collection[Path]) -> bool:
    absolute = path.absolute()
    return any(absolute == folder or absolute.is_relative_to(folder) for folder in folders)


def _nobodys(name: str) -> bool:
    """Whether systems and programs leave files of this name, which nobody handed in."""
    hidden = name.startswith(".") and not name.lower().endswith(".ipynb")
    return hidden or name.lower() in NOBODYS or name.startswith(("._", "~$")) or name.endswith("-checkpoint.ipynb")


def _of_folder(folder: Path, above: tuple[str, ...]) -> Iterator[File]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if _nobodys(entry.name):
            continue
        path, parts = Path(folder, entry.name), (*above, entry.name)
        if entry.is_dir(follow_symlinks=False) and len(parts) <= MAX_DEPTH:
            inside = list(_of_folder(path, parts))
            yield from inside or [File(parts, path)]
        else:
            time = (int(entry.stat(follow_symlinks=False).st_mtime),)
            yield from _of_file(File(parts, path, (), time))


def _of_file(file: File) -> Iterator[File]:
    """A file, or if it is a zip what lies in there."""
    if file.parts[-1].lower().endswith(".zip") and len(file.parts) <= MAX_DEPTH:
        content = read(Submission("", file))
        try:
            inside = [] if isinstance(content, Problem) else list(_of_zip(file, io.BytesIO(content)))
        except (zipfile.BadZipFile, OSError, ValueError):
            inside = []
        yield from inside or [file]
    else:
        yield file


def _of_zip(file: File, content: IO[bytes]) -> Iterator[File]:
    with content, zipfile.ZipFile(content) as archive:
        for info in archive.infolist()[: MAX_FILES + 1]:
            inner = tuple(
                part for part in PurePosixPath(info.filename.replace("\\", "/")).parts if part not in ("/", "..", ".")
            )
            if info.is_dir() or not inner or any(map(_nobodys, inner)):
                continue
            yield from _of_file(File((*file.parts, *inner), file.path, (*file.members, info.filename), info.date_time))


def read(submission: Submission) -> bytes | Problem:
    """Return the content of a submission's file, or why it is not read."""
    if submission.file is None:
        return NOT_HANDED_IN
    try:
        # Without following a link, nor waiting for whoever writes into a pipe.
        descriptor = os.open(submission.file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with ExitStack() as stack:
            file: IO[bytes] = stack.enter_context(open(descriptor, "rb"))
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return Problem(Status.UNREADABLE, "It is a folder without a notebook, or a device, not a file.")
            for member in submission.file.members:
                # What was opened last lies in a zip: that has to be read whole, or it could not be searched in.
                whole = (
                    file if file.seekable() and not isinstance(file, zipfile.ZipExtFile) else io.BytesIO(file.read(MAX_BYTES))
                )
                file = stack.enter_context(stack.enter_context(zipfile.ZipFile(whole)).open(member))
            content = file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        return Problem(Status.UNREADABLE, "It is a folder without a notebook, or a device, not a file.")
    except OSError as error:
        link = submission.file.path.is_symlink()
        return Problem(Status.UNREADABLE, "It is a link." if link else f"The file cannot be read ({error.strerror}).")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, KeyError) as error:
        return Problem(
            Status.UNREADABLE, f"The zip that it lies in cannot be read ({type(error).__name__}), or has a password."
        )
    except Exception as error:  # noqa: BLE001 (zlib, lzma and bz2 have errors of their own)
        return Problem(Status.UNREADABLE, f"The zip that it lies in is damaged ({type(error).__name__}).")
    if len(content) > MAX_BYTES:
        return Problem(Status.TOO_LARGE, f"The file has more than {MAX_BYTES // 1_000_000} MB.")
    return content


def compared(text: str) -> str:
    """Return an id or a name as it is compared: letters in one form of Unicode, case and outer spaces of no account."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def shown(name: str) -> str:
    """Return a file's or a student's name as a table or a page can show it: one line that can be printed."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)


def digest(*parts: str | bytes) -> str:
    """Return one digest of several texts."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode(errors="surrogatepass") if isinstance(part, str) else part
        whole.update(len(content).to_bytes(8) + content)
    return whole.hexdigest()
