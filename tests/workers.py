"""Two workers of Dask and their scheduler on this machine: processes, for the tests that kill one, or threads."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120  # seconds


@contextmanager
def two_workers(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """Start them, with all that they write in a folder, and give the scheduler's address and the workers."""
    file = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "DASK_TEMPORARY_DIRECTORY": str(folder),
        "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "10 minutes",  # a busy worker is no lost one
    }}  # fmt: skip
    start = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    join = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    started = [subprocess.Popen([*start, "--scheduler-file", str(file)], **quiet)]
    try:
        wait_until(lambda: file.exists() and file.read_text().endswith("}"))
        started += [subprocess.Popen([*join, "--scheduler-file", str(file)], **quiet) for _ in range(2)]
        yield json.loads(file.read_text())["address"], started[1:]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


@contextmanager
def two_threads(folder: Path) -> Iterator[str]:
    """Make two threads of this process workers, with all that they write in a folder, and give their scheduler's address."""
    from dask import config  # here, since every run of the tests imports this module
    from distributed import LocalCluster

    threads = {
        "processes": False,
        "protocol": "tcp",
        "host": "127.0.0.1",
        "dashboard_address": None,
        # Without a dashboard it serves pages all the same, at a port that others on this machine may have.
        "scheduler_kwargs": {"dashboard_address": "127.0.0.1:0"},
    }
    with (
        config.set({"temporary-directory": str(folder)}),
        LocalCluster(n_workers=2, threads_per_worker=1, **threads) as cluster,
    ):
        yield cluster.scheduler_address


def wait_until(ready: Callable[[], bool]) -> None:
    """Wait, but not for ever."""
    give_up = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < give_up
        time.sleep(0.05)
