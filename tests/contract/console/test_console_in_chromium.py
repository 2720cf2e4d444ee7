"""The console in a real browser: its policy, its looks, its keyboard, and a fee that goes all the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.contract.backend.phone_browser import chromium
from tests.contract.console.console_bench import ConsoleBench
from tests.contract.console.desk_browser import LIMIT_MS, desk_of

pytestmark = pytest.mark.browser
expect.set_options(timeout=LIMIT_MS)

PAGES = ("", "/terminals/cy01-1", "/joining", "/bundles", "/rollouts", "/applications", "/payments", "/acts", "/alerts")
BROKEN = {"code_scanner": {"word": "hardwareError", "action": "maintenance"}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


@pytest.mark.parametrize(("language", "width_px"), [("zh", 1366), ("en", 1366), ("en", 390)])
def test_every_page_is_readable_named_and_within_its_window(
    shared: ConsoleBench, browser: Browser, language: str, width_px: int
) -> None:
    if not shared.has_terminal("cy01-1"):
        names = shared.add_terminals(["CY01", "CY02"], 2)
        shared.speak(names, 1)
        shared.speak(names[:1], 2, devices=BROKEN)
    with desk_of(browser, shared, language, width_px) as desk:
        desk.open("/sign-in")
        assert desk.faults() == []
        desk.sign_in("anna")
        for path in PAGES:
            desk.open(path)
            assert desk.faults() == [], path
        desk.open("/bundles")
        desk.page.fill("input[name=title]", "looked-at")
        desk.page.click("form[action='/console/drafts'] button")
        for section in ("pricing", "opening", "texts", "features", "offices"):
            desk.page.click(f".sections a[href$='{section}']")
            assert desk.faults() == [], section
        assert desk.complaints == []


def test_a_fee_goes_from_the_form_to_the_fleet_while_the_page_moves_by_itself(
    console: ConsoleBench, browser: Browser
) -> None:
    names = [*console.add_terminals(["CY01", "CY02"], 3), "lobby-1"]
    console.speak(names, 1)
    with desk_of(browser, console, "en") as anna, desk_of(browser, console, "zh") as bert:
        anna.sign_in("anna")
        anna.open("/bundles")
        anna.page.fill("input[name=title]", "fee-2027")
        anna.page.click("form[action='/console/drafts'] button")
        anna.page.click(".sections a[href$='pricing']")
        anna.page.fill("input[name='pricing.fees.0.fee_fen']", "25,0")
        anna.page.keyboard.press("Enter")
        expect(anna.page.locator("input[aria-invalid=true]")).to_have_value("25,0")
        anna.page.fill("input[name='pricing.fees.0.fee_fen']", "25")
        anna.page.get_by_role("button", name="Save", exact=True).click()
        anna.page.locator(".sections a").first.click()
        expect(anna.page.locator(".after").first).to_have_text("CNY 25.00")
        anna.page.get_by_role("button", name="Put up for approval").click()
        anna.page.get_by_role("button", name="Approve", exact=True).click()
        expect(anna.page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
        bundle = anna.page.url.split("?")[0].removeprefix(console.url + "/console")

        bert.sign_in("bert")
        bert.open(bundle)
        bert.page.locator("form[action$='/approve'] button").click()
        bert.page.locator("form[action$='/sign-on-bench'] button").click()
        bert.page.locator("a[href$='/rollout']").click()
        for name, value in (("soak_s", "0"), ("min_payments", "0")):
            bert.page.fill(f"input[name='limits.{name}']", value)
        bert.page.locator("main form button").last.click()
        bert.page.locator("form[action$='/start'] button").click()
        expect(bert.page.locator(".tag.running")).to_be_visible()
        for seq in range(2, 12):
            console.clock.advance(seconds=61)
            console.speak(names, seq)
            console.fleet.look_after()
        expect(bert.page.locator(".tag.finished")).to_be_visible()
        anna.open("/terminals/lobby-1")
        expect(anna.page.get_by_text("It runs what it shall run")).to_be_visible()
        assert anna.complaints == bert.complaints == []


def test_the_fleet_s_page_shows_a_broken_terminal_by_itself(console: ConsoleBench, browser: Browser) -> None:
    names = console.add_terminals(["CY01"], 2)
    console.speak(names, 1)
    with desk_of(browser, console, "en") as desk:
        desk.sign_in("vera")
        expect(desk.page.locator(".tiles .degraded")).to_have_count(0)
        console.speak(names[:1], 2, devices=BROKEN)
        expect(desk.page.locator(".tiles .degraded")).to_have_text("cy01-1 degraded")
        assert desk.complaints == []


def test_the_keyboard_alone_reaches_the_first_terminal(console: ConsoleBench, browser: Browser) -> None:
    with desk_of(browser, console, "en") as desk:
        desk.sign_in("vera")
        desk.page.keyboard.press("Tab")
        expect(desk.page.locator(".skip")).to_be_focused()
        desk.page.keyboard.press("Enter")
        for _ in range(30):
            desk.page.keyboard.press("Tab")
            if desk.page.evaluate("document.activeElement.closest('.tiles') !== null"):
                break
        desk.page.keyboard.press("Enter")
        desk.page.wait_for_url("**/terminals/lobby-1")
