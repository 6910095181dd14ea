"""What a notebook finds in the worker in the place of Jupyter and of lecturekit.homework. Used by worker.py alone."""

from __future__ import annotations

import builtins
import sys
import types

TYPE_CHECKING = False  # typing itself would take longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec

    from grader.jail.worker import Notebook
    from lecturekit.homework import codec
else:
    import codec

RUN = ("time", "timeit", "capture", "prun")  # magics that run their cell
# What `from IPython.display import *` gives.
DISPLAY: tuple[str, ...] = (
    "display",
    "clear_output",
    "Markdown",
    "HTML",
    "Math",
    "Latex",
    "Image",
    "SVG",
    "JSON",
    "Code",
    "Audio",
    "Video",
)
DISPLAY += ("IFrame", "YouTubeVideo", "Javascript", "FileLink", "Pretty", "display_html", "update_display")


def install(notebook: Notebook) -> None:
    """Put everything of here where a notebook looks for it."""

    def ask(*args: object) -> str:
        notebook.asked += 1
        return ""

    stand_ins = {"display": Harmless(), "get_ipython": lambda: Shell(notebook), "input": ask}
    notebook.names.update(stand_ins)
    vars(builtins).update(stand_ins)
    sys.meta_path[:0] = [HomeworkStub(notebook), Finder(notebook)]


class Harmless:
    """Whatever of IPython's display or of Colab a notebook takes: it can be made, called, entered and looped over."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Take anything."""

    def __call__(self, *args: object, **kwargs: object) -> Harmless:
        """Take anything again."""
        return self

    def __getattr__(self, name: str) -> Harmless:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __enter__(self) -> Harmless:
        return self

    def __exit__(self, *error: object) -> None:
        return None


class Silent:
    """What the notebook's homework.check, statements and score return here: it shows nothing."""

    def __getattr__(self, name: str) -> None:
        return None

    def __bool__(self) -> bool:
        return True


class Shell(Harmless):
    """What get_ipython() returns: magics that time or capture run their code, all others do nothing."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def run_line_magic(self, name: str, line: str, *args: object, **kwargs: object) -> None:
        """``%time x = f()`` and its like."""
        if name in ("time", "prun"):
            self.run_cell(line)
        elif name in ("run", "load"):
            raise FileNotFoundError(f"%{name} {line.strip()}: there are no files beside the notebook")

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """``%%time`` and its like, ``%%writefile``."""
        if name in RUN:
            self.run_cell(cell)
        elif name in ("writefile", "file"):
            append, _, path = line.strip().rpartition(" ")
            with open(path.strip("\"'"), "a" if append == "-a" else "w") as file:
                file.write(cell)

    def without_magic(self, source: str) -> str:
        """Return a cell without the magic at its top: what it would run, its lines where they were, or nothing."""
        above = len(source) - len(source.lstrip("\n"))
        first, _, rest = source[above + 2 :].partition("\n")
        name, _, line = first.partition(" ")
        if name in RUN:
            return "\n" * (above + 1) + rest
        self.run_cell_magic(name, line, rest)
        return ""

    def run_cell(self, source: str, *args: object, **kwargs: object) -> None:
        """Run code in the notebook's namespace."""
        self._notebook.run(compile(source.strip(), "<magic>", "exec", dont_inherit=True))

    def getoutput(self, *args: object, **kwargs: object) -> list[str]:
        """``x = !ls``: there is no shell here."""
        return []


class Finder:
    """Imports stand-ins for what a notebook finds where students work: IPython's display and shell, and Colab."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Answer for these modules alone. The other parts of IPython are its own."""
        if name not in ("IPython", "IPython.display", "google", "google.colab") and not name.startswith("google.colab."):
            return None
        from importlib.machinery import ModuleSpec, PathFinder

        real = PathFinder.find_spec(name) if name in ("IPython", "google") else None
        if name == "google" and real:
            return None
        spec = ModuleSpec(name, self, is_package=name != "IPython.display")  # type: ignore[arg-type]  # see HomeworkStub
        if real:
            spec.submodule_search_locations = real.submodule_search_locations
        return spec

    def create_module(self, spec: object) -> None:
        """Leave it to the import system."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Give the module whatever it is asked for."""
        names = module.__dict__
        if module.__name__ == "IPython":
            names.update(version_info=(9, 0, 0, ""), __version__="9.0.0", get_ipython=lambda: Shell(self.notebook))
        elif module.__name__ == "IPython.display":
            names.update(dict.fromkeys(DISPLAY, Harmless()))

        def anything(name: str) -> Harmless:
            if name.startswith("__"):
                raise AttributeError(name)
            return Harmless()

        names["__getattr__"] = anything


class HomeworkStub:
    """Imports a stand-in for lecturekit.homework, whose Homework gives the student's data and checks nothing."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Answer for lecturekit.homework alone."""
        if name != "lecturekit.homework":
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, self)  # type: ignore[arg-type]  # any object with these two methods loads a module

    def create_module(self, spec: object) -> None:
        """Leave it to the import system."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Give the module its Homework."""
        notebook = self.notebook

        class Homework:
            def __init__(self, number: str = "", *args: object, **kwargs: object) -> None:
                self.number, self.student = number, notebook.student

            def data(self, name: str) -> object:
                return codec.decode(notebook.data[name])

            def check(self, name: str = "", answer: object = None) -> Silent:
                notebook.checked[name] = answer
                return Silent()

            def __getattr__(self, name: str) -> object:
                return lambda *args, **kwargs: Silent()

        module.__dict__["Homework"] = Homework
