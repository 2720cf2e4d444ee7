"""Do two spellings name the same person? Documents and records differ in dots, spaces, width and letter case."""

from __future__ import annotations

import unicodedata

_DOTS = str.maketrans(dict.fromkeys("·•‧・∙⋅．.", "·"))


def plain_name(name: str) -> str:
    """The form in which names are compared; never shown."""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_DOTS)
    return "".join(folded.split())


def is_same_name(one: str, other: str) -> bool:
    return plain_name(one) == plain_name(other)


def masked_name(name: str) -> str:
    """For paper and public pages: the first character stays, the others are stars (王样例 -> 王**)."""
    return name[:1] + "*" * min(len(name) - 1, 3)


def masked_number(number: str) -> str:
    """Stars and the last four characters."""
    return "*" * max(len(number) - 4, 0) + number[-4:]
