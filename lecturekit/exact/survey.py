"""Measurements that do not fit in memory: chunks of them, that can be gone through again.

Contract: whatever the data come as, `open_survey` turns them into one kind of thing. It yields checked chunks (y, sigma),
always in the same order, and gives the sums over all objects. It holds one chunk of the data at a time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from .._arrays import Floats, check_measured
from ..measurements import Measurements
from .sums import GROUP, NO_OBJECTS, Sums, in_bins, total

__all__ = ["Chunks", "PartitionedSurvey", "Survey", "open_survey"]


class DaskCollection(Protocol):
    """A Dask array or dataframe."""

    def __dask_graph__(self) -> Any:
        """What Dask asks of what it computes."""


Chunk = tuple[Floats, Floats]
Chunks = Iterable[Measurements | tuple[ArrayLike, ArrayLike]] | NDArray[Any] | DaskCollection | str | Path
EXPECTED = (
    "expected Measurements(y, sigma), or data in chunks: a list (or another iterable that can be gone through again) of "
    "Measurements or pairs (y, sigma), a memory map or Dask array of shape (J, 2), a memory map or Dask dataframe with the "
    "columns y and sigma, or the path of a Parquet folder with these columns"
)
INSTALL = "this needs Dask and pyarrow. Install them with: pip install 'lecturekit[cluster]'"


def open_survey(data: Chunks) -> Survey:
    """Data out of memory, of any of the kinds that `exact.posterior` takes.

    Raises
    ------
    ValueError
        If they are of another kind, or can be gone through only once.
    """
    if isinstance(data, str | Path):
        return PartitionedSurvey(_read_parquet(Path(data)))
    if hasattr(data, "__dask_graph__"):
        return PartitionedSurvey(data)
    if isinstance(data, np.ndarray):
        _columns(data[:0])
        return Survey(_Again(lambda: (_columns(data[start : start + GROUP]) for start in range(0, len(data), GROUP))))
    # A tuple of two is too much like one pair of arrays to be taken for chunks.
    if isinstance(data, tuple | Measurements) or not isinstance(data, Iterable):
        raise ValueError(f"data: got {type(data).__name__}; {EXPECTED}.")
    if iter(data) is data:
        raise ValueError(
            f"data: got {type(data).__name__}, which can be gone through only once; expected chunks that can be gone through "
            "again. Give a list, or an object whose __iter__ starts anew, for example by reading the files again."
        )
    return Survey(data)


class Survey:
    """Chunks of objects from an iterable; each is Measurements or a pair (y, sigma) of arrays of one length."""

    #: Chunks of arrays say nothing of their unit.
    unit = ""

    def __init__(self, source: Iterable[Any]) -> None:
        self._source = source

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, y and sigma of each, shapes (n,), in their order; ValueError names what is wrong in which."""
        first = 0
        for number, chunk in enumerate(self._source):
            pair = (chunk.y, chunk.sigma) if isinstance(chunk, Measurements) else chunk
            if not (isinstance(pair, tuple) and len(pair) == 2):
                raise ValueError(f"data, chunk {number}: got {type(chunk).__name__}; expected Measurements or (y, sigma).")
            try:
                y, sigma = _checked(pair[0], pair[1], first)
            except ValueError as error:
                raise ValueError(f"data, chunk {number}: {error}") from error
            first += y.size
            yield y, sigma

    def sums(self) -> Sums:
        """The sums over all objects, by one pass."""
        return total(in_bins(y, sigma) for y, sigma in _joined(self._watched()))

    def _watched(self) -> Iterator[Chunk]:
        with tqdm(desc="sums", unit=" objects", unit_scale=True, delay=5, leave=False) as bar:
            for y, sigma in self.chunks():
                yield y, sigma
                bar.update(y.size)


class PartitionedSurvey(Survey):
    """The partitions of a Dask array (J, 2) or dataframe; its workers do the sums, and those of a lost worker again."""

    def __init__(self, collection: Any) -> None:
        if hasattr(collection, "columns"):
            _require_columns(collection.columns)
            parts = collection[["y", "sigma"]].to_delayed()
        else:
            if collection.ndim != 2 or collection.shape[1] != 2:
                raise ValueError(f"data: got a Dask array of shape {collection.shape}; expected (J, 2), y beside sigma.")
            parts = collection.rechunk({1: 2}).to_delayed().ravel()
        self._parts = list(parts)
        super().__init__(_Again(lambda: (_columns(part.compute()) for part in self._parts)))

    def sums(self) -> Sums:
        """The sums over all objects, merged in a tree."""
        from dask.base import compute
        from dask.delayed import delayed
        from dask.diagnostics.progress import ProgressBar

        layer = [delayed(_partition_sums)(part) for part in self._parts]
        while len(layer) > 1:
            layer = [delayed(_merged)(layer[i : i + 2]) for i in range(0, len(layer), 2)]
        try:
            with ProgressBar(minimum=5, out=sys.stderr):  # of a local run; a cluster shows its own
                result: Sums | None = compute(*layer)[0]
        except ValueError:
            for _ in self.chunks():  # a worker knows its partition alone: this names the object in the whole data
                pass
            raise
        if result is None:
            raise ValueError(NO_OBJECTS)
        return result


class _Again:
    """Chunks that can be gone through again: a function starts them anew each time."""

    def __init__(self, start: Callable[[], Iterator[Chunk]]) -> None:
        self._start = start

    def __iter__(self) -> Iterator[Chunk]:
        return self._start()


def _read_parquet(folder: Path) -> Any:
    if not folder.exists():
        raise ValueError(f"data: there is nothing at {folder}; expected the path of a Parquet folder.")
    try:
        import dask.dataframe
        import pyarrow  # noqa: F401 (Dask asks for it too late to say so well)
    except ImportError as error:
        raise ImportError(f"data: got a path; {INSTALL}") from error
    return dask.dataframe.read_parquet(folder)


def _require_columns(names: Any) -> None:
    if not {"y", "sigma"} <= set(names):
        raise ValueError(f"data: got the columns {', '.join(map(str, names)) or 'none'}; expected y and sigma.")


def _columns(table: Any) -> Chunk:
    """y and sigma from a dataframe, an array with named fields, or one of shape (n, 2)."""
    names = table.dtype.names if isinstance(table, np.ndarray) else table.columns
    if names is not None:
        _require_columns(names)
        return np.asarray(table["y"]), np.asarray(table["sigma"])
    if table.ndim != 2 or table.shape[1] != 2:
        raise ValueError(f"data: got an array of shape {table.shape}; expected (J, 2), the columns y and sigma.")
    return table[:, 0], table[:, 1]


def _checked(y: Any, sigma: Any, first: int) -> Chunk:
    empty = np.size(y) == np.size(sigma) == 0  # a filter may leave a partition with nothing in it
    return (np.empty(0), np.empty(0)) if empty else check_measured(y, sigma, first)


def _joined(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The same objects with small chunks put together, so that many of them cost no more than a few."""
    held: list[Chunk] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += chunk[0].size
        if size >= GROUP // 8:
            yield _together(held)
            held, size = [], 0
    if size:
        yield _together(held)


def _together(chunks: list[Chunk]) -> Chunk:
    if len(chunks) == 1:
        return chunks[0]
    y, sigma = zip(*chunks, strict=True)
    return np.concatenate(y), np.concatenate(sigma)


def _partition_sums(part: Any) -> Sums | None:
    y, sigma = _checked(*_columns(part), 0)
    return in_bins(y, sigma) if y.size else None


def _merged(parts: list[Sums | None]) -> Sums | None:
    full = [part for part in parts if part is not None]
    return total(full) if full else None
