"""What a person may do at any moment: another language, larger text, more contrast, a nervous finger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.bench_driver.recorded import Recorded
from tests.bench_driver.visit import Visit


def _way(visit: Visit) -> Iterator[str]:
    """Every step of a visit up to the fee; the name of the step that is on the screen."""
    visit.start()
    yield "purpose"
    visit.touch("option.replace", "ExplainView", "confirm")
    yield "notice"
    visit.touch("confirm", "DeviceView", "option.other_document")
    yield "identify"
    visit.place()
    visit.bench.wait_for("RecordView", "confirm")
    yield "record"
    visit.touch("confirm", "ChoiceView", "option.lost")
    yield "reason"
    visit.touch("option.damaged", "DeviceView", "option.handed_in")
    yield "hand-in"
    visit.touch("option.handed_in", "KeypadView", "option.known")
    visit.type("1380013")
    visit.bench.wait(lambda screen: "138 0013" in screen["texts"], "seven digits")
    yield "mobile"
    visit.touch("option.known", "ChoiceView", "option.pickup")
    yield "delivery"
    visit.touch("option.pickup", "ChoiceView", "option.CY01")
    yield "office"
    visit.touch("option.CY01", "ChoiceView", "option.keep")
    yield "card details"
    visit.touch("option.keep", "CheckView", "confirm")
    yield "check"
    visit.touch("confirm", "ChoiceView", "option.show_phone")
    yield "payment"


def _touch_and_see(visit: Visit, button: str, word: str) -> dict[str, Any]:
    before = visit.bench.screen()[word]
    visit.bench.touch(button)
    return visit.bench.wait(lambda screen: screen.get(word) != before, f"another {word}")


def test_language_size_and_contrast_change_at_every_step_and_the_place_stays(visit: Visit) -> None:
    for step in _way(visit):
        before = visit.bench.screen()
        for button, word in (("language", "language"), ("size", "size"), ("theme", "theme")):
            _touch_and_see(visit, button, word)
        after = _touch_and_see(visit, "language", "language")
        assert (after["view"], after["serial"]) == (before["view"], before["serial"]), step
        assert [text for text in after["texts"] if text == "138 0013"] == [
            text for text in before["texts"] if text == "138 0013"
        ], step


def test_a_nervous_finger_never_touches_the_next_page(visit: Visit, recorded: Recorded) -> None:
    """Each button of the way is touched twice at the same place, as fast as a finger can."""
    nervous = NervousVisit(visit.bench, visit.person)
    for _ in _way(nervous):
        pass
    assert len(recorded.applications(visit.person.person_id)) == 1
    assert recorded.payments(visit.person.person_id) == []


class NervousVisit(Visit):
    def touch(self, element_id: str, view: str, then: str | None = None) -> dict[str, Any]:
        place = self.bench.place_of(element_id)
        self.bench.tap_twice(*place)
        return self.bench.wait_for(view, then)


def test_the_next_person_finds_nothing_of_the_last_one(visit_of: Callable[..., Visit]) -> None:
    first = visit_of()
    first.to_mobile()
    first.type("1390013")
    for button in ("size", "theme"):
        _touch_and_see(first, button, button)
    first.bench.do("identity", "remove")
    first.bench.touch("end")
    first.bench.touch("end_confirm")
    first.bench.wait_for("AttractView", "start_zh")
    screen = visit_of().to_mobile()
    assert (screen["size"], screen["theme"]) == ("standard", "normal")
    assert "139 0013" not in screen["texts"]
