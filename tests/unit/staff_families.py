"""Keys of staff mode that are put together at run time, and every word that can be put in."""

from __future__ import annotations

from enum import Enum

from hardware import ports
from kiosk.flow.facts import DEVICE_NAMES
from kiosk.flow.staff import concerns, facts, measured, testing
from kiosk.flow.staff.home import MENU
from kiosk.flow.staff.situations import GoingDown, MappingStage, PaperStage, PaperWork

CONCERNS = frozenset(
    {
        "by_staff", "hours", "remote", "closed", "receipt_waits", "central", "payments", "clock", "journal", "audit",
        "unsettled", "paper", "certificate", "disk", "heat",
        *(f"part_{part}" for part in (*concerns.FAILED_PARTS, "other")),
    }
)  # fmt: skip
PAPER_TOLD = frozenset({"low", "out", "jammed"})
FACTS = frozenset({"paper", "queue", "clock", "certificate", "disk", "heat", "last_session"})
OUTCOMES = frozenset({"completed", "links", "card_left", "idle", "ended", "staff", "other"})
NOTICES = frozenset(
    {
        "card", "service_in", "service_out", *(f"hours_{each.value}" for each in facts.HoursException), "mapping_kept",
        "mapping_undone", "mapping_unclear", *(f"{each.value}_failed" for each in GoingDown),
    }
)  # fmt: skip
GUIDED = frozenset(stage.value for stage in PaperStage if stage is not PaperStage.DONE)
REPRINT_PROBLEMS = frozenset({"not_found", "several", "central_silent"})
SENT = frozenset({"printed", "not_printed", "exported", "no_answer"})
LEVELS = frozenset({"volume", "brightness"})
WAYS = frozenset({"in", "out", "closed", "usual", "shorter"})


def _words(*enums: type[Enum]) -> frozenset[str]:
    return frozenset(str(member.value) for enum in enums for member in enum)


def _lower(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)


def staff_families() -> dict[str, frozenset[str]]:
    tests, printing = _words(facts.DeviceTest), _words(ports.PrintProblem)
    actions = _lower(_words(ports.Action))
    return {
        "staff.certificate.{}": measured.CERTIFICATES,
        "staff.concern.{}": CONCERNS,
        "staff.concern_do.{}": CONCERNS,
        "staff.detail_do.{}": concerns.KNOWN_DETAILS,
        "staff.device.{}": frozenset(DEVICE_NAMES),
        "staff.device_word.{}": _lower(_words(ports.DeviceWord)),
        "staff.do.{}": actions,
        "staff.done.{}": NOTICES,
        "staff.fact.{}": FACTS,
        "staff.fact.{}.value": FACTS - {"clock", "heat"},
        "staff.levels.{}": LEVELS,
        "staff.mapping.{}": _words(MappingStage) & {"trying", "saving"},
        "staff.measure.{}": _words(facts.Measure),
        "staff.menu.{}": frozenset(entry for entry, _, _ in MENU),
        "staff.outcome.{}": OUTCOMES,
        "staff.paper.{}.title": _words(PaperWork),
        "staff.paper.{}.{}": frozenset(),
        "staff.paper.refill.{}": GUIDED,
        "staff.paper.jam.{}": GUIDED,
        "staff.paper_do.{}": PAPER_TOLD,
        "staff.paper_word.{}": PAPER_TOLD,
        "staff.print_problem.{}": printing,
        "staff.refused.{}": _words(facts.StaffCardProblem),
        "staff.report.{}": SENT | _words(facts.ExportProblem),
        "staff.report.verdict.{}": _words(facts.Verdict),
        "staff.reprint.problem.{}": printing | REPRINT_PROBLEMS,
        "staff.service.{}": WAYS,
        "staff.service.{}.about": WAYS,
        "staff.settling.{}": _words(facts.SettlingOutcome),
        "staff.test.{}": tests,
        "staff.test.{}.do": tests,
        "staff.test.{}.question": frozenset(test.value for test in testing.JUDGED) - {"display"},
        "staff.test.result.{}": _words(facts.Verdict),
        "staff.unit.{}": _words(facts.Unit) - {"data", "word"},
        "staff.unsettled.about.{}": _words(facts.UnsettledKind),
        "staff.unsettled.kind.{}": _words(facts.UnsettledKind),
        "staff.verdict.{}": _words(facts.Verdict),
        "staff.weekday.{}": frozenset("1234567"),
        "staff.who.{}": actions | {"operator"},
        "staff.word.{}": measured.WORDS,
        **{f"staff.{{}}.{part}": _words(GoingDown) for part in ("title", "what", "confirm", "going")},
    }
