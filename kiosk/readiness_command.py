"""`python -m kiosk readiness`: asks the running terminal, which owns the devices; where none runs, looks by itself."""

from __future__ import annotations

import sys

from kiosk.app import report_without_terminal
from kiosk.central import wire
from kiosk.config import Settings
from kiosk.domain.language import Language
from kiosk.flow.staff.facts import ReadinessReport, Verdict
from kiosk.i18n import Catalogue, load_catalogue
from kiosk.services.control import DOOR_FILE, ask
from kiosk.services.staff.readiness import json_of, report_from
from kiosk.services.staff.report_paper import report_lines

READY, NOT_READY = 0, 1


def print_readiness(settings: Settings, language: str, *, as_json: bool) -> int:
    catalogue = load_catalogue(settings.display.locale_dir)
    answer = ask(settings.terminal.state_dir / DOOR_FILE, "readiness")
    report = _told(answer) if answer else report_without_terminal(settings, catalogue)
    if as_json:
        sys.stdout.write(json_of(report, settings.terminal.id).decode())
    else:
        _print(report, catalogue, Language(language), "running" if answer else "not running")
    return NOT_READY if report.verdict is Verdict.BAD else READY


def _told(answer: bytes) -> ReadinessReport:
    return report_from(wire.Readiness.model_validate_json(answer))


def _print(report: ReadinessReport, catalogue: Catalogue, language: Language, how: str) -> None:
    sys.stdout.write(f"terminal {how}; {catalogue.text(f'staff_slip.verdict_{report.verdict.value}', language)}\n")
    for line in report_lines(report, catalogue, language):
        sys.stdout.write(f"  {line}\n")
