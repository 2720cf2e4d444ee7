"""A finger on the glass becomes exactly one event, with the serial of the display it was made on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.flow import touches as t
from kiosk.flow.keyboard import KeyboardPage
from kiosk.flow.views import Language, Size, Theme
from tests.screens.samples import BY_NAME

EXPECTED = [
    ("01_attract", "start_zh", t.Started(Language.ZH)),
    ("01_attract", "start_en", t.Started(Language.EN)),
    ("02_purpose", "help", t.HelpTouched()),
    ("01_attract", "language", t.LanguageChosen(Language.EN)),
    ("01_attract", "size", t.SizeChosen(Size.LARGE)),
    ("01_attract", "theme", t.ThemeChosen(Theme.HIGH_CONTRAST)),
    ("01_attract", "reach", t.LowReachChosen(True)),
    ("02_purpose", "option.purpose_replace", t.OptionChosen("purpose_replace")),
    ("03_notice", "confirm", t.Confirmed()),
    ("03_notice", "decline", t.Declined()),
    ("03_notice", "back", t.BackTouched()),
    ("03_notice", "end", t.EndTouched()),
    ("04_identify_waiting", "option.staff", t.OptionChosen("staff")),
    ("06_record", "confirm", t.Confirmed()),
    ("10_mobile", "key.5", t.KeyPressed("5")),
    ("10_mobile", "key.clear", t.KeyPressed("clear")),
    ("10_mobile", "key.backspace", t.KeyPressed("backspace")),
    ("10_mobile", "option.none", t.OptionChosen("none")),
    ("10_mobile_ready", "confirm", t.Confirmed()),
    ("12_offices", "option.office3", t.OptionChosen("office3")),
    ("12_offices", "page.next", t.PageTurned(1)),
    ("12_offices", "page.previous", t.PageTurned(-1)),
    ("13_districts", "option.district4", t.OptionChosen("district4")),
    ("14_address_detail", "key.楼", t.KeyPressed("楼")),
    ("14_address_detail", "confirm", t.Confirmed()),
    ("15_check", "change.mobile", t.ChangeRequested("mobile")),
    ("15_check", "confirm", t.Confirmed()),
    ("16_pay_how", "option.pay_later", t.OptionChosen("pay_later")),
    ("17_pay_code", "option.more_time", t.OptionChosen("more_time")),
    ("18_pay_scan", "option.other_way", t.OptionChosen("other_way")),
    ("20_done", "confirm", t.Confirmed()),
    ("21_receipt_printed", "option.finish", t.OptionChosen("finish")),
    ("22_take_things", "confirm", t.Confirmed()),
    ("23_links", "confirm", t.Confirmed()),
    ("24_problem", "option.finish", t.OptionChosen("finish")),
    ("30_idle", "still_here", t.StillHere()),
    ("30_idle", "end_confirm", t.EndConfirmed()),
    ("31_help", "help_close", t.HelpClosed()),
    ("31_help", "staff_call", t.StaffCalled()),
    ("32_end", "end_confirm", t.EndConfirmed()),
    ("32_end", "end_decline", t.EndDeclined()),
]


@pytest.mark.parametrize(("name", "element_id", "event"), EXPECTED, ids=str)
def test_a_tap_sends_its_event(theatre: Any, name: Any, element_id: Any, event: Any) -> None:
    theatre.show(BY_NAME[name], serial=41)
    theatre.tap(element_id)
    assert theatre.sent == [(41, event)]


def test_sliding_off_a_button_does_nothing(theatre: Any) -> None:
    theatre.show(BY_NAME["03_notice"])
    finger = theatre.finger(*theatre.target("confirm").center)
    finger.touch_down()
    assert theatre.target("confirm").is_pressed
    finger.touch_move(540, 900)
    finger.touch_up()
    assert theatre.sent == []
    assert not theatre.target("confirm").is_pressed


@pytest.mark.parametrize(("name", "element_id"), [("02_purpose", "option.purpose_replace"), ("03_notice", "confirm")])
def test_a_screen_that_comes_back_does_not_show_the_touch_that_led_away_from_it(
    theatre: Any, name: str, element_id: str
) -> None:
    theatre.show(BY_NAME[name], serial=1)
    target = theatre.target(element_id)
    fresh = target.fill
    target.press(is_pressed=True)
    assert target.fill != fresh
    theatre.show(BY_NAME["15_check"], serial=2)
    target.is_pressed = False
    theatre.show(BY_NAME[name], serial=3)
    assert theatre.target(element_id).fill == fresh


def test_sliding_onto_another_button_does_nothing(theatre: Any) -> None:
    theatre.show(BY_NAME["03_notice"])
    finger = theatre.finger(*theatre.target("confirm").center)
    finger.touch_down()
    finger.touch_move(*theatre.target("decline").center)
    finger.touch_up()
    assert theatre.sent == []


def test_a_double_tap_sends_one_event(theatre: Any) -> None:
    theatre.show(BY_NAME["15_check"])
    theatre.tap("confirm")
    theatre.now_s += 0.2
    theatre.tap("confirm")
    assert theatre.sent == [(7, t.Confirmed())]


def test_a_key_between_two_taps_makes_the_second_one_meant(theatre: Any) -> None:
    theatre.show(BY_NAME["10_mobile_ready"])
    for element_id in ("confirm", "key.1", "confirm"):
        theatre.tap(element_id)
        theatre.now_s += 0.1
    assert theatre.sent == [(7, t.Confirmed()), (7, t.KeyPressed("1")), (7, t.Confirmed())]


def test_the_same_button_works_again_later(theatre: Any) -> None:
    theatre.show(BY_NAME["17_pay_code"])
    theatre.tap("option.more_time")
    theatre.now_s += 0.6
    theatre.tap("option.more_time")
    assert len(theatre.sent) == 2


def test_the_volume_goes_up_as_often_as_touched(theatre: Any) -> None:
    theatre.show(BY_NAME["48_staff_levels"])
    theatre.tap("option.volume.up")
    theatre.tap("option.volume.up")
    assert theatre.sent == [(7, t.OptionChosen("volume.up"))] * 2


def test_keys_may_be_typed_as_fast_as_one_likes(theatre: Any) -> None:
    theatre.show(BY_NAME["10_mobile"])
    theatre.tap("key.8")
    theatre.tap("key.8")
    assert theatre.sent == [(7, t.KeyPressed("8"))] * 2


def test_a_finger_that_comes_down_before_the_screen_changes_does_not_act_on_the_new_one(theatre: Any) -> None:
    display = theatre.show(BY_NAME["15_check"])
    finger = theatre.finger(*theatre.target("confirm").center)
    finger.touch_down()
    theatre.stage.show(replace(display, serial=8))
    finger.touch_up()
    assert theatre.sent == []


def test_a_second_finger_is_ignored(theatre: Any) -> None:
    theatre.show(BY_NAME["10_mobile"])
    first, second = theatre.finger(*theatre.target("key.1").center), theatre.finger(*theatre.target("key.2").center)
    first.touch_down()
    second.touch_down()
    second.touch_up()
    first.touch_up()
    assert theatre.sent == [(7, t.KeyPressed("1"))]


def test_a_touch_beside_all_buttons_says_that_somebody_is_there(theatre: Any) -> None:
    theatre.show(BY_NAME["01_attract"])
    finger = theatre.finger(3, 900)
    finger.touch_down()
    finger.touch_up()
    assert theatre.sent == [(7, t.ScreenTouched())]


@pytest.mark.parametrize(
    ("name", "element_id"),
    [("10_mobile", "confirm"), ("07_reason", "option.damaged"), ("13_districts", "page.previous")],
)
def test_what_is_not_enabled_does_nothing(theatre: Any, name: Any, element_id: Any) -> None:
    theatre.show(BY_NAME[name])
    theatre.tap(element_id)
    assert theatre.sent == []
    assert not theatre.target(element_id).is_enabled


def test_a_touch_is_answered_by_the_button_at_once(theatre: Any) -> None:
    theatre.show(BY_NAME["03_notice"])
    before = theatre.pixels()
    finger = theatre.finger(*theatre.target("confirm").center)
    finger.touch_down()
    assert theatre.pixels() != before
    finger.touch_up()


def test_a_button_does_not_look_pressed_on_the_next_screen(theatre: Any) -> None:
    theatre.show(BY_NAME["15_check"], serial=8)
    unpressed = theatre.pixels()
    theatre.show(BY_NAME["06_record"], serial=9)
    theatre.tap("confirm")
    theatre.show(BY_NAME["15_check"], serial=10)
    theatre.tap("confirm")
    theatre.show(BY_NAME["06_record"], serial=11)
    theatre.show(BY_NAME["15_check"], serial=12)
    assert theatre.pixels() == unpressed


def test_a_button_does_not_look_pressed_on_the_next_screen_of_the_same_kind(theatre: Any) -> None:
    first = theatre.show(BY_NAME["15_check"], serial=8)
    unpressed = theatre.pixels()
    theatre.tap("confirm")
    assert theatre.target("confirm").is_pressed
    theatre.stage.show(replace(first, serial=9))
    assert theatre.pixels() == unpressed


def test_a_key_still_looks_pressed_when_its_character_appears(theatre: Any) -> None:
    theatre.show(BY_NAME["10_mobile"], serial=8)
    theatre.tap("key.8")
    theatre.show(BY_NAME["10_mobile_ready"], serial=9)
    assert theatre.target("key.8").is_pressed


def test_a_button_that_left_the_picture_while_pressed_comes_back_unpressed(theatre: Any) -> None:
    first = theatre.show(BY_NAME["15_check"], serial=8)
    unpressed = theatre.pixels()
    finger = theatre.finger(*theatre.target("confirm").center)
    finger.touch_down()
    theatre.show(BY_NAME["32_end"], serial=8)
    finger.touch_up()
    theatre.stage.show(replace(first, serial=9))
    assert theatre.pixels() == unpressed


def test_nothing_under_an_overlay_can_be_touched(theatre: Any) -> None:
    theatre.show(BY_NAME["30_idle"])
    ids = {element["id"] for element in theatre.description()["elements"]}
    assert ids >= {"still_here", "end_confirm"}
    assert not ids & {"confirm", "decline", "back", "help", "end"}
    assert "小雨" not in " ".join(theatre.description()["texts"])


def test_every_page_of_the_keys_can_be_chosen(theatre: Any) -> None:
    theatre.show(BY_NAME["14_address_detail"])
    theatre.tap("keyboard.pinyin")
    assert theatre.sent == [(7, t.KeyboardPageChosen(KeyboardPage.PINYIN))]
    theatre.show(BY_NAME["14_address_detail_letters"])
    theatre.tap("key.B")
    assert theatre.sent[1:] == [(7, t.KeyPressed("B"))]


def test_a_candidate_can_be_touched_and_an_empty_place_cannot(theatre: Any) -> None:
    theatre.show(BY_NAME["14_address_detail_pinyin"])
    theatre.tap("candidate.4")
    assert theatre.sent == [(7, t.CandidateChosen(4))]
    theatre.show(BY_NAME["14_address_detail_letters"])
    assert not any(element["id"].startswith("candidate.") for element in theatre.description()["elements"])


def test_a_list_that_does_not_fit_turns_its_own_pages(theatre: Any) -> None:
    theatre.stage.size = (1080, 1000)
    theatre.show(BY_NAME["12_offices"], "en", Size.EXTRA_LARGE)
    seen = set()
    for _ in range(6):
        ids = {element["id"] for element in theatre.description()["elements"]}
        seen |= {element_id for element_id in ids if element_id.startswith("option.")}
        if "more.next" not in ids:
            break
        theatre.tap("more.next")
    assert seen == {f"option.office{number}" for number in range(1, 6)}
    assert theatre.sent == []
    theatre.tap("page.next")
    assert theatre.sent == [(7, t.PageTurned(1))]


def test_the_description_names_everything(theatre: Any) -> None:
    theatre.show(BY_NAME["17_pay_code"])
    description = theatre.description()
    assert (description["view"], description["overlay"], description["serial"]) == ("PayCodeView", None, 7)
    assert description["codes"][0]["content"].startswith("weixin://")
    assert "20 元" in description["texts"]
    element = next(element for element in description["elements"] if element["id"] == "option.cancel")
    target = theatre.target("option.cancel")
    assert (element["x"], element["y"]) == (target.x, 1920 - target.top)
    assert element["text"] == "取消付款"
    assert element["is_enabled"]


def test_a_page_that_has_just_come_takes_no_touch(theatre: Any) -> None:
    display = theatre.show(BY_NAME["15_check"])
    theatre.stage.show(replace(display, serial=8))
    assert not any(one["is_enabled"] for one in theatre.description()["elements"])
    theatre.tap("confirm")
    theatre.now_s += 0.3
    theatre.tap("confirm")
    assert theatre.sent == [(8, t.Confirmed())]
