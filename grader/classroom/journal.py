"""What keeps a run's work safe: files that are written whole or not at all, and a journal to resume from.

The journal lies beside the output, with one line of JSON for each submission, added when it is graded. Whatever ends the
grader can at worst tear the last line.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from lecturekit.homework.result import Result, Status

__all__ = ["Journal", "write_text"]


class Journal:
    """The results so far, by the digest of what they were made from. Use it as a context manager.

    Parameters
    ----------
    path : Path
    run : dict
        What has to be the same for results to be of use again, but for the seed.
    seed : int or None
        The seed asked for, if any; otherwise the journal's is taken.
    fresh_seed : int
        The one to take where there is no journal of the same run.

    Raises
    ------
    ValueError
        If another grader is at work on the same output.
    """

    def __init__(self, path: Path, run: dict[str, Any], seed: int | None, fresh_seed: int) -> None:
        self.path = path
        self.file = path.open("a+", encoding="ascii")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.file.close()
            raise ValueError(f"output: another grader is writing to {path}; wait for it, or choose another output.") from None
        self.file.seek(0)
        try:
            self._read(run, seed, fresh_seed)
        except OSError:
            self._abandon()
            raise
        except (ValueError, TypeError, KeyError, AttributeError):
            self._abandon()
            raise ValueError(
                f"journal: {path} is damaged, so that nothing can be resumed; remove it, and give the same command again."
            ) from None

    def _abandon(self) -> None:
        with suppress(OSError):  # there may be no room for what is still to be written
            self.file.close()

    def _read(self, run: dict[str, Any], seed: int | None, fresh_seed: int) -> None:
        text = self.file.read()
        whole = text[: text.rfind("\n") + 1]
        head, *lines = [json.loads(line) for line in whole.splitlines()] or [{}]
        self.seed = seed if seed is not None else head.get("seed", fresh_seed)
        self.results: dict[str, list[Result]] = {}
        if head == {**run, "seed": self.seed}:
            self.results = {line["of"]: [_result(**result) for result in line["results"]] for line in lines}
            self.file.truncate(len(whole))  # a torn line would swallow the next
        else:
            self.seed = seed if seed is not None else fresh_seed
            self.file.truncate(0)
            self._write({**run, "seed": self.seed})

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.file.close()

    def add(self, key: str, results: list[Result]) -> None:
        """Keep the results of one submission."""
        self.results[key] = results
        self._write({"of": key, "results": [asdict(result) for result in results]})

    def _write(self, line: dict[str, Any]) -> None:
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()


def _result(status: str, **fields: Any) -> Result:
    return Result(status=Status(status), **fields)


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="")
    os.replace(part, path)
