"""Which variant of a homework's data a student has."""

from __future__ import annotations

import hashlib

__all__ = ["VARIANTS", "variant_of"]

VARIANTS = 64


def variant_of(homework: str, student: str) -> int:
    """Return the variant, 0 to 63, of a student's data in a homework ("03"). Case and outer spaces of the id do not matter."""
    digest = hashlib.sha256(f"{homework}:{student.strip().lower()}".encode()).digest()
    return int.from_bytes(digest, "big") % VARIANTS
