"""Pages of the console as HTML: templates, words in two languages, and the headers that keep foreign code out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from backend.clock import CITY_ZONE
from backend.console.charts import bar, sparkline
from backend.console.differences import Difference
from backend.hashing import sha256
from backend.texts.catalogue import Language, Texts

_FOLDER = Path(__file__).parent
STYLE = (_FOLDER / "console.css").read_bytes()
SCRIPT = (_FOLDER / "console.js").read_bytes()
BUILD = sha256((STYLE + SCRIPT).decode())[:12]
"""In the address of both, so that a browser may keep them for ever."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",  # with no-referrer a browser calls the origin of its own forms "null"
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_NAME_OF_TEXTS = {Language.ZH: "中文", Language.EN: "English"}


@dataclass(frozen=True)
class Words:
    """The texts of one language, as templates use them."""

    texts: Texts
    now: datetime

    def __call__(self, key: str, **values: object) -> str:
        return self.texts(f"console.{key}", **values)

    def of(self, group: str, word: object) -> str:
        """A word of an open vocabulary, such as a device's or a field's; itself when there are no words for it."""
        text = self.texts.by_key.get(f"console_{group}.{word}")
        return text if text is not None else str(word)

    def has(self, group: str, word: object) -> bool:
        return f"console_{group}.{word}" in self.texts.by_key

    def moment(self, moment: datetime | None) -> str:
        if moment is None:
            return self("never")
        at = moment.astimezone(CITY_ZONE)
        return f"{at:%Y-%m-%d %H:%M}"

    def ago(self, moment: datetime | None) -> str:
        """How long ago, in the largest unit that says it."""
        if moment is None:
            return self("never")
        minutes = int((self.now - moment).total_seconds()) // 60
        if minutes < 1:
            return self("just_now")
        if minutes < 60:
            return self("minutes_ago", n=minutes)
        return self("hours_ago", n=minutes // 60) if minutes < 48 * 60 else self("days_ago", n=minutes // 1440)

    def span(self, seconds: float) -> str:
        minutes = int(seconds) // 60
        if minutes < 1:
            return self("seconds", n=int(seconds))
        return self("minutes", n=minutes) if minutes < 120 else self("hours", n=minutes // 60)

    def money(self, fen: int) -> str:
        return self("money", yuan=f"{fen // 100}.{fen % 100:02}")

    def value(self, field: str, value: Any) -> str:
        """A value of a bundle, in words."""
        if value is None or value in ("", [], {}):
            return self("nothing")
        if isinstance(value, bool):
            return self("yes") if value else self("no")
        if isinstance(value, int) and field.endswith("_fen"):
            return self.money(value)
        if isinstance(value, dict):
            return "; ".join(f"{self.of('field', k)} {self.value(str(k), v)}" for k, v in value.items())
        if isinstance(value, list):
            return ", ".join(self.value("", one) for one in value)
        return self.of("value", value)

    def steps(self, difference: Difference) -> str:
        """Where a difference is, in words."""
        return " · ".join(self._step(step) for step in difference.steps[1:])

    def _step(self, step: str) -> str:
        if not step.startswith("#"):
            return self.of("field", step)
        return " ".join(self.of("value", word) for word in step[1:].split(" "))


class Templates:
    def __init__(self, texts: Mapping[Language, Texts]) -> None:
        self._texts = texts
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        shared: dict[str, Any] = {"sparkline": sparkline, "bar": bar, "build": BUILD}
        self._environment.globals.update(shared)

    def words(self, language: Language, now: datetime) -> Words:
        return Words(self._texts[language], now)

    def page(
        self, template: str, words: Words, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> Response:
        render: Callable[..., str] = partial(self._environment.get_template(template).render, t=words)
        language = words.texts.language
        html = render(
            language=language, other_language=language.other, other_name=_NAME_OF_TEXTS[language.other], **values
        )
        return HTMLResponse(html, status, HEADERS | {"Content-Language": language} | dict(headers or {}))
