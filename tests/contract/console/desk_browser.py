"""An operator at a desk with a real Chromium, and what an eye would complain about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from tests.contract.console.console_bench import PASSWORD, ConsoleBench

LIMIT_MS = 20_000
LEAST_CONTRAST = 4.5
"""Of text, WCAG 2.2 1.4.3 (AA)."""

_FAINT = """(least) => {
  const parse = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => { v /= 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (it) => { for (; it; it = it.parentElement) {
      const c = parse(getComputedStyle(it).backgroundColor); if (c[3] > 0.99) return c.slice(0, 3); }
      return [255, 255, 255]; };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const it = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !it.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(it).color).slice(0, 3)), light(ground(it))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < least) found.push(it.outerHTML.slice(0, 80));
  }
  return found; }"""
_UNNAMED = """() => [...document.querySelectorAll(
    'input:not([type=hidden]), select, textarea, button:not([hidden]), a')]
  .filter((it) => it.checkVisibility() && !(it.labels?.length || it.getAttribute('aria-label') || it.innerText?.trim()))
  .map((it) => it.outerHTML.slice(0, 80))"""


@dataclass
class Desk:
    """A page, and what it complained about."""

    page: Page
    console: ConsoleBench
    complaints: list[str] = field(default_factory=list[str])

    def sign_in(self, name: str) -> None:
        self.page.goto(self.console.url + "/console")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.fill("input[name=code]", self.console.code(name))
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("body > nav")  # the form for signing in has none

    def open(self, path: str) -> None:
        self.page.goto(self.console.url + "/console" + path)

    def faults(self) -> list[str]:
        """Faint text, controls without a name, and what sticks out to the right."""
        found: list[str] = self.page.evaluate(_FAINT, LEAST_CONTRAST)
        found += self.page.evaluate(_UNNAMED)
        is_wide = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        return [*found, "wide"] if is_wide else found


@contextmanager
def desk_of(browser: Browser, console: ConsoleBench, language: str, width_px: int = 1366) -> Iterator[Desk]:
    locale = {"zh": "zh-CN", "en": "en-GB"}[language]
    context = browser.new_context(viewport={"width": width_px, "height": 850}, locale=locale)
    page = context.new_page()
    page.set_default_timeout(LIMIT_MS)
    desk = Desk(page, console)
    page.on("console", lambda message: desk.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    yield desk
    context.close()
