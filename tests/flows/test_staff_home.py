"""The home page shows every fault of every device, and everything else that is wrong, in words."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from hardware.ports import Action, DeviceWord, Paper
from kiosk.domain.opening import OpeningHours
from kiosk.flow.events import CentralChanged, DeviceChanged, Failed, ReferenceArrived, ServiceClosed, Ticked
from kiosk.flow.facts import DEVICE_NAMES, Conduct, DeviceFacts
from kiosk.flow.staff.concerns import KNOWN_DETAILS
from kiosk.flow.staff.effects import AcknowledgeJournal
from kiosk.flow.staff.events import StaffOverviewArrived
from kiosk.flow.staff.facts import CertificateFacts, PaperFacts, QueueFacts, StaffOverview, Verdict
from kiosk.flow.staff.views import StaffHomeView
from kiosk.flow.texts import Text
from kiosk.flow.touches import Confirmed, OptionChosen
from tests.faults.outlook import incomplete
from tests.flows.staff_stages import ATTENDANT, AUDITOR, OVERVIEW, TECHNICIAN, at_home
from tests.flows.stages import attract
from tests.flows.story import REFERENCE, Story

FAULTS = tuple(
    DeviceFacts(word.value, action, detail, paper)
    for word, action, detail, paper in product(
        DeviceWord,
        ("", *(each.value for each in Action)),
        ("", "cover_open"),
        ("", *(p.value for p in Paper)),
    )
)


def view_of_home(story: Story) -> StaffHomeView:
    view = story.display.view
    assert isinstance(view, StaffHomeView)
    return view


def keys(text: Text) -> set[str]:
    inner = (keys(value) for _, value in text.values if isinstance(value, Text))
    return {text.key}.union(*inner)


def is_fault(name: str, facts: DeviceFacts) -> bool:
    """As staff would say it, told apart from how the page computes it."""
    if name in {"speaker", "keypad"} and facts == DeviceFacts("noDevice"):
        return False  # this terminal has none
    return facts.word != "online" or facts.action != "" or facts.paper in {"low", "out", "jammed"}


def test_a_healthy_terminal_has_nothing_to_do() -> None:
    view = view_of_home(at_home())
    assert view.entries == ()
    assert view.verdict is Verdict.GOOD
    assert [tile.verdict for tile in view.devices] == [Verdict.GOOD] * len(DEVICE_NAMES)


@pytest.mark.parametrize("name", DEVICE_NAMES)
def test_every_fault_of_every_device_is_on_the_home_page(name: str) -> None:
    home = at_home()
    assert len(FAULTS) == 10 * 7 * 2 * 6
    for facts in FAULTS:
        story = Story(home.terminal, home.mono_s, home.told).tell(DeviceChanged(name, facts))
        view = view_of_home(story)
        assert not incomplete(story.display), facts
        named = [entry for entry in view.entries if f"staff.device.{name}" in keys(entry.title)]
        assert len(named) == int(is_fault(name, facts)), facts
        tiles = [tile.verdict for tile in view.devices if tile.name.key == f"staff.device.{name}"]
        assert any(verdict is not Verdict.GOOD for verdict in tiles) == is_fault(name, facts), facts


@pytest.mark.parametrize("detail", sorted(KNOWN_DETAILS))
def test_every_known_detail_has_an_advice(detail: str) -> None:
    story = at_home().tell(DeviceChanged("code_scanner", DeviceFacts("hardwareError", "reset", detail)))
    assert view_of_home(story).entries[0].do.key == f"staff.detail_do.{detail}"
    assert not incomplete(story.display)


def test_a_fault_leads_to_the_page_that_mends_it() -> None:
    home = at_home().tell(DeviceChanged("receipt_printer", DeviceFacts("hardwareError", "clear", "paper_out", "out")))
    assert home.touch(OptionChosen(view_of_home(home).entries[0].option_id)).situation == "HandlingPaper"
    broken = at_home().tell(DeviceChanged("card_reader", DeviceFacts("powerOff", "clear", "no_reader")))
    assert broken.touch(OptionChosen(view_of_home(broken).entries[0].option_id)).situation == "DeviceInTest"


OVERVIEWS = {
    "paper": replace(OVERVIEW, paper=PaperFacts(900, 80_000, 5)),
    "unsettled": replace(OVERVIEW, queue=QueueFacts(3, 2, 90)),
    "certificate": replace(OVERVIEW, certificates=(CertificateFacts("backend", 6),)),
    "disk": replace(OVERVIEW, disk_free_percent=4),
    "heat": replace(OVERVIEW, temperature_c=90),
    "journal": replace(OVERVIEW, is_journal_sound=False),
    "audit": replace(OVERVIEW, is_audit_sound=False),
}


@pytest.mark.parametrize("word", OVERVIEWS)
def test_everything_else_that_is_wrong_is_on_the_home_page(word: str) -> None:
    story = at_home().tell(StaffOverviewArrived(OVERVIEWS[word]))
    assert [entry.title.key for entry in view_of_home(story).entries] == [f"staff.concern.{word}"]
    assert not incomplete(story.display)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (CentralChanged(is_reachable=False, are_payments_open=False, clock_skew_s=0.0), "central"),
        (CentralChanged(is_reachable=True, are_payments_open=False, clock_skew_s=0.0), "payments"),
        (CentralChanged(is_reachable=True, are_payments_open=True, clock_skew_s=-70.0), "clock"),
    ],
)
def test_a_backend_that_fails_is_on_the_home_page(change: CentralChanged, word: str) -> None:
    assert [entry.title.key for entry in view_of_home(at_home().tell(change)).entries] == [f"staff.concern.{word}"]


def test_a_terminal_that_the_operator_closed_says_so_to_staff() -> None:
    view = view_of_home(at_home(story=attract().tell(ServiceClosed())))
    assert [(entry.title.key, entry.who.key) for entry in view.entries] == [
        ("staff.concern.remote", "staff.who.operator")
    ]


def test_outside_opening_hours_nobody_has_to_do_anything() -> None:
    never = replace(REFERENCE, conduct=Conduct(opening=OpeningHours(((),) * 7)))
    view = view_of_home(at_home(story=attract().tell(ReferenceArrived(never), Ticked())))
    assert [(entry.title.key, entry.who.key) for entry in view.entries] == [
        ("staff.concern.closed", "staff.who.suspend")
    ]


def test_a_journal_that_was_set_aside_is_acknowledged_and_the_program_starts_again() -> None:
    closed = attract().tell(Failed("journal"))
    story = at_home(ATTENDANT, closed).tell(StaffOverviewArrived(OVERVIEWS["journal"]))
    view = view_of_home(story)
    assert [entry.title.key for entry in view.entries] == ["staff.concern.journal"]
    asked = story.touch(OptionChosen(view.entries[0].option_id))
    assert not [effect for effect in asked.effects if isinstance(effect, AcknowledgeJournal)]
    assert not incomplete(asked.display)
    done = asked.touch(Confirmed())
    assert [effect for effect in done.last if isinstance(effect, AcknowledgeJournal)]
    assert not incomplete(done.display)


def test_an_auditor_does_not_acknowledge_for_others() -> None:
    story = at_home(AUDITOR).tell(StaffOverviewArrived(OVERVIEWS["journal"]))
    assert [entry.is_enabled for entry in view_of_home(story).entries] == [False]


def test_what_one_can_do_comes_before_what_others_must_do() -> None:
    broken = DeviceChanged("card_reader", DeviceFacts("hardwareError", "maintenance"))
    no_paper = DeviceChanged("receipt_printer", DeviceFacts("hardwareError", "clear", "paper_out", "out"))
    view = view_of_home(at_home(ATTENDANT).tell(broken, no_paper))
    assert [entry.who.key for entry in view.entries] == ["staff.who.clear", "staff.who.maintenance"]
    assert dict(view.title.values)["own"] == 1
    assert dict(view_of_home(at_home(TECHNICIAN).tell(broken, no_paper)).title.values)["own"] == 2


def test_the_worst_comes_first() -> None:
    story = at_home().tell(
        DeviceChanged("card_reader", DeviceFacts("deviceBusy", "suspend")),
        DeviceChanged("receipt_printer", DeviceFacts("powerOff", "clear")),
        StaffOverviewArrived(OVERVIEWS["heat"]),
    )
    verdicts = [entry.verdict for entry in view_of_home(story).entries]
    assert verdicts == sorted(verdicts, key=lambda verdict: verdict is not Verdict.BAD)
    assert verdicts[0] is Verdict.BAD


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    story = at_home().tell(StaffOverviewArrived(StaffOverview(OVERVIEW.taken_at)))
    unknown = [fact for fact in view_of_home(story).facts if fact.verdict is Verdict.UNKNOWN]
    assert len(unknown) == 6
    assert not incomplete(story.display)


def test_the_overview_is_asked_for_again_while_somebody_looks() -> None:
    story = at_home(ATTENDANT)
    before = len(story.effects)
    story.wait(25)
    assert len([effect for effect in story.effects[before:] if type(effect).__name__ == "GatherOverview"]) == 2


def test_the_chart_has_a_bar_for_each_day() -> None:
    chart = view_of_home(at_home(TECHNICIAN)).chart
    assert chart is not None
    assert [day.day for day in chart.days] == [day.day for day in OVERVIEW.days]
    assert all(day.completed <= day.sessions for day in chart.days)
