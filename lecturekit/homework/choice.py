"""Choices: statements and reasons in an order of the student's own, and what there is to say of each pair of them.

The pack holds the verdict on each pair sealed with the pair itself, under a digest of it, so that whoever reads the pack reads
neither which pair is right nor a hint. To open a verdict one has to try its pair, which is what a check does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .key import ChoiceKey

__all__ = ["REASONS", "STATEMENTS", "Opened", "Statements", "opened", "sealed", "shuffled"]

STATEMENTS = "abcdefgh"
REASONS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")


@dataclass(frozen=True)
class Opened:
    """What there is to say of a pair: whether its statement and its reason are right, and the misconception that it shows.

    For a statement without a reason, ``reason`` is False.
    """

    statement: bool
    reason: bool
    misconception: str = ""
    hint: str = ""


def sealed(name: str, verdicts: dict[tuple[str, str], Opened]) -> dict[str, str]:
    """Return the verdicts on the pairs of a question, sealed. A pair is two texts, the second "" for no reason."""
    plain = {pair: json.dumps(list(vars(verdict).values())).encode() for pair, verdict in verdicts.items()}
    longest = max(map(len, plain.values()))
    records = (
        (_digest(name, pair), _masked(name, pair, text.ljust(longest)).hex())  # all of one length, which tells nothing
        for pair, text in plain.items()
    )
    return dict(sorted(records))


def opened(key: ChoiceKey, statement: str, reason: str) -> Opened:
    """Return the verdict on a pair of texts. KeyError if it is no pair of the question's."""
    pair = (statement, reason)
    return Opened(*json.loads(_masked(key.name, pair, bytes.fromhex(key.sealed[_digest(key.name, pair)]))))


def shuffled(key: ChoiceKey, student: str) -> ChoiceKey:
    """Return the key with the statements and the reasons in the order in which this student has them."""
    who = f"{key.name}:{student.strip().lower()}"
    return replace(key, statements=_in_order(key.statements, who), reasons=_in_order(key.reasons, who))


def _in_order(texts: Iterable[str], who: str) -> tuple[str, ...]:
    return tuple(sorted(texts, key=lambda text: hashlib.sha256(f"{who}:{text}".encode()).digest()))


def _digest(name: str, pair: tuple[str, str]) -> str:
    return hashlib.sha256(json.dumps(["digest", name, *pair]).encode()).hexdigest()[:16]


def _masked(name: str, pair: tuple[str, str], text: bytes) -> bytes:
    stream = hashlib.shake_256(json.dumps(["seal", name, *pair]).encode()).digest(len(text))
    return (int.from_bytes(text) ^ int.from_bytes(stream)).to_bytes(len(text))


@dataclass(frozen=True)
class Statements:
    """The statements and the reasons of a choice, with their letters. Shows itself in a notebook; ``str`` gives its text."""

    key: ChoiceKey

    def __str__(self) -> str:
        statements = zip(STATEMENTS, self.key.statements, strict=False)
        reasons = zip(REASONS, self.key.reasons, strict=False)
        parts = [_listed(statements), "And which of these is the reason?", _listed(reasons)]
        return "\n\n".join(parts)

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return str(self)


def _listed(lettered: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- **{letter}** {text}" for letter, text in lettered)
