"""What a phone shows, in a real browser: both languages, with and without scripts, on a slow line."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.contract.backend.errand_steps import ADDRESS, hand_off, picture, read, redeem
from tests.contract.backend.phone_browser import LIMIT_MS, Phone, chromium, phone_of
from tests.contract.backend.server import PEOPLE, Running

pytestmark = pytest.mark.browser
expect.set_options(timeout=LIMIT_MS)

PERSON = PEOPLE["employee_normal"]
MAX_PAGE_BYTES = 30_000
PHOTO = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture(1500, 2000, quality=97)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return request.param


def url(central: Running, path: str) -> str:
    return str(central.http.base_url).rstrip("/") + path


def begin(page: Page, central: Running) -> None:
    page.goto(url(central, "/start"))
    page.click("main .button")
    page.check("input[value=URBAN_EMPLOYEE]")
    page.fill("#document_number", f" {PERSON.document_number[:6]} {PERSON.document_number[6:]} ")
    page.click("main .button")


def fill_address(page: Page) -> None:
    page.fill("#recipient", ADDRESS["recipient"])
    page.fill("#mobile", "138 0000 0001")
    page.select_option("#street", ADDRESS["street"])
    page.fill("#detail", ADDRESS["detail"])
    page.click("main .button")


def is_fine(phone: Phone, central: Running) -> bool:
    """Fits the width, is large enough to hit, comes from us alone."""
    return phone.is_narrow_enough() and not phone.low_targets() and phone.hosts == {central.http.base_url.host}


def test_an_application_begun_at_home_goes_on_at_the_terminal(
    one_office: Running, browser: Browser, language: str, *, has_script: bool
) -> None:
    with phone_of(browser, language, has_script=has_script) as phone:
        page = phone.page
        begin(page, one_office)
        assert PERSON.document_number not in page.url + page.content()
        page.click(".tasks a >> nth=0")
        page.click(".pick[value='朝阳区']")
        assert "%E6" not in page.url  # where somebody lives stands in no address of a page
        fill_address(page)
        page.click(".tasks a >> nth=1")
        page.check("input[value=child]")
        page.fill("#mobile", "13800000002")
        page.check("[name=declaration]")
        page.click("main .button")
        page.click(".tasks a >> nth=2")
        page.set_input_files("#photo", [PHOTO])
        page.click("main .button")
        expect(page.locator(".photo img")).to_be_visible()
        assert is_fine(phone, one_office)
        page.click("main .button >> nth=0")
        expect(page.locator(".tasks em.done")).to_have_count(3)
        page.click("main form .button")
        expect(page.locator("svg.qr")).to_be_visible()
        assert page.locator("svg.qr").bounding_box()["width"] > 250
        assert is_fine(phone, one_office)
        assert phone.complaints == []


def test_what_a_terminal_handed_over_arrives_there(
    one_office: Running, browser: Browser, language: str, *, has_script: bool
) -> None:
    token = one_office.token("employee_normal")
    offer = hand_off(one_office, token)
    with phone_of(browser, language, has_script=has_script) as phone, phone_of(browser, language) as late:
        phone.page.goto(offer["url"])
        phone.page.click("main .button")
        phone.page.click(".pick[value='朝阳区']")
        fill_address(phone.page)
        expect(phone.page.locator(".verdict h1")).to_be_visible()
        assert is_fine(phone, one_office)
        late.page.goto(offer["url"])
        expect(late.page.locator(".verdict.bad")).to_be_visible()
    assert read(one_office, offer["draft_number"], token).json()["address"] == ADDRESS


def test_the_code_on_the_screen_is_the_one_that_the_terminal_redeems(one_office: Running, browser: Browser) -> None:
    with phone_of(browser, "zh") as phone:
        begin(phone.page, one_office)
        phone.page.click("main form .button")
        shot = phone.page.locator(".code").screenshot()
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(shot)))
    assert redeem(one_office, found.text).status_code == 201


def test_a_mistake_keeps_what_was_typed_and_leads_to_the_field(
    one_office: Running, browser: Browser, language: str
) -> None:
    with phone_of(browser, language) as phone:
        page = phone.page
        page.goto(url(one_office, "/start/person"))
        page.fill("#document_number", "11010518490115001")
        page.click("main .button")
        expect(page.locator("[role=alert] a")).to_have_count(2)
        expect(page.locator("#document_number")).to_have_value("11010518490115001")
        page.click("[role=alert] a >> nth=1")
        expect(page.locator("#document_number")).to_be_focused()
        assert is_fine(phone, one_office)


def test_on_a_slow_line_every_page_is_light_and_a_large_photo_still_arrives(
    one_office: Running, browser: Browser
) -> None:
    with phone_of(browser, "zh", is_slow=True) as phone:
        page = phone.page
        begin(page, one_office)
        page.click(".tasks a >> nth=2")
        page.set_input_files("#photo", [PHOTO])
        page.wait_for_function("document.getElementById('photo').files[0].size < 400000")  # made small here
        page.click("main .button")
        expect(page.locator(".photo img")).to_be_visible()
        page.goto(url(one_office, "/start"))
        page.goto(page.url)
        sizes = [answer.request.sizes()["responseBodySize"] for answer in phone.answers if answer.ok]
        names = {answer.url.rpartition("/")[2] for answer in phone.answers}
    assert "page.css" in names
    assert max(sizes) + len(one_office.http.get("/pages/page.css").content) < MAX_PAGE_BYTES


def test_the_certificate_and_its_verification_are_clear_on_a_phone(
    one_office: Running, browser: Browser, language: str, *, has_script: bool
) -> None:
    done = one_office.submit(one_office.apply_and_pay("employee_normal")).json()
    with phone_of(browser, language, has_script=has_script, is_slow=True) as phone:
        page = phone.page
        page.goto(one_office.backend.services.links.verify_url(done["certificate_number"]))
        expect(page.locator(".verdict h1")).to_be_visible()
        expect(page.locator("main")).to_contain_text(done["certificate_number"])
        expect(page.locator("main")).not_to_contain_text(PERSON.name)
        assert is_fine(phone, one_office)
        page.click("header a")
        assert page.locator("html").get_attribute("lang") == {"zh": "en", "en": "zh-CN"}[language]
        page.goto(done["certificate_url"])
        page.fill("#last4", PERSON.document_number[-4:])
        page.click("main .button")
        expect(page.locator(".day strong")).to_be_visible()
        assert is_fine(phone, one_office)
        assert phone.complaints == []
