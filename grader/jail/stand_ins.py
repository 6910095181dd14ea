"""What a notebook finds in the worker in the place of Jupyter and of lecturekit.homework. Used by worker.py alone."""

from __future__ import annotations

import types

TYPE_CHECKING = False  # typing itself would take longer to import than all of this
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

    from grader.jail.worker import Notebook
    from lecturekit.homework import codec
else:
    import codec


def nothing(*args: object, **kwargs: object) -> None:
    """What display() does here."""


class Silent:
    """What the notebook's homework.check, statements and score return here: it shows nothing."""

    def __getattr__(self, name: str) -> None:
        return None

    def __bool__(self) -> bool:
        return True


class Shell:
    """What get_ipython() returns: magics that time or capture run their code, all others do nothing."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def run_line_magic(self, name: str, line: str, *args: object, **kwargs: object) -> None:
        """``%time x = f()`` and its like."""
        if name == "time":
            self._run(line)

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """``%%time`` and its like."""
        if name in ("time", "capture"):
            self._run(cell)

    def _run(self, source: str) -> None:
        self._notebook.cell({"source": source, "number": "magic"})

    def getoutput(self, *args: object, **kwargs: object) -> list[str]:
        """``x = !ls``: there is no shell here."""
        return []

    def __getattr__(self, name: str) -> object:
        return nothing


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

            def __getattr__(self, name: str) -> object:
                return lambda *args, **kwargs: Silent()

        module.__dict__["Homework"] = Homework
