"""The layers of lecturekit: who may import whom."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lecturekit"
BELOW = "arrays measurements datasets draws model mixture kronrod quadrature sums survey exact mcmc populations selection"
ORDER = [*BELOW.split(), "predictive", "calibration", "plots", "explore"]
ONLY = {
    "emcee": {"mcmc"},
    "matplotlib": {"plots"},
    "corner": {"plots"},
    "ipywidgets": {"explore"},
    "anywidget": {"explore"},
    "dask": {"survey"},
    "pyarrow": {"survey"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[tuple[str, int]]:
    """Names of imported modules, lecturekit's own with a leading dot for each level above the package."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, 0) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.module, node.level)] if node.module else [(alias.name, node.level) for alias in node.names]
    return found


def own(path: Path) -> set[str]:
    """Layers of lecturekit that a file imports."""
    depth = len(path.relative_to(PACKAGE).parts)
    inside = {name.split(".")[0] for name, level in imports(path) if level == depth}
    absolute = {name.split(".")[1] for name, level in imports(path) if level == 0 and name.startswith("lecturekit.")}
    return inside | absolute


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    if layer(path) in ORDER:
        allowed = ORDER[: ORDER.index(layer(path)) + 1] if layer(path) == "explore" else ORDER[: ORDER.index(layer(path))]
        assert own(path) <= set(allowed)
    else:
        assert layer(path) in {"__init__", "cluster", "notebook", "grading"}, "a new module needs its place in ORDER"
        assert own(path) <= ({"cluster", "grading"} if layer(path) == "grading" else set())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_some_libraries_have_one_door(path):
    for name, level in imports(path):
        if level == 0 and name.split(".")[0] in ONLY:
            assert layer(path) in ONLY[name.split(".")[0]]
