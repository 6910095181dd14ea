"""The house: who may import whom, how high the floors are, and how large the rooms.

This is the one place that holds the layers. README, CONTRIBUTING, docstrings and the reference name them in words.
"""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Each imports from its own layer and those before it. What a chapter's page needs stands beside them.
LAYERS = {
    "data": {"_arrays", "measurements", "datasets", "draws"},
    "model": {"model"},
    "inference": {"exact", "mcmc", "populations", "selection"},
    "checks": {"predictive", "calibration"},
    "figures": {"plots"},
    "explorers": {"explore"},
}
BESIDE = {"page", "_calibration_run"}
# Libraries with one door.
ONLY = {
    "emcee": "lecturekit.mcmc",
    "matplotlib": "lecturekit.plots",
    "corner": "lecturekit.plots",
    "ipywidgets": "lecturekit.explore",
    "anywidget": "lecturekit.explore",
    "dask": "lecturekit.exact.survey",
    "pyarrow": "lecturekit.exact.survey",
    "distributed": "grader.classroom.run",
    "psutil": "grader.jail",
}
FLOORS = 4
LINES, LINES_OF_A_MODULE = 3000, 250  # of the library, without those that are blank; of a module, with them


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for room in ("lecturekit", "grader") for path in sorted((ROOT / room).rglob("*.py"))}


@cache
def imports(name: str) -> frozenset[str]:
    """The full names of what a module imports, but for its type checker alone."""
    path = MODULES[name]
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    found = set()
    for node in in_earnest(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package.split(".")[: len(package.split(".")) + 1 - node.level]) if node.level else ""
            home = ".".join(filter(None, (above, node.module)))
            found |= {full if (full := f"{home}.{alias.name}") in MODULES else home for alias in node.names}
    return frozenset(found)


def in_earnest(node: ast.AST) -> list[ast.AST]:
    """The nodes below one, but for what stands under ``if TYPE_CHECKING:``."""
    found = []
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING"):
            found += [child, *in_earnest(child)]
    return found


def inside(room: str, name: str) -> frozenset[str]:
    return frozenset(other for other in imports(name) if other in MODULES and other.startswith(f"{room}."))


def floor(room: str, name: str, under: tuple[str, ...] = ()) -> int:
    """On which floor of a room a module stands: 1 if it imports no other of the room. AssertionError in a circle."""
    assert name not in under, f"a circle: {' -> '.join((*under, name))}"
    return 1 + max((floor(room, other, (*under, name)) for other in inside(room, name)), default=0)


def place(name: str) -> str:
    """The module of lecturekit that another one is, or is part of."""
    return name.split(".")[1] if "." in name else "__init__"


@pytest.mark.parametrize("name", [name for name in MODULES if place(name) in set().union(*LAYERS.values())])
def test_no_layer_imports_from_one_above(name):
    layers = list(LAYERS.values())
    mine = next(i for i, layer in enumerate(layers) if place(name) in layer)
    allowed = set().union(*layers[: mine + 1])
    assert {place(other) for other in imports(name) if other.startswith("lecturekit")} <= allowed


def test_every_module_has_its_place():
    places = {place(name) for name in MODULES if name.startswith("lecturekit")}
    assert places == set().union(*LAYERS.values(), BESIDE, {"__init__", "homework"})


@pytest.mark.parametrize("name", MODULES)
def test_some_libraries_have_one_door(name):
    for library, door in ONLY.items():
        if library in {other.split(".")[0] for other in imports(name)}:
            assert name == door or name.startswith(f"{door}."), library


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("lecturekit.homework")])
def test_the_students_half_stands_alone(name):
    assert {other for other in imports(name) if other in MODULES} <= {name for name in MODULES if "homework" in name}


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("grader")])
def test_the_grader_takes_the_students_half_and_nothing_else_of_lecturekit(name):
    ours = {other for other in imports(name) if other.split(".")[0] == "lecturekit"}
    assert all(other.startswith("lecturekit.homework") for other in ours)


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("lecturekit")])
def test_nothing_of_lecturekit_imports_the_grader(name):
    assert not {other for other in imports(name) if other.split(".")[0] == "grader"}


@pytest.mark.parametrize("room", ["grader", "lecturekit.homework", "lecturekit.exact"])
def test_a_room_has_few_floors_and_no_circle(room):
    assert max(floor(room, name) for name in MODULES if name.startswith(f"{room}.")) <= FLOORS


def test_the_library_is_small():
    own = [
        path for name, path in MODULES.items() if name.startswith("lecturekit") and place(name) not in ("explore", "homework")
    ]
    texts = {path: path.read_text(encoding="utf-8").splitlines() for path in own}
    assert sum(len([line for line in lines if line.strip()]) for lines in texts.values()) <= LINES
    lines = {path: len(lines) for path, lines in texts.items()}
    assert {path.name: count for path, count in lines.items() if count > LINES_OF_A_MODULE} == {}


def test_importing_the_library_brings_no_figures_chains_or_sliders():
    look = "import lecturekit, sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"matplotlib", "emcee", "ipywidgets", "astropy"} & set(done.stdout.split())
    use = "import lecturekit; print(lecturekit.exact.posterior.__name__, lecturekit.Measurements.__name__)"
    done = subprocess.run([sys.executable, "-c", use], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["posterior", "Measurements"]
