"""A phone with a real Chromium: its size, its touch, its language, a slow line, with or without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, Response

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LIMIT_MS = 30_000
WIDTH_PX, HEIGHT_PX = 390, 844
SLOW_LINE = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 30_000}
"""Milliseconds there and back, and bytes a second: a bad day of the third generation."""

_LOW_TARGETS = """() => [...document.querySelectorAll(
    'main .button, main button, main label.choice, main input.plain, main select, .tasks a')]
  .filter((it) => it.getBoundingClientRect().height < 44).map((it) => it.outerHTML.slice(0, 60))"""


@dataclass
class Phone:
    """A page, what it complained about, and where it went."""

    page: Page
    complaints: list[str] = field(default_factory=list[str])
    answers: list[Response] = field(default_factory=list[Response])

    @property
    def hosts(self) -> set[str | None]:
        return {urlsplit(answer.url).hostname for answer in self.answers}

    def is_narrow_enough(self) -> bool:
        """Nothing sticks out to the right."""
        return self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    def low_targets(self) -> list[str]:
        """What a finger should hit and is lower than 44 CSS pixels (WCAG 2.2, 2.5.5)."""
        return self.page.evaluate(_LOW_TARGETS)


def chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@contextmanager
def phone_of(browser: Browser, language: str, *, has_script: bool = True, is_slow: bool = False) -> Iterator[Phone]:
    context = browser.new_context(
        viewport={"width": WIDTH_PX, "height": HEIGHT_PX},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
        java_script_enabled=has_script,
    )
    page = context.new_page()
    page.set_default_timeout(LIMIT_MS)
    if is_slow:
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW_LINE)
    phone = Phone(page)
    page.on("console", lambda message: phone.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: phone.complaints.append(str(error)))
    page.on("response", lambda answer: phone.answers.append(answer))  # noqa: PLW0108  Playwright marks the function
    yield phone
    context.close()
