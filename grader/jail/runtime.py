"""What of this machine a student's notebook gets to see: the system's libraries, Python and its packages, lecturekit.

A folder is shown only if it is named here. Hidden again are folders that lie inside these, where the grader asks for it.
"""

from __future__ import annotations

import os
import site
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from lecturekit.homework import codec

__all__ = ["INSIDE", "USUAL", "WORKER", "Runtime", "find_runtime", "warm_up"]

JAIL = Path(__file__).parent
WORKER = (*(JAIL / f"{name}.py" for name in ("worker", "stand_ins", "statements")), Path(codec.__file__))
# Wherever these are installed: the packs, and what grades. What the worker needs of them is shown to it file by file.
SECRET = (Path(codec.__file__).parent, JAIL.parent)
INSIDE = Path("/grader")  # where the sandbox has the worker
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
# Imported once before grading starts, with what the notebook as handed out imports.
USUAL = ("numpy", "matplotlib.pyplot")


@dataclass(frozen=True)
class Runtime:
    """Folders and files to show, links to make, folders to hide, and where Python finds packages."""

    shown: tuple[Path, ...]
    links: tuple[tuple[str, Path], ...]
    packages: tuple[Path, ...]

    def mounts(self, hidden: Iterable[Path]) -> list[str]:
        """Return bubblewrap's arguments, outer folders before inner ones, with the hidden ones empty."""
        unseen = {*hidden, *SECRET}
        unseen |= {path.resolve() for path in unseen}
        unseen |= {_compiled(path) for path in unseen}
        shown = {*self.shown, *(_compiled(path) for path in self.shown if _compiled(path).is_dir())}
        covered = [path for path in unseen if path.is_dir() and _inside(path, shown)]
        # What lies in a folder that is shown anyway needs no mount of its own, unless a hidden folder is in between.
        needed = [path for path in shown if not _inside(path, shown - {path}) or _inside(path, covered)]
        steps = [(path, ["--ro-bind", str(path), str(path)]) for path in needed]
        steps += [(path, ["--size", "4096", "--tmpfs", str(path)]) for path in covered]
        steps += [(path, ["--symlink", target, str(path)]) for target, path in self.links]
        # Made here, since bubblewrap makes missing parents so that only root may enter them.
        parents = {parent for path, _ in steps for parent in path.parents}
        parents = {path for path in parents if _inside(path, covered) or not _inside(path, needed)}
        steps += [(path, ["--perms", "0755", "--dir", str(path)]) for path in (*parents, INSIDE)]
        steps.sort(key=lambda step: len(step[0].parts))
        steps += [(path, ["--remount-ro", str(path)]) for path in covered]
        return [argument for _, arguments in steps for argument in arguments]


@cache
def find_runtime() -> Runtime:
    """Return the runtime of the Python that this is."""
    executable = Path(sys.executable)
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), executable.resolve().parent.parent}
    pieces = [prefix / name for prefix in prefixes for name in ("bin", "lib", "lib64", "pyvenv.cfg")]
    packages = [Path(path) for path in site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        packages.append(Path(site.getusersitepackages()))
    packages = [path for path in packages if path.is_dir()]
    library = Path(codec.__file__).parent.parent
    system = [Path(path) for path in SYSTEM]
    wanted = [path for path in system if path.is_dir() and not path.is_symlink()]
    wanted += [path for path in (*map(Path, SETTINGS), *pieces, *packages, library) if path.exists()]
    links = tuple((os.readlink(path), path) for path in system if path.is_symlink())
    return Runtime(tuple(dict.fromkeys(wanted)), links, (*packages, library.parent))


def _inside(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _compiled(path: Path) -> Path:
    """Where Python keeps what it has compiled of a folder, if that is elsewhere; otherwise the folder."""
    return Path(sys.pycache_prefix, *path.parts[1:]) if sys.pycache_prefix else path


@cache
def warm_up(modules: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    """Import modules once, outside of the sandbox, and return the name and the content of matplotlib's list of fonts.

    What Python and matplotlib compile and write down at the first import, no submission then has to do again.
    """
    attempts = "\n".join(f"try: import {module}\nexcept Exception: pass" for module in modules)
    prefix = ["-X", f"pycache_prefix={sys.pycache_prefix}"] if sys.pycache_prefix else []
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "MPLCONFIGDIR": folder, "MPLBACKEND": "Agg"}
        subprocess.run([sys.executable, *prefix, "-c", attempts], env=environment, check=False, capture_output=True)
        return tuple((path.name, path.read_bytes()) for path in Path(folder).glob("fontlist*.json"))
