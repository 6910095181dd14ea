"""A class: every submission has its rows, in every way to run it the same ones, however often it is interrupted."""

import csv
import fcntl
import functools
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.__main__ import main
from grader.author.exercises import load
from tests.grader.classroom import EXERCISES, POOLED, QUESTIONS, RIGHT, START, WEIGHT, ipynb, job

pytestmark = pytest.mark.sandbox
SLOW = "import time\ntime.sleep(0.4)"
SUBMISSIONS = {
    "anna.ipynb": ipynb(*RIGHT, student="anna"),
    "bo.ipynb": ipynb(
        START, "def weight(sigma, tau):\n    return tau / (tau + sigma)", POOLED, "why = ('b', 'i')", student="bo"
    ),
    "carl.ipynb": ipynb(
        START,
        "def weight(sigma, tau):\n    return 1 / 0",
        "def pooled(data):\n    return np.nan",
        "why = ('a', 'i')[0]",
        student="carl",
    ),
    "dora.ipynb": ipynb("x = 1"),
    "emil.ipynb": "",
    "fay.md": f"```{{code-cell}}\n{START.replace('whatever they type', 'fay')}\n```\n\n```{{code-cell}}\n{WEIGHT}\n```\n",
    "gus.ipynb": ipynb("import os\nos._exit(3)", *RIGHT, student="gus"),
    "=1+1.ipynb": ipynb(START, 'weight = ValueError("weight, <script>\\n=2+2")\nraise weight', student="=1+1"),
    "hal.zip": "PK",
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    for name, content in SUBMISSIONS.items():
        (folder / name).write_text(content)
    return folder


def arguments(folder: Path, output: Path, *more: str) -> list[str]:
    return ["grade", str(folder), "--homework", "90", "--exercises", str(EXERCISES), "-o", str(output), *more]


def rows(output: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8-sig"))))


def outputs(output: Path) -> dict[str, bytes]:
    """All that a run has written beside its table, and the table."""
    return {path.name.replace(output.stem, "grades"): path.read_bytes() for path in output.parent.glob(f"{output.stem}.*")}


def test_every_file_has_one_row_for_each_question(folder, tmp_path, capsys):
    output = tmp_path / "grades.csv"
    assert main(arguments(folder, output, "--seed", "5")) == 0
    found = rows(output)
    assert [(row["file"].lstrip("'"), row["question"]) for row in found] == [
        (name, question) for name in sorted(SUBMISSIONS) for question in QUESTIONS
    ]
    assert {row["homework"] for row in found} == {"90"}
    status = {(row["student"], row["question"]): row["status"] for row in found}
    assert [status["anna", question] for question in QUESTIONS] == ["ok", "ok", "ok"]
    assert [status["bo", question] for question in QUESTIONS] == ["wrong", "ok", "wrong"]
    assert [status["carl", question] for question in QUESTIONS] == ["raised", "wrong", "wrong"]
    assert {status["dora", question] for question in QUESTIONS} == {"missing"}
    assert {status[student, question] for student in ("emil", "hal") for question in QUESTIONS} == {"unreadable"}
    assert [status["fay", question] for question in QUESTIONS] == ["ok", "missing", "missing"]
    assert [status["gus", question] for question in QUESTIONS] == ["ok", "ok", "ok"]
    (fallen,) = [row for row in found if row["student"] == "bo" and row["question"] == "weight"]
    assert fallen["misconception"] == "standard deviations stand where variances belong"
    points = {row["student"]: 0.0 for row in found}
    for row in found:
        points[row["student"]] += float(row["points"])
    assert points == {"anna": 7, "bo": 3, "carl": 1, "dora": 0, "emil": 0, "fay": 2, "gus": 7, "'=1+1": 0, "hal": 0}
    said = capsys.readouterr().out
    assert "9 submissions, 27 rows: " in said
    assert "6 rows need a human: emil, hal." in said
    assert json.loads((tmp_path / "grades.json").read_text())["seed"] == 5
    assert "seed 5" in (tmp_path / "grades.html").read_text()
    assert not (tmp_path / "grades.journal").exists()


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_jobs(folder, tmp_path):
    for name, jobs in (("one", "1"), ("many", "5")):
        more = ("--seed", "5", "--jobs", jobs, "--feedback", str(tmp_path / name))
        assert main(arguments(folder, tmp_path / f"{name}.csv", *more)) == 0
    assert outputs(tmp_path / "one.csv") == outputs(tmp_path / "many.csv")
    pages = [{page.name: page.read_bytes() for page in (tmp_path / name).iterdir()} for name in ("one", "many")]
    assert pages[0] == pages[1]
    assert len(pages[0]) == len(SUBMISSIONS)


def test_the_probes_are_fresh_in_each_run_and_their_seed_is_recorded(folder, tmp_path):
    for path in folder.glob("[!a]*"):
        path.unlink()
    seeds = set()
    for name in ("first", "second"):
        assert main(arguments(folder, tmp_path / f"{name}.csv")) == 0
        seeds.add(json.loads((tmp_path / f"{name}.json").read_text())["seed"])
    assert len(seeds) == 2


def test_a_public_answer_by_heart_is_not_enough(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    by_heart = "def weight(sigma, tau):\n    return {0.2: 0.8, 0.1: 0.1}.get(tau, 0.5 + 0 * sigma)"
    (folder / "anna.ipynb").write_text(ipynb(START, by_heart))
    assert main(arguments(folder, tmp_path / "grades.csv")) == 0
    assert rows(tmp_path / "grades.csv")[0]["status"] == "wrong"


def test_numbers_passed_on_earn_nothing(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    theirs = {name: float(value) for name, value in job(student="bo").keys[1].expected[0].items()}
    (folder / "bo.ipynb").write_text(ipynb(f"def pooled(data):\n    return {theirs}"))
    assert main(arguments(folder, tmp_path / "grades.csv")) == 0
    row = rows(tmp_path / "grades.csv")[1]
    assert (row["status"], row["points"]) == ("wrong", "0")
    assert "gives the same for any other" in row["note"]


def test_the_letters_of_a_choice_are_those_that_the_notebook_has_shown(tmp_path):
    """Whatever id was typed into it: the file may come under another one."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    start = START.replace("whatever they type", "{typed}")
    for typed in ("anna", "Anna B.", "x"):
        key = load(EXERCISES / "90_small").pack().key("why", typed)
        statement, reason = "ab"[key.statements.index("They shrink.")], ("i", "ii")[key.reasons.index("Because of the others.")]
        answer = f"why = ('{statement}', '{reason}')"
        (folder / f"{typed}-1234.ipynb").write_text(ipynb(start.format(typed=typed), answer))
    assert main(arguments(folder, tmp_path / "grades.csv")) == 0
    assert [row["points"] for row in rows(tmp_path / "grades.csv") if row["question"] == "why"] == ["2", "2", "2"]


@pytest.fixture(scope="module")
def calm(tmp_path_factory) -> tuple[Path, dict[str, bytes]]:
    """A folder that takes long enough to be interrupted, and what a run that is left alone makes of it."""
    root = tmp_path_factory.mktemp("calm")
    folder = root / "submissions"
    folder.mkdir()
    for name, content in SUBMISSIONS.items():
        (folder / name).write_text(content)
    for i in range(8):
        (folder / f"slow{i}.ipynb").write_text(ipynb(SLOW, *RIGHT))
    assert main(arguments(folder, root / "calm.csv", "--seed", "5")) == 0
    return folder, outputs(root / "calm.csv")


def command(*given: str) -> list[str]:
    return [sys.executable, "-m", "grader", *given]


def interrupted(folder: Path, output: Path, number: int, *more: str) -> int:
    """Run the command, send it a signal once it has graded a few submissions, and return its exit code."""
    journal = output.with_suffix(".journal")
    # Whoever runs the tests in the background has told them to ignore interrupts.
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    given = command(*arguments(folder, output, "--jobs", "2", *more))
    with subprocess.Popen(given, stderr=subprocess.DEVNULL, preexec_fn=heed) as grader:
        give_up = time.monotonic() + 120
        while not journal.exists() or journal.read_bytes().count(b"\n") < 6:
            assert grader.poll() is None
            assert time.monotonic() < give_up
            time.sleep(0.02)
        grader.send_signal(number)
        return grader.wait(60)


@pytest.mark.xdist_group("interrupted")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow)]
)
def test_an_interrupted_run_goes_on_where_it_stopped_and_gives_the_same_bytes(calm, tmp_path, number, code):
    folder, expected = calm
    output = tmp_path / "rough.csv"
    assert interrupted(folder, output, number, "--seed", "5") == code
    assert not output.exists()
    journal = output.with_suffix(".journal")
    done = journal.read_text().count("\n") - 1
    assert 5 <= done < len(list(folder.iterdir()))
    with journal.open("a") as file:
        file.write('{"of": "torn in the midd')
    assert main(arguments(folder, output)) == 0  # without a seed it takes the one that it had
    assert outputs(output) == expected


def test_a_run_that_is_complete_but_for_its_table_runs_nothing_again(folder, tmp_path, monkeypatch):
    output = tmp_path / "grades.csv"
    assert main(arguments(folder, output, "--seed", "5")) == 0
    first = outputs(output)
    kept = tmp_path / "kept"
    monkeypatch.setattr(Path, "unlink", lambda path: shutil.copy(path, kept))
    assert main(arguments(folder, output, "--seed", "5")) == 0
    monkeypatch.undo()
    shutil.copy(kept, output.with_suffix(".journal"))
    started = time.monotonic()
    monkeypatch.setattr("grader.classroom.run.grade", None)
    assert main(arguments(folder, output)) == 0
    assert time.monotonic() - started < 20
    assert outputs(output) == first


def test_a_journal_of_another_seed_or_of_a_changed_file_is_not_believed(folder, tmp_path):
    output = tmp_path / "grades.csv"
    journal = output.with_suffix(".journal")
    assert main(arguments(folder, output, "--seed", "6")) == 0
    expected = outputs(output)
    wrong = {"homework": "90", "questions": "of last year", "unsafe": False, "seed": 6}
    journal.write_text(json.dumps(wrong) + "\n" + json.dumps({"of": "x", "results": []}) + "\n")
    assert main(arguments(folder, output, "--seed", "6")) == 0
    assert outputs(output) == expected


def test_two_graders_do_not_write_to_one_table(folder, tmp_path, capsys):
    with (tmp_path / "grades.journal").open("w") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        assert main(arguments(folder, tmp_path / "grades.csv")) == 2
    assert "another grader is writing" in capsys.readouterr().err


def test_students_of_the_roster_without_a_file_have_rows(folder, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("file,student\nanna.ipynb,s-01\n,bo\n,zoe\n")
    assert main(arguments(folder, tmp_path / "grades.csv", "--roster", str(roster))) == 0
    table = rows(tmp_path / "grades.csv")
    found = {(row["student"], row["file"], row["question"]): (row["status"], row["note"]) for row in table}
    said = 'The id in the notebook is "anna", not "s-01": its data are those of the former.'
    assert found["s-01", "anna.ipynb", "pooled"] == ("ok", said)
    assert found["zoe", "", "weight"] == ("missing", "No file was handed in.")
    assert found["dora", "dora.ipynb", "weight"][1].startswith("Not on the roster. ")


def test_without_bubblewrap_the_command_refuses(folder, tmp_path):
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(
        command(*arguments(folder, tmp_path / "grades.csv")), env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "apt install bubblewrap" in done.stderr
    assert "--unsafe" in done.stderr
    assert not list(tmp_path.glob("grades*"))


def test_unsafe_grades_without_it_and_warns_on_every_page(tmp_path, capsys):
    folder = tmp_path / "submissions"
    folder.mkdir()
    (folder / "anna.ipynb").write_text(ipynb(*RIGHT))
    assert main(arguments(folder, tmp_path / "grades.csv", "--unsafe", "--feedback", str(tmp_path / "pages"))) == 0
    warning = "Graded without a sandbox"
    found = rows(tmp_path / "grades.csv")
    assert [row["status"] for row in found] == ["ok"] * 3
    assert all(row["note"].startswith(warning) for row in found)
    assert warning in capsys.readouterr().err
    for page in (tmp_path / "grades.html", tmp_path / "pages" / "anna.html"):
        assert warning in page.read_text()
    assert json.loads((tmp_path / "grades.json").read_text())["sandbox"] is False


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--homework", "91"], "homework: got 91"),
        (["--jobs", "0"], "jobs: got 0"),
        (["--seed", "-1"], "seed: got -1"),
        (["-o", "/nowhere/grades.csv"], "output: got /nowhere/grades.csv"),
        (["-o", "grades.txt"], "output: got grades.txt"),
        (["--roster", "/nowhere.csv"], "roster: /nowhere.csv"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(folder, tmp_path, capsys, more, message):
    assert main([*arguments(folder, tmp_path / "grades.csv"), *more]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
