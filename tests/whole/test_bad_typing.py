"""Telephone numbers and addresses as people type them: the page says what is wrong, and what was typed stays."""

from __future__ import annotations

from tests.bench_driver.visit import Visit
from tests.tour.journeys import first_street


def test_a_mobile_number_is_put_right_without_typing_it_again(visit: Visit) -> None:
    visit.to_mobile()
    visit.type("138001")
    visit.bench.touch("confirm")
    screen = visit.reads("mobile.problem.too_short")
    assert "138 001" in screen["texts"]
    visit.type("380009")  # the twelfth digit has no room
    visit.bench.wait(lambda now: "138 0013 8000" in now["texts"], "eleven digits")
    visit.clear_field()
    visit.type("20013800000")
    visit.bench.wait(lambda now: "200 1380 0000" in now["texts"], "eleven digits")
    visit.bench.touch("confirm")
    screen = visit.reads("mobile.problem.not_mobile")
    assert "200 1380 0000" in screen["texts"]
    visit.clear_field()
    visit.type("13900139000")
    visit.bench.wait(lambda now: "139 0013 9000" in now["texts"], "eleven digits")
    visit.touch("confirm", "ChoiceView", "option.express")
    visit.touch("back", "KeypadView", "confirm")
    visit.bench.wait(lambda now: "139 0013 9000" in now["texts"], "what was typed, after Back")


def test_an_address_is_put_right_without_typing_it_again(visit: Visit) -> None:
    visit.to_delivery()
    visit.touch("option.express", "ChoiceView", "option.new")
    visit.touch("option.new", "ChoiceView", "option.朝阳区")
    visit.bench.touch("option.朝阳区")
    street = visit.bench.wait(lambda screen: first_street(screen) is not None, "streets")
    visit.touch(first_street(street) or "", "TextEntryView", "key.1")
    visit.bench.touch("keyboard.characters")
    visit.bench.wait_for("TextEntryView", "key.号")
    visit.type("号")
    visit.bench.touch("confirm")
    visit.reads("address_detail.problem.too_short")
    visit.type("楼室")
    visit.bench.touch("confirm")
    screen = visit.reads("address_detail.problem.no_house_number")
    assert "号楼室" in screen["texts"]
    visit.type("12")
    visit.touch("back", "ChoiceView")
    visit.touch(first_street(street) or "", "TextEntryView", "key.1")
    visit.bench.wait(lambda now: "号楼室12" in now["texts"], "what was typed, after Back")
    visit.touch("confirm", "ChoiceView", "option.keep")


def test_an_address_has_room_for_sixty_characters_and_keeps_them(visit: Visit) -> None:
    visit.to_delivery()
    visit.touch("option.express", "ChoiceView", "option.new")
    visit.touch("option.new", "ChoiceView", "option.朝阳区")
    visit.bench.touch("option.朝阳区")
    street = visit.bench.wait(lambda screen: first_street(screen) is not None, "streets")
    visit.touch(first_street(street) or "", "TextEntryView", "key.1")
    visit.type("8" * 62)
    visit.bench.wait(lambda now: "8" * 60 in now["texts"], "sixty characters")
    visit.touch("confirm", "ChoiceView", "option.keep")
