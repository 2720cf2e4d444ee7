"""From a `Text` of the flow to words in one language."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.language import Language
from kiosk.flow.texts import Text
from kiosk.flow.translation import translate
from kiosk.i18n import Catalogue

Say = Callable[[Text], str]


def speaker(catalogue: Catalogue, language: str) -> Say:
    """`language` may also be `pseudo`, which shows texts that are cut off."""
    chosen = Language(language)
    return lambda wanted: translate(catalogue, wanted, chosen)
