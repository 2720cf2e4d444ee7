"""A `Text` in a language, for screens, paper and speech alike."""

from __future__ import annotations

from kiosk.domain.language import Language
from kiosk.flow.texts import BILINGUAL, LITERAL, Text
from kiosk.i18n import Catalogue, Value


def translate(catalogue: Catalogue, text: Text, language: Language) -> str:
    """The words; texts within texts are translated first."""
    values: dict[str, Value] = {
        name: translate(catalogue, value, language) if isinstance(value, Text) else value for name, value in text.values
    }
    if text.key == LITERAL:
        return str(values["value"])
    if text.key == BILINGUAL:
        return str(values["zh" if language is Language.ZH else "en"])
    return catalogue.text(text.key, language, **values)
