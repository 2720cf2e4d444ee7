"""The bench's page in a real browser: what a person presses there reaches the peripherals."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from deploy.fonts import extract_missing
from hardware.bench import staff_cards
from hardware.bench.control import Bench, create_app
from hardware.bench.peripheral import Peripheral
from hardware.bench.screen import Screen
from tests.bench_fixture import free_port, served

pytestmark = pytest.mark.browser

BROWSER = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LIMIT_MS = 15_000
NOBODY = "http://127.0.0.1:9"
expect.set_options(timeout=LIMIT_MS)
EVERYTHING_WELL = ("card", "ID reader", "camera", "printer", "network")


@dataclass
class Desk:
    """The page, what it complained about, and the peripherals behind it."""

    page: Page
    peripherals: dict[str, Peripheral]
    printer_port: int
    complaints: list[str] = field(default_factory=list[str])


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Peripheral], int]]:
    extract_missing(Path(".build/fonts"))
    folder = tmp_path_factory.mktemp("bench")
    printer_port, camera_port = free_port(), free_port()
    network_ports = ("--port", str(free_port()), "--target-port", str(free_port()))
    with (
        Peripheral("hardware.bench.printer", "--port", str(printer_port), "--spool", str(folder / "spool")) as printer,
        Peripheral("hardware.bench.camera", "--port", str(camera_port)) as camera,
        Peripheral("hardware.bench.card", "--port", str(free_port())) as card,
        Peripheral("hardware.bench.identity_module", "--link", str(folder / "identity")) as identity,
        Peripheral("hardware.bench.network", *network_ports) as network,
        Peripheral("hardware.bench.keypad", "--link", str(folder / "keypad")) as keypad,
    ):
        peripherals = {
            "printer": printer,
            "camera": camera,
            "card": card,
            "identity": identity,
            "network": network,
            "keypad": keypad,
        }
        everything = {"reader": Peripheral("hardware.bench.pcscd"), **peripherals}  # no pcscd: it is one per machine
        picture_url = f"http://127.0.0.1:{camera_port}/snapshot.jpg"
        people = Path("backend/seed_people.toml")
        staff_cards.make(folder / "staff")
        screen = Screen(":987", None, f"{NOBODY}/elements")
        cards = folder / "staff" / "cards.json"
        spool = folder / "spool"
        desk = Bench(everything, screen, NOBODY, people, spool, picture_url, staff_cards_file=cards)
        with served(create_app(desk)) as url:
            yield url, peripherals, printer_port


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(BROWSER).exists():
        pytest.fail(f"{BROWSER} is missing (package chromium): deploy/setup.sh installs it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def desk(browser: Browser, bench: tuple[str, dict[str, Peripheral], int]) -> Iterator[Desk]:
    url, peripherals, printer_port = bench
    page = browser.new_page(viewport={"width": 1600, "height": 1000})
    page.set_default_timeout(LIMIT_MS)
    desk = Desk(page, peripherals, printer_port)
    page.on("console", lambda message: desk.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    page.goto(url)
    expect(page.locator("#drawer button").first).to_be_visible()
    yield desk
    page.close()


def test_the_page_loads_without_complaint_and_shows_every_peripheral(desk: Desk) -> None:
    for name in EVERYTHING_WELL:
        expect(desk.page.locator("#lamps .fine", has_text=name).first).to_be_visible()
    expect(desk.page.locator("#lamps .lost")).to_have_text("reader")
    expect(desk.page.locator("#no-screen")).to_contain_text("display :987")
    assert desk.complaints == []


def test_insert_puts_the_chosen_persons_card_into_the_reader(desk: Desk) -> None:
    desk.page.locator("#drawer button", has_text="李示范").click()
    desk.page.locator("#insert-card").click()
    expect(desk.page.locator("#card-where")).to_contain_text("李示范")
    assert desk.peripherals["card"].call("state")["inserted"] is True
    desk.page.locator("#remove-card").click()
    expect(desk.page.locator("#card-where")).to_contain_text("in the pocket")
    assert desk.peripherals["card"].call("state")["inserted"] is False


def test_a_bad_card_goes_in_as_it_is(desk: Desk) -> None:
    desk.page.locator("#condition").select_option("locked")
    desk.page.locator("#insert-card").click()
    expect(desk.page.locator("#remove-card")).to_be_enabled()
    assert desk.peripherals["card"].call("state")["kind"] == "locked"
    desk.page.locator("#remove-card").click()
    expect(desk.page.locator("#remove-card")).to_be_disabled()


def test_a_document_lies_on_the_reader_until_it_is_taken_away(desk: Desk) -> None:
    desk.page.locator("#drawer button", has_text="SAMPLE MARIA").click()
    desk.page.locator("#place-document").click()
    expect(desk.page.locator("#document-where")).to_contain_text("SAMPLE MARIA")
    assert desk.peripherals["identity"].call("state")["kind"] == "foreign_resident_2023"
    desk.page.locator("#take-document").click()
    expect(desk.page.locator("#document-where")).to_have_text("in the pocket")


def test_a_code_is_held_before_the_camera(desk: Desk) -> None:
    desk.page.locator("[data-code=two]").click()
    expect(desk.page.locator("#lens-words")).to_contain_text("two codes")
    desk.page.locator("#own-code input").fill("hello")
    desk.page.locator("#own-code button").click()
    expect(desk.page.locator("#lens-words")).to_contain_text("one code")
    desk.page.locator("[data-post='camera/clear']").click()
    expect(desk.page.locator("#lens-words")).to_contain_text("nothing held up")


def test_the_five_keys_are_pressed_and_taken_away(desk: Desk) -> None:
    desk.page.locator("[data-post='keypad/press']").get_by_text("OK").click()
    desk.page.locator("[data-post='keypad/unplug']").click()
    expect(desk.page.locator("[data-post='keypad/unplug']")).to_have_attribute("aria-pressed", "true")
    desk.page.locator("[data-post='keypad/plug']").click()
    expect(desk.page.locator("[data-post='keypad/plug']")).to_have_attribute("aria-pressed", "true")


def test_what_somebody_else_does_to_a_peripheral_is_seen(desk: Desk) -> None:
    desk.peripherals["network"].call("cut")
    expect(desk.page.locator("[data-post='network/cut']")).to_have_attribute("aria-pressed", "true")
    expect(desk.page.locator("#lamps .ill")).to_have_text("network")
    desk.page.locator("[data-post='network/pass']").click()
    expect(desk.page.locator("#lamps .ill")).to_have_count(0)


def test_a_receipt_falls_into_the_tray(desk: Desk) -> None:
    expect(desk.page.locator("#tray")).to_contain_text("fall in here")
    with socket.create_connection(("127.0.0.1", desk.printer_port), timeout=LIMIT_MS / 1000) as wire:
        wire.sendall(b"\x1b@Bench slip\n\x1dVB\x00")
        expect(desk.page.locator("#tray img")).to_have_count(1)
    desk.page.locator("#tray button").click()
    expect(desk.page.locator("#receipt-large img")).to_be_visible()


def test_a_refusal_is_said_in_a_notice(desk: Desk) -> None:
    desk.page.locator("[data-post='reader/restart']").click()
    expect(desk.page.locator("#notice")).to_have_text("hardware.bench.pcscd is not running")
