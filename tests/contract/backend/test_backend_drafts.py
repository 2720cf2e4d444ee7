"""Continue from the phone, and hand over to the phone."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image
from sqlalchemy import func, select

from backend.drafts.tables import DraftCodeRow, DraftRow
from backend.photos.tables import PhotoRow
from tests.contract.backend.errand_steps import (
    ADDRESS,
    HomePhone,
    hand_off,
    other_terminal,
    picture,
    problem,
    read,
    redeem,
)
from tests.contract.backend.server import PEOPLE, Running, new_key

AT_ONCE = 8


def filled(central: Running) -> HomePhone:
    phone = HomePhone(central).start()
    assert phone.save_address("0").status_code == 303
    assert phone.save_agent("1").status_code == 303
    assert phone.send_photo(picture()).status_code == 303
    return phone


def count(central: Running, table: type) -> int:
    with central.backend.services.sessions() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


# --- from the phone to the terminal -----------------------------------------------------------------------------------


def test_what_was_filled_in_at_home_goes_on_at_the_terminal(central: Running) -> None:
    claimed = redeem(central, filled(central).code()).json()
    assert (claimed["has_address"], claimed["has_agent"], claimed["has_photo"]) == (True, True, True)
    assert claimed["insured_type"] == "URBAN_EMPLOYEE"
    token = central.token("employee_normal")
    draft = read(central, claimed["draft_number"], token).json()
    assert draft["address"] == ADDRESS
    assert draft["agent"]["relationship"] == "child"
    photo = central.post(f"/v1/photos/{draft['photo_number']}/readings", {"person_token": token}).json()
    assert (photo["width_px"], photo["height_px"]) == (358, 441)


def test_the_new_photo_becomes_the_applications_and_the_draft_ends(central: Running) -> None:
    number = redeem(central, filled(central).code()).json()["draft_number"]
    token = central.token("employee_normal")
    photo = read(central, number, token).json()["photo_number"]
    body = {"person_token": token, "photo_number": photo, "draft_number": number}
    assert central.apply("employee_normal", **body).status_code == 201
    assert problem(read(central, number, token)) == (410, "draft_closed")
    assert count(central, PhotoRow) == 1
    again = central.post(f"/v1/photos/{photo}/readings", {"person_token": token})
    assert problem(again) == (404, "photo_unknown")


def test_of_many_terminals_with_one_code_exactly_one_wins(central: Running) -> None:
    code, second = filled(central).code(), other_terminal(central)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda n: redeem((central, second)[n % 2], code), range(AT_ONCE)))
    refused = [problem(answer) for answer in answers if answer.status_code != 201]
    assert refused == [(409, "draft_code_used")] * (AT_ONCE - 1)


def test_a_redemption_whose_answer_was_lost_is_answered_again(central: Running) -> None:
    code, key = filled(central).code(), new_key()
    assert redeem(central, code, key).json() == redeem(central, code, key).json()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("https://example.org/x", (404, "draft_code_malformed")),
        ("SSK1:tooshort", (404, "draft_code_malformed")),
        ("134567890123456789", (404, "draft_code_malformed")),
        ("SSK1:" + "A" * 22, (404, "draft_code_unknown")),
    ],
)
def test_a_code_that_is_none_of_ours_is_refused(one_office: Running, code: str, expected: tuple[int, str]) -> None:
    assert problem(redeem(one_office, code)) == expected


def test_a_code_lives_ten_minutes_and_a_new_one_ends_the_old(one_office: Running) -> None:
    phone = HomePhone(one_office).start()
    old = phone.code()
    new = phone.code()
    assert problem(redeem(one_office, old)) == (410, "draft_code_expired")
    one_office.clock.advance(minutes=10)
    assert problem(redeem(one_office, new)) == (410, "draft_code_expired")


def test_the_draft_of_somebody_else_stays_closed(one_office: Running) -> None:
    number = redeem(one_office, filled(one_office).code()).json()["draft_number"]
    answer = read(one_office, number, one_office.token("resident_normal"))
    assert problem(answer) == (403, "draft_person_differs")
    assert ADDRESS["detail"] not in answer.text


def test_a_draft_goes_on_at_one_terminal_only(central: Running) -> None:
    phone, second = filled(central), other_terminal(central)
    number = redeem(central, phone.code()).json()["draft_number"]
    assert problem(read(second, number, second.token("employee_normal"))) == (409, "draft_elsewhere")
    redeem(second, phone.code())  # the person walks over and shows a fresh code
    assert read(second, number, second.token("employee_normal")).status_code == 200
    assert problem(read(central, number, central.token("employee_normal"))) == (409, "draft_elsewhere")


def test_secrets_are_kept_as_hashes_and_nothing_says_who_it_is(one_office: Running) -> None:
    phone = filled(one_office)
    code = phone.code().removeprefix("SSK1:")
    with one_office.backend.services.sessions() as session:
        rows = [*session.scalars(select(DraftRow)), *session.scalars(select(DraftCodeRow))]
        kept = " ".join(str(value) for row in rows for value in vars(row).values())
    for secret in (code, phone.base.rpartition("/")[2], PEOPLE["employee_normal"].document_number):
        assert secret not in kept


# --- both write -------------------------------------------------------------------------------------------------------


def test_a_page_that_is_older_than_the_terminals_change_overwrites_nothing(central: Running) -> None:
    phone = filled(central)
    number = redeem(central, phone.code()).json()["draft_number"]
    token = central.token("employee_normal")
    seen = read(central, number, token).json()
    change = {"person_token": token, "version": seen["version"], "address": ADDRESS | {"detail": "样板路 9 号"}}
    edited = central.post(f"/v1/drafts/{number}/edits", change)
    assert edited.json()["version"] == seen["version"] + 1
    late = phone.save_address(str(seen["version"]), detail="家里 7 号")
    assert late.status_code == 422
    for shown in ("样板路 9 号", "家里 7 号"):  # what holds, and what was typed
        assert shown in late.text
    assert read(central, number, token).json()["address"]["detail"] == "样板路 9 号"
    assert phone.save_address(str(seen["version"] + 1), detail="家里 7 号").status_code == 303
    assert problem(central.post(f"/v1/drafts/{number}/edits", change)) == (409, "draft_changed")
    assert read(central, number, token).json()["address"]["detail"] == "家里 7 号"


def test_the_terminal_may_take_address_and_photo_away(central: Running) -> None:
    number = redeem(central, filled(central).code()).json()["draft_number"]
    token = central.token("employee_normal")
    version = read(central, number, token).json()["version"]
    body = {"person_token": token, "version": version, "address": None, "keep_photo": False}
    left = central.post(f"/v1/drafts/{number}/edits", body).json()
    assert (left["address"], left["photo_number"]) == (None, None)
    assert count(central, PhotoRow) == 0


# --- from the terminal to the phone -----------------------------------------------------------------------------------


def test_a_terminal_that_waits_gets_the_address_as_soon_as_the_phone_saves_it(central: Running) -> None:
    token = central.token("employee_normal")
    offer = hand_off(central, token)
    assert read(central, offer["draft_number"], token).json()["phone"] == "awaited"
    phone = HomePhone(central).take_up(offer["url"])
    at_work = read(central, offer["draft_number"], token, seen_version=offer["version"], wait_s=8).json()
    assert (at_work["phone"], at_work["address"]) == ("at_work", None)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(read, central, offer["draft_number"], token, seen_version=at_work["version"], wait_s=8)
        assert phone.save_address(str(at_work["version"])).headers["Location"].endswith("/done")
        answer = waiting.result(timeout=30).json()
    assert (answer["phone"], answer["address"]) == ("done", ADDRESS)


def test_a_wait_without_news_ends_with_the_state_that_holds(one_office: Running) -> None:
    token = one_office.token("employee_normal")
    offer = hand_off(one_office, token)
    answer = read(one_office, offer["draft_number"], token, seen_version=offer["version"], wait_s=1)
    assert (answer.status_code, answer.json()["version"]) == (200, offer["version"])
    too_long = read(one_office, offer["draft_number"], token, wait_s=60)
    assert problem(too_long) == (422, "malformed")


def test_of_many_phones_only_the_first_goes_on(central: Running) -> None:
    offer = hand_off(central, central.token("employee_normal"))
    path = "/h/" + offer["url"].rpartition("/h/")[2]
    for _ in range(3):  # looking takes nobody's place
        assert central.http.get(path).status_code == 200
    gate = threading.Barrier(AT_ONCE)

    def take(_: int) -> int:
        gate.wait(timeout=30)
        return central.http.post(path).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sorted(pool.map(take, range(AT_ONCE))) == [303] + [410] * (AT_ONCE - 1)


def test_an_offer_ends_after_ten_minutes(one_office: Running) -> None:
    offer = hand_off(one_office, one_office.token("employee_normal"))
    one_office.clock.advance(minutes=10)
    assert one_office.http.get("/h/" + offer["url"].rpartition("/h/")[2]).status_code == 410


def test_a_handed_over_photo_replaces_the_one_on_record(central: Running) -> None:
    token = central.token("no_photo")
    assert problem(central.apply("no_photo")) == (422, "photo_needed")
    offer = hand_off(central, token, "photo")
    HomePhone(central).take_up(offer["url"]).send_photo(picture())
    photo = read(central, offer["draft_number"], token).json()["photo_number"]
    number = central.apply("no_photo", photo_number=photo).json()["application_number"]
    central.pay(number)
    central.submit(number)
    assert central.look_up("no_photo").json()["has_photo"] is True


def test_a_handed_over_photo_counts_once_its_person_has_seen_it(one_office: Running) -> None:
    token = one_office.token("no_photo")
    offer = hand_off(one_office, token, "photo")
    phone = HomePhone(one_office).take_up(offer["url"])
    assert phone.keep_photo().headers["Location"].endswith("/photo")  # there is none to keep
    assert phone.send_photo(picture()).headers["Location"].endswith("/photo")
    assert read(one_office, offer["draft_number"], token).json()["phone"] == "at_work"
    assert phone.keep_photo().headers["Location"].endswith("/done")
    assert read(one_office, offer["draft_number"], token).json()["phone"] == "done"


def test_somebody_elses_photo_is_unknown(one_office: Running) -> None:
    token = one_office.token("employee_normal")
    offer = hand_off(one_office, token, "photo")
    HomePhone(one_office).take_up(offer["url"]).send_photo(picture())
    photo = read(one_office, offer["draft_number"], token).json()["photo_number"]
    assert problem(one_office.apply("resident_normal", photo_number=photo)) == (404, "photo_unknown")


def test_a_page_that_was_handed_over_opens_nothing_else(one_office: Running) -> None:
    offer = hand_off(one_office, one_office.token("employee_normal"), "photo")
    phone = HomePhone(one_office).take_up(offer["url"])
    for page in ("address", "district", "agent"):
        assert phone.page(page).status_code == 303
    assert one_office.http.post(f"{phone.base}/code").status_code == 410


# --- ends -------------------------------------------------------------------------------------------------------------


def test_closing_deletes_at_once_and_may_be_repeated(central: Running) -> None:
    phone = filled(central)
    number = redeem(central, phone.code()).json()["draft_number"]
    body = {"person_token": central.token("employee_normal")}
    for _ in range(2):
        assert central.post(f"/v1/drafts/{number}/closing", body).status_code == 200
    assert phone.page().status_code == 410
    assert count(central, PhotoRow) == 0


def test_the_phone_may_delete_everything(one_office: Running) -> None:
    phone = filled(one_office)
    code = phone.code()
    assert one_office.http.post(f"{phone.base}/deletion").status_code == 200
    assert phone.page().status_code == 410
    assert problem(redeem(one_office, code)) == (404, "draft_code_unknown")


def test_after_a_week_nothing_of_the_person_is_left_and_a_day_later_nothing_at_all(central: Running) -> None:
    phone = filled(central)
    central.clock.advance(days=7)
    assert phone.page().status_code == 410
    for job in central.backend.jobs:
        job()
    assert (count(central, PhotoRow), count(central, DraftRow)) == (0, 1)
    with central.backend.services.sessions() as session:
        row = session.scalars(select(DraftRow)).one()
        assert (row.address, row.agent, row.photo_number) == (None, None, None)
    central.clock.advance(days=1)
    for job in central.backend.jobs:
        job()
    assert count(central, DraftRow) == 0


def test_the_photo_of_an_application_that_came_to_nothing_is_deleted(central: Running) -> None:
    token = central.token("employee_normal")
    offer = hand_off(central, token, "photo")
    HomePhone(central).take_up(offer["url"]).send_photo(picture())
    photo = read(central, offer["draft_number"], token).json()["photo_number"]
    number = central.apply("employee_normal", photo_number=photo).json()["application_number"]
    central.post(f"/v1/applications/{number}/cancellation", {"person_token": token}, new_key())
    for job in central.backend.jobs:
        job()
    assert count(central, PhotoRow) == 0


# --- the pages' own refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", ["", "11010518490115001", "110105184901150018", "13800000001", "<script>", "1" * 300]
)
def test_a_number_that_no_document_has_is_told_on_the_page(one_office: Running, number: str) -> None:
    form = {"insured_type": "RESIDENT", "document_number": number}
    answer = one_office.http.post("/start/person", data=form)
    assert answer.status_code == 422
    assert "<script>" not in answer.text


def test_many_starts_at_once_are_slowed_down(one_office: Running) -> None:
    form = {"insured_type": "RESIDENT", "document_number": PEOPLE["resident_normal"].document_number}
    answers = [one_office.http.post("/start/person", data=form).status_code for _ in range(121)]
    assert answers == [303] * 120 + [429]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"detail": "样板路"}, "还缺楼号或门牌号"),
        ({"detail": "x" * 61 + "1"}, "详细地址最多 60 个字"),
        ({"street": "没有的街道"}, "请选择街道"),
        ({"recipient": " "}, "请填写收件人姓名"),
        ({"mobile": "010-12345"}, "请填写 11 位手机号码"),
    ],
)
def test_an_address_that_cannot_be_is_told_beside_the_field(
    one_office: Running, changes: dict[str, str], words: str
) -> None:
    answer = HomePhone(one_office).start().save_address("0", **changes)
    assert answer.status_code == 422
    assert answer.text.count(words) == 2  # above, and beside the field


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "请先选择一张照片"),
        (b"%PDF-1.7 not a picture", "这个文件打不开"),
        (b"x" * (12 * 1024 * 1024 + 1), "文件太大"),
        (picture(200, 260), "照片太小"),
        (picture(1200, 900), "请用竖着拍的照片"),
    ],
)
def test_a_photo_that_cannot_be_is_told_on_the_page(one_office: Running, content: bytes, words: str) -> None:
    answer = HomePhone(one_office).start().send_photo(content)
    assert answer.status_code == 422
    assert words in answer.text


def test_what_comes_back_of_a_photo_holds_nothing_but_pixels(one_office: Running) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 0.0)}  # where it was taken
    exif[0x010F] = "maker"
    phone = HomePhone(one_office).start()
    phone.send_photo(picture(exif=exif), name="王样例 身份证.jpg")
    with one_office.backend.services.sessions() as session:
        jpeg = session.scalars(select(PhotoRow)).one().jpeg
    for shown in (jpeg, phone.page("photo.jpg").content):
        with Image.open(io.BytesIO(shown)) as image:
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"maker" not in shown


def test_pages_hold_no_cookie_no_foreign_address_and_are_kept_nowhere(one_office: Running) -> None:
    phone = filled(one_office)
    for path in ("/start", "/start/person", phone.base, f"{phone.base}/address", f"{phone.base}/photo"):
        page = one_office.http.get(path)
        assert page.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert "set-cookie" not in page.headers
        assert "http://" not in page.text.replace("http://www.w3.org/2000/svg", "")
