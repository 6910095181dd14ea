"""requirements.txt and package-lock.json are what pyproject.toml and package.json ask for."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import LOCK, PYPROJECT, fingerprint, header

PROJECT = tomllib.loads(PYPROJECT.read_text())["project"]
DIRECT = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
PINNED = {
    canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.+!]+)", LOCK.read_text(), re.MULTILINE)
}


def test_lock_is_made_from_this_pyproject():
    assert LOCK.read_text().startswith(header(PYPROJECT.read_text())), "pyproject.toml has changed: run `make lock`"


@pytest.mark.parametrize("line", DIRECT)
def test_every_direct_requirement_is_pinned_to_a_version_it_admits(line):
    requirement = Requirement(line)
    assert requirement.specifier.contains(PINNED[canonicalize_name(requirement.name)])


def test_fingerprint_notices_a_requirement_that_is_added_or_removed():
    pyproject = PYPROJECT.read_text()
    added = pyproject.replace("dependencies = [", 'dependencies = [\n    "six",', 1)
    removed = pyproject.replace('    "tqdm>=4.67",\n', "", 1)
    assert len({fingerprint(text) for text in (pyproject, added, removed)}) == 3


def test_lock_pins_every_line_exactly_and_names_no_index():
    lines = [line for line in LOCK.read_text().splitlines() if line and not line.lstrip().startswith("#")]
    assert [line for line in lines if not re.match(r"[\w.-]+==[\w.+!]+( ; .+)?$", line)] == []
    assert "://" not in LOCK.read_text()


def test_package_lock_pins_what_package_json_asks_for_and_names_no_registry():
    asked = json.loads(Path("package.json").read_text())["dependencies"]
    lock = json.loads(Path("package-lock.json").read_text())["packages"]
    assert lock[""]["dependencies"] == asked
    assert {name: lock[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert [name for name, package in lock.items() if "resolved" in package] == []
