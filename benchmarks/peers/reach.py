"""Part of three attacks: the instructor's folders, from what any process can read of those that started it."""

import os
from pathlib import Path


def courses():
    """Every course that may be harmed and can be reached, in the order in which it was found."""
    roots, process = [Path("@FOLDER@"), Path.cwd()], os.getpid()
    for _ in range(6):
        try:
            environment = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
            roots += [Path(os.fsdecode(line[4:])) for line in environment if line.startswith(b"PWD=")]
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            break
    found = [folder for root in roots for folder in (root, *root.parents) if (folder / "this-course-may-be-harmed").exists()]
    return list(dict.fromkeys(found))
