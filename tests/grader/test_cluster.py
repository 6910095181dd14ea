"""The same class on a Dask cluster of two workers, and on one of which a worker is killed half-way."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from grader.__main__ import main
from tests.grader.classroom import EXERCISES, RIGHT, START, ipynb
from tests.workers import PATIENCE, two_threads, wait_until

pytestmark = pytest.mark.sandbox
SLOW = "import time\ntime.sleep(0.5)"
HANGS = "import os, time\nos.fork()\ntime.sleep(2)"


def test_a_cluster_gives_the_same_files_as_this_machine_alone(tmp_path, monkeypatch):
    folder = tmp_path / "submissions"
    folder.mkdir()
    for name, cells in {"anna": RIGHT, "bo": (START, "why = ('b', 'i')"), "carl": ("import os\nos._exit(3)", *RIGHT)}.items():
        (folder / f"{name}.ipynb").write_text(ipynb(*cells))
    (folder / "broken.ipynb").write_text("{")
    given = ["grade", str(folder), "--homework", "90", "--exercises", str(EXERCISES), "--seed", "5"]
    with two_threads(tmp_path) as scheduler, monkeypatch.context() as patch:
        patch.setattr("grader.classroom.run.ThreadPoolExecutor", None)  # what does the work where there is no cluster
        assert main([*given, "-o", str(tmp_path / "cluster.csv"), "--scheduler", scheduler]) == 0
    assert main([*given, "-o", str(tmp_path / "local.csv")]) == 0
    for suffix in (".csv", ".json", ".html"):
        assert (tmp_path / f"cluster{suffix}").read_bytes() == (tmp_path / f"local{suffix}").read_bytes()
    assert b"ok" in (tmp_path / "cluster.csv").read_bytes()
    assert (tmp_path / "dask-scratch-space").is_dir()  # and not in the system's folder


@pytest.mark.slow
def test_a_cluster_gives_the_same_file_though_one_of_its_workers_is_killed(cluster, tmp_path):
    address, workers = cluster
    folder = tmp_path / "submissions"
    folder.mkdir()
    for i in range(10):
        (folder / f"student{i:02}.ipynb").write_text(ipynb(SLOW, *RIGHT) if i % 3 else ipynb(START, HANGS, "why = ('b', 'i')"))
    (folder / "broken.ipynb").write_text("{")
    given = ["grade", str(folder), "--homework", "90", "--exercises", str(EXERCISES), "--seed", "5"]
    output = tmp_path / "cluster.csv"
    command = [sys.executable, "-m", "grader", *given, "-o", str(output), "--scheduler", address]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as grader:
        journal = output.with_suffix(".journal")
        wait_until(lambda: grader.poll() is not None or (journal.exists() and journal.read_bytes().count(b"\n") >= 4))
        assert grader.poll() is None
        workers[0].send_signal(signal.SIGKILL)
        _, said = grader.communicate(timeout=PATIENCE)
    assert grader.returncode == 0, said
    assert main([*given, "-o", str(tmp_path / "local.csv")]) == 0
    assert output.read_bytes() == (tmp_path / "local.csv").read_bytes()
    assert b"died" not in output.read_bytes()


def test_a_scheduler_that_does_not_answer_is_named(tmp_path):
    (tmp_path / "anna.ipynb").write_text(ipynb(*RIGHT))
    given = ["grade", str(tmp_path), "--homework", "90", "--exercises", str(EXERCISES), "-o", str(tmp_path / "grades.csv")]
    environment = {**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}
    # As long as this one holds the port without listening, nobody else can listen there.
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-m", "grader", *given, "--scheduler", address]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 2
    assert f"scheduler: {address} does not answer" in done.stderr
