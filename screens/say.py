"""From a `Text` of the flow to words in one language: nested texts first, then the catalogue."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.language import Language as CatalogueLanguage
from kiosk.flow.texts import Text, TextValue
from kiosk.i18n import Catalogue, Value

Say = Callable[[Text], str]


def speaker(catalogue: Catalogue, language: str) -> Say:
    """`language` may also be `pseudo`, which shows texts that are cut off."""
    chosen = CatalogueLanguage(language)

    def say(wanted: Text) -> str:
        return catalogue.text(wanted.key, chosen, **{name: plain(value) for name, value in wanted.values})

    def plain(value: TextValue) -> Value:
        return say(value) if isinstance(value, Text) else value

    return say
