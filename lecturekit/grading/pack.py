"""Packs: what a notebook needs to answer at once, without a network and without a solution on disk.

A pack holds, for one homework, every variant's data and the answer keys on the public probes: outputs, never a function and
never a private probe. It is encoded so that nobody reads or greps an answer by accident. That hides, it does not encrypt:
whoever takes this module apart can decode a pack. Grades come from private probes, which are in no pack.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from .codec import decode, encode
from .keys import Key, Wrong
from .questions import Tolerance

__all__ = ["PACKS", "Pack", "from_bytes", "packed", "read", "to_bytes"]

PACKS: Traversable = files("lecturekit") / "grading" / "packs"


@dataclass(frozen=True)
class Pack:
    """What the notebook of one homework needs.

    Attributes
    ----------
    homework : str
        Its number, "03".
    data : tuple
        Variant by variant, the data sets by name.
    keys : dict
        Name of the question -> its key; for a value one key per variant. In the notebook's order.
    apart : frozenset
        The names of the values whose answer shows whose data it comes from.
    source : str
        The digest of the questions.py that it was made from.
    """

    homework: str
    data: tuple[dict[str, dict[str, Any]], ...]
    keys: dict[str, Key | tuple[Key, ...]]
    apart: frozenset[str]
    source: str

    def key(self, name: str, variant: int) -> Key:
        """Return the key of a question for a student with this variant of the data."""
        key = self.keys[name]
        if isinstance(key, Key):
            return key
        rest = [other for i, other in enumerate(key) if i != variant] if name in self.apart else []
        return replace(key[variant], others=tuple((other.expected[0], other.tolerances[0]) for other in rest))


def packed() -> list[str]:
    """Return the numbers of the homework whose packs come with the package."""
    return sorted(file.name.removesuffix(".pack") for file in PACKS.iterdir() if file.name.endswith(".pack"))


def read(homework: str) -> Pack:
    """Return the pack of a homework that comes with the package; ValueError if there is none."""
    if homework not in packed():
        raise ValueError(f"homework: got {homework!r}; expected one of {', '.join(packed())}.")
    return from_bytes(homework, (PACKS / f"{homework}.pack").read_bytes())


def to_bytes(pack: Pack) -> bytes:
    """Return the pack as a file holds it. The same pack gives the same bytes."""
    plain = {
        "data": [encode(sets) for sets in pack.data],
        "keys": [_plain(key) if isinstance(key, Key) else [_plain(one) for one in key] for key in pack.keys.values()],
        "apart": sorted(pack.apart),
        "source": pack.source,
    }
    packed = zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 9)
    return base64.b85encode(_mask(pack.homework, packed)) + b"\n"


def from_bytes(homework: str, text: bytes) -> Pack:
    """Return the pack that a file holds."""
    plain = json.loads(zlib.decompress(_mask(homework, base64.b85decode(text.strip()))))
    keys = [tuple(map(_key, key)) if isinstance(key, list) else _key(key) for key in plain["keys"]]
    names = [key.name if isinstance(key, Key) else key[0].name for key in keys]
    data: tuple[Any, ...] = tuple(map(decode, plain["data"]))
    return Pack(homework, data, dict(zip(names, keys, strict=True)), frozenset(plain["apart"]), plain["source"])


def _mask(homework: str, data: bytes) -> bytes:
    stream = hashlib.shake_256(f"lecturekit homework {homework}".encode()).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))


def _plain(key: Key) -> dict[str, Any]:
    return {
        "name": key.name,
        "kind": key.kind,
        "points": key.points,
        "expected": encode(list(key.expected)),
        "tolerances": [[tolerance.rel, encode(tolerance.abs)] for tolerance in key.tolerances],
        "wrong": [[wrong.name, wrong.hint, encode(list(wrong.outputs))] for wrong in key.wrong],
        "parameters": key.parameters,
        "inputs": encode([list(arguments) for arguments in key.inputs]),
        "vectorised": key.vectorised,
    }


def _key(plain: dict[str, Any]) -> Key:
    inputs: Any = decode(plain["inputs"])
    return Key(
        plain["name"],
        plain["kind"],
        plain["points"],
        _tuples(decode(plain["expected"])),
        tuple(Tolerance(rel, _tuples(decode(bound))) for rel, bound in plain["tolerances"]),
        tuple(Wrong(name, hint, _tuples(decode(outputs))) for name, hint, outputs in plain["wrong"]),
        tuple(plain["parameters"]),
        tuple(map(tuple, inputs)),
        plain["vectorised"],
    )


def _tuples(value: Any) -> Any:
    """Return a decoded value with tuples for lists: arrays have a form of their own, so that every list was a tuple."""
    if isinstance(value, dict):
        return {name: _tuples(part) for name, part in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
