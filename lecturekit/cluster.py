"""A Dask cluster, for work that one machine is too small for: the grading of a class, and the calibration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["connect"]

PATIENCE = 30  # seconds for a cluster to show its workers


@contextmanager
def connect(scheduler: str) -> Iterator[Client]:
    """Yield a client of the Dask scheduler at this address (tcp://host:port), once it has a worker.

    Raises
    ------
    ValueError
        If Dask is not installed, or the scheduler does not answer or has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("scheduler: Dask is not installed here; run: pip install distributed.") from None
    try:
        client = Client(scheduler)
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ValueError(f"scheduler: {scheduler} does not answer, or has no workers ({error}).") from None
    with client:
        yield client
