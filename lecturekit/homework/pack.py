"""Packs: what a notebook needs to answer at once, without a network and without a solution on disk.

A pack holds, for one homework, every variant's data and the answer keys on the public probes: outputs, never a function and
never a private probe. It is encoded so that nobody reads or greps an answer by accident. That hides, it does not encrypt:
whoever takes this module apart can decode a pack. Nothing is earned by that: grades come from private probes, which are in no
pack, and the right pair of a choice has to be tried out (see `choice`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass
from functools import reduce
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from .choice import shuffled
from .codec import decode, encode
from .key import ChoiceKey, FunctionKey, Key, Tolerance, Wrong

__all__ = ["PACKS", "VARIANTS", "Pack", "from_bytes", "packed", "read", "to_bytes", "variant_of"]

PACKS: Traversable = files(__package__) / "packs"
VARIANTS = 64
PUBLIC = 3  # data sets that a check tries a function of the data on: the student's own, and the next variants'


def variant_of(homework: str, student: str) -> int:
    """Return the variant, 0 to 63, of a student's data in a homework ("03"). Case and outer spaces of the id do not matter."""
    digest = hashlib.sha256(f"{homework}:{student.strip().lower()}".encode()).digest()
    return int.from_bytes(digest, "big") % VARIANTS


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
        Name of the question -> its key; for a function of the data one key per variant. In the notebook's order.
    source : str
        The digest of the questions.py that it was made from.
    """

    homework: str
    data: tuple[dict[str, dict[str, Any]], ...]
    keys: dict[str, Key | tuple[FunctionKey, ...]]
    source: str

    def key(self, name: str, student: str) -> Key:
        """Return the key of a question for a student, by id."""
        key = self.keys[name]
        if isinstance(key, ChoiceKey):
            return shuffled(key, student)
        if isinstance(key, FunctionKey):
            return key
        own = variant_of(self.homework, student)
        return reduce(FunctionKey.joined, [key[(own + i) % len(key)] for i in range(min(PUBLIC, len(key)))])


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
        "keys": [[_plain(one) for one in key] if isinstance(key, tuple) else _plain(key) for key in pack.keys.values()],
        "source": pack.source,
    }
    packed = zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 9)
    return base64.b85encode(_mask(pack.homework, packed)) + b"\n"


def from_bytes(homework: str, text: bytes) -> Pack:
    """Return the pack that a file holds."""
    plain = json.loads(zlib.decompress(_mask(homework, base64.b85decode(text.strip()))))
    data: tuple[Any, ...] = tuple(map(decode, plain["data"]))
    keys: dict[str, Key | tuple[FunctionKey, ...]] = {}
    for key in plain["keys"]:
        if isinstance(key, list):
            of_variants = [_function(one, sets) for one, sets in zip(key, data, strict=True)]
            keys[of_variants[0].name] = tuple(of_variants)
        else:
            keys[key["name"]] = ChoiceKey(**_tuples(key)) if "sealed" in key else _function(key, {})
    return Pack(homework, data, keys, plain["source"])


def _mask(homework: str, data: bytes) -> bytes:
    stream = hashlib.shake_256(f"lecturekit homework {homework}".encode()).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))


def _plain(key: Key) -> dict[str, Any]:
    if isinstance(key, ChoiceKey):
        return vars(key)
    return vars(key) | {
        "wrong": [[wrong.name, wrong.hint, encode(list(wrong.outputs))] for wrong in key.wrong],
        "inputs": [] if key.data else encode([list(arguments) for arguments in key.inputs]),  # data sets are in the pack
        "expected": encode(key.expected),
        "tolerances": [[tolerance.rel, encode(tolerance.abs)] for tolerance in key.tolerances],
    }


def _function(plain: dict[str, Any], sets: dict[str, Any]) -> FunctionKey:
    inputs: Any = [[sets[plain["data"]]]] if plain["data"] else decode(plain["inputs"])
    plain |= {
        "wrong": tuple(Wrong(name, hint, _tuples(decode(outputs))) for name, hint, outputs in plain["wrong"]),
        "parameters": tuple(plain["parameters"]),
        "inputs": tuple(map(tuple, inputs)),
        "expected": _tuples(decode(plain["expected"])),
        "tolerances": tuple(Tolerance(rel, _tuples(decode(bound))) for rel, bound in plain["tolerances"]),
    }
    return FunctionKey(**plain)


def _tuples(value: Any) -> Any:
    """Return a decoded value with tuples for lists: arrays have a form of their own, so that every list was a tuple."""
    if isinstance(value, dict):
        return {name: _tuples(part) for name, part in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
