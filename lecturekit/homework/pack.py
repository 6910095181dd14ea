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
from .key import ChoiceKey, FunctionKey, Key, Tolerance, ValueKey, Wrong

__all__ = ["PACKS", "VARIANTS", "Pack", "from_bytes", "packed", "read", "to_bytes", "variant_of"]

PACKS: Traversable = files(__package__) / "packs"
VARIANTS = 64
KINDS: dict[str, type[Key]] = {"function": FunctionKey, "value": ValueKey, "choice": ChoiceKey}


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
        Name of the question -> its key; for a value one key per variant. In the notebook's order.
    apart : frozenset
        The names of the values whose answer shows whose data it comes from.
    source : str
        The digest of the questions.py that it was made from.
    """

    homework: str
    data: tuple[dict[str, dict[str, Any]], ...]
    keys: dict[str, Key | tuple[ValueKey, ...]]
    apart: frozenset[str]
    source: str

    def key(self, name: str, variant: int) -> Key:
        """Return the key of a question for a student with this variant of the data."""
        key = self.keys[name]
        if not isinstance(key, tuple):
            return key
        rest = [other for i, other in enumerate(key) if i != variant] if name in self.apart else []
        return replace(key[variant], others=tuple((other.expected, other.tolerance) for other in rest))


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
        "apart": sorted(pack.apart),
        "source": pack.source,
    }
    packed = zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 9)
    return base64.b85encode(_mask(pack.homework, packed)) + b"\n"


def from_bytes(homework: str, text: bytes) -> Pack:
    """Return the pack that a file holds."""
    plain = json.loads(zlib.decompress(_mask(homework, base64.b85decode(text.strip()))))
    keys: list[Any] = [tuple(map(_key, key)) if isinstance(key, list) else _key(key) for key in plain["keys"]]
    names = [key[0].name if isinstance(key, tuple) else key.name for key in keys]
    data: tuple[Any, ...] = tuple(map(decode, plain["data"]))
    return Pack(homework, data, dict(zip(names, keys, strict=True)), frozenset(plain["apart"]), plain["source"])


def _mask(homework: str, data: bytes) -> bytes:
    stream = hashlib.shake_256(f"lecturekit homework {homework}".encode()).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))


def _plain(key: Key) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "kind": next(kind for kind, made in KINDS.items() if isinstance(key, made)),
        "name": key.name,
        "points": key.points,
        "wrong": [[wrong.name, wrong.hint, encode(list(wrong.outputs))] for wrong in key.wrong],
    }
    if isinstance(key, ChoiceKey):
        return plain | {"statement": key.statement, "reason": key.reason}
    plain |= {"expected": encode(key.expected), "tolerance": [key.tolerance.rel, encode(key.tolerance.abs)]}
    if isinstance(key, FunctionKey):
        inputs = encode([list(arguments) for arguments in key.inputs])
        plain |= {"parameters": key.parameters, "inputs": inputs, "vectorised": key.vectorised}
    return plain


def _key(plain: dict[str, Any]) -> Key:
    made = KINDS[plain.pop("kind")]
    plain["wrong"] = tuple(Wrong(name, hint, _tuples(decode(outputs))) for name, hint, outputs in plain["wrong"])
    if made is not ChoiceKey:
        rel, bound = plain["tolerance"]
        plain |= {"expected": _tuples(decode(plain["expected"])), "tolerance": Tolerance(rel, _tuples(decode(bound)))}
    if made is FunctionKey:
        inputs: Any = decode(plain["inputs"])
        plain |= {"parameters": tuple(plain["parameters"]), "inputs": tuple(map(tuple, inputs))}
    return made(**plain)


def _tuples(value: Any) -> Any:
    """Return a decoded value with tuples for lists: arrays have a form of their own, so that every list was a tuple."""
    if isinstance(value, dict):
        return {name: _tuples(part) for name, part in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
