"""What is wrong with the terminal, worst first: what, what to do, and who must do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.domain.staff import Role
from kiosk.flow.beginning import CLOSED
from kiosk.flow.facts import DEVICE_NAMES, DeviceFacts, Moment
from kiosk.flow.fitness import CLOCK_LIMIT_S
from kiosk.flow.quiet import REMOTE
from kiosk.flow.situations import OutOfService
from kiosk.flow.staff.entrance import CLOSED_BY, closed_by
from kiosk.flow.staff.facts import StaffOverview, Verdict
from kiosk.flow.terminal import Terminal
from kiosk.flow.texts import Text, text

CLOCK_WARNING_S = 60.0
DISK_WARNING_PERCENT, DISK_BAD_PERCENT = 20, 5
HEAT_WARNING_C, HEAT_BAD_C = 70, 85
FEW_RECEIPTS = 30

OPTIONAL_DEVICES = ("speaker", "keypad")
"""A terminal may have none: nobody has to do anything about it."""

FAILED_PARTS = frozenset({"journal", "screens", "engine", "settling"})
"""Parts of the terminal whose failure has words of its own."""

BAD_WORDS = frozenset({"powerOff", "noDevice", "hardwareError", "userError", "fraudAttempt", "offline"})
"""Device words with which nothing works; the others but `online` pass or want a look."""

ACTED_ON = frozenset({"reset", "clear", "maintenance", "configuration", "softwareError", "suspend"})
"""XFS4IoT words for who must act; see `hardware.ports.Action`."""

KNOWN_DETAILS = frozenset(
    {
        "cover_open", "paper_out", "paper_jammed", "cutter", "card_silent", "covered", "too_dark", "black", "frozen",
        "no_stream", "no_reader", "no_pcsc_service", "port_missing", "port_in_use", "port_not_permitted", "not_found",
        "held_by_another_program",
    }
)  # fmt: skip
"""Details of drivers that have an advice of their own; all others are advised by their action."""


@dataclass(frozen=True)
class Concern:
    """`page`: where it is mended, the option of the home page. `actor`: a word of `staff.who.`."""

    page: str
    verdict: Verdict
    title: Text
    do: Text
    actor: str


OWN_WORK = {
    Role.ATTENDANT: frozenset({"clear", "softwareerror"}),
    Role.TECHNICIAN: frozenset({"clear", "softwareerror", "maintenance", "configuration"}),
    Role.AUDITOR: frozenset[str](),
}
"""Whose work is that of whoever is there."""


def is_own(terminal: Terminal, concern: Concern) -> bool:
    card = terminal.staff.card
    return card is not None and concern.actor in OWN_WORK[card.role]


def concerns_of(terminal: Terminal, now: Moment) -> tuple[Concern, ...]:
    """Worst first, and first among those what whoever is there can do."""
    found = (*_of_service(terminal, now), *_of_devices(terminal), *_of_central(terminal), *_of_overview(terminal))
    return tuple(sorted(found, key=lambda one: (one.verdict is not Verdict.BAD, not is_own(terminal, one))))


def worst_of(concerns: tuple[Concern, ...]) -> Verdict:
    if not concerns:
        return Verdict.GOOD
    return concerns[0].verdict


# --- devices ---------------------------------------------------------------------------------------------------------


def verdict_of(facts: DeviceFacts) -> Verdict:
    """Of a device's own word, its paper included."""
    if facts.word in BAD_WORDS or facts.paper in {"out", "jammed"}:
        return Verdict.BAD
    return Verdict.GOOD if facts.is_online and not facts.action and facts.paper != "low" else Verdict.WARNING


def device_word(facts: DeviceFacts) -> Text:
    """In plain words; paper that is missing says more than the printer's word."""
    if facts.paper in {"out", "jammed", "low"}:
        return text(f"staff.paper_word.{facts.paper}")
    return text(f"staff.device_word.{facts.word.lower()}")


def advice_on(facts: DeviceFacts) -> Text:
    if facts.paper in {"out", "jammed", "low"}:
        return text(f"staff.paper_do.{facts.paper}")
    if facts.detail in KNOWN_DETAILS:
        return text(f"staff.detail_do.{facts.detail}")
    return text(f"staff.do.{_action(facts).lower()}")


def _action(facts: DeviceFacts) -> str:
    """A driver that does not say who must act leaves it to whoever mends devices."""
    if facts.paper in {"out", "jammed", "low"}:
        return "clear"
    if facts.action in ACTED_ON:
        return facts.action
    return "suspend" if facts.word in {"starting", "deviceBusy"} else "maintenance"


def _page_for(name: str, facts: DeviceFacts) -> str:
    if name == "keypad":  # it has no page of its own
        return "tests"
    if name != "receipt_printer":
        return f"test.{name}"
    return {"out": "refill", "low": "refill", "jammed": "jam"}.get(facts.paper, f"test.{name}")


def devices_of(terminal: Terminal) -> tuple[str, ...]:
    """Those that this terminal has, or should have."""
    absent = (name for name in OPTIONAL_DEVICES if terminal.conditions.device(name) == DeviceFacts("noDevice"))
    return tuple(sorted(set(DEVICE_NAMES) - set(absent), key=DEVICE_NAMES.index))


def _of_devices(terminal: Terminal) -> Iterator[Concern]:
    for name in devices_of(terminal):
        facts = terminal.conditions.device(name)
        verdict = verdict_of(facts)
        if verdict is not Verdict.GOOD:
            title = text("staff.concern.device", device=text(f"staff.device.{name}"), word=device_word(facts))
            yield Concern(_page_for(name, facts), verdict, title, advice_on(facts), _action(facts).lower())


# --- the rest --------------------------------------------------------------------------------------------------------


def _concern(word: str, page: str, verdict: Verdict, actor: str, **values: str | int) -> Concern:
    return Concern(page, verdict, text(f"staff.concern.{word}", **values), text(f"staff.concern_do.{word}"), actor)


def _of_service(terminal: Terminal, now: Moment) -> Iterator[Concern]:
    """What was decided holds at once, also while citizens still see what stood there before."""
    beneath, closed = terminal.beneath, closed_by(terminal, now)
    if closed == REMOTE:
        yield _concern(closed, "readiness", Verdict.WARNING, "operator")
    elif closed:
        yield _concern(closed, "service", Verdict.WARNING, "clear")
    if beneath is not None and isinstance(beneath.situation, OutOfService):
        part = beneath.situation.part
        if part == CLOSED:
            yield _concern(part, "readiness", Verdict.WARNING, "suspend")
        elif part == "journal" and _is_journal_set_aside(terminal):
            pass  # said below, with the way out
        elif part != "starting" and part not in CLOSED_BY:
            word = part if part in FAILED_PARTS else "other"
            yield _concern(f"part_{word}", "restart", Verdict.BAD, "clear")
    if beneath is not None and beneath.session is not None:
        yield _concern("receipt_waits", "refill", Verdict.WARNING, "clear")


def _is_journal_set_aside(terminal: Terminal) -> bool:
    return terminal.staff.overview is not None and not terminal.staff.overview.is_journal_sound


def _of_central(terminal: Terminal) -> Iterator[Concern]:
    conditions = terminal.conditions
    if not conditions.is_central_reachable:
        yield _concern("central", "test.network", Verdict.BAD, "maintenance")
    elif not conditions.are_payments_open:
        yield _concern("payments", "test.network", Verdict.BAD, "operator")
    skew_s = abs(conditions.clock_skew_s)
    if skew_s > CLOCK_WARNING_S:
        verdict = Verdict.BAD if skew_s > CLOCK_LIMIT_S else Verdict.WARNING
        yield _concern("clock", "test.network", verdict, "maintenance", seconds=round(skew_s))


def _of_overview(terminal: Terminal) -> Iterator[Concern]:
    overview = terminal.staff.overview
    if overview is None:
        return
    if not overview.is_journal_sound:
        yield _concern("journal", "new_journal", Verdict.BAD, "clear")
    if not overview.is_audit_sound:
        yield _concern("audit", "readiness", Verdict.BAD, "maintenance")
    if overview.queue.parked or overview.unsettled:
        count = max(overview.queue.parked, overview.unsettled)
        yield _concern("unsettled", "unsettled", Verdict.WARNING, "clear", count=count)
    yield from _of_supplies(terminal, overview)
    yield from _of_machine(overview)


def _of_supplies(terminal: Terminal, overview: StaffOverview) -> Iterator[Concern]:
    """The estimate speaks before the sensor does."""
    is_told = terminal.conditions.device("receipt_printer").paper in {"low", "out", "jammed"}
    if overview.paper is not None and overview.paper.receipts_left < FEW_RECEIPTS and not is_told:
        yield _concern("paper", "refill", Verdict.WARNING, "clear", count=max(0, overview.paper.receipts_left))


def _of_machine(overview: StaffOverview) -> Iterator[Concern]:
    for certificate in overview.certificates:
        if certificate.verdict is not Verdict.GOOD:
            days = max(0, certificate.days_left)
            yield _concern("certificate", "test.network", certificate.verdict, "operator", days=days)
    disk, heat = overview.disk_free_percent, overview.temperature_c
    if disk is not None and disk <= DISK_WARNING_PERCENT:
        verdict = Verdict.BAD if disk <= DISK_BAD_PERCENT else Verdict.WARNING
        yield _concern("disk", "readiness", verdict, "maintenance", percent=disk)
    if heat is not None and heat >= HEAT_WARNING_C:
        verdict = Verdict.BAD if heat >= HEAT_BAD_C else Verdict.WARNING
        yield _concern("heat", "readiness", verdict, "maintenance", degrees=heat)
