"""`python -m backend fleet ...`: what the console does, by hand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import segno
from sqlalchemy import select

from backend.fleet.fleet import Fleet
from backend.fleet.tables import EnrolmentRow, FleetTerminalRow, HealthRow
from backend.problems import Refusal

WHO = "command-line"
Step = Callable[[argparse.Namespace, Fleet], int]


def add_fleet_arguments(parser: argparse.ArgumentParser) -> None:
    """The steps, as positional arguments of the `fleet` command."""
    parser.add_argument("step", choices=sorted(STEPS), help="what to do")
    parser.add_argument("name", nargs="?", default="", help="a terminal or an enrolment")
    parser.add_argument("--office", default="CY01", help="office of a new terminal (default %(default)s)")


def run_step(options: argparse.Namespace, fleet: Fleet) -> int:
    fleet.ensure_looked()
    return STEPS[options.step](options, fleet)


def _ticket(options: argparse.Namespace, fleet: Fleet) -> int:
    with fleet.sessions.begin() as session:
        ticket = fleet.enrolments.ticket(session, options.name, options.office, WHO)
    if isinstance(ticket, Refusal):
        return _refused(ticket)
    segno.make(ticket.content(), micro=False).terminal(compact=True)
    print(ticket.content())
    return 0


def _enrolments(_options: argparse.Namespace, fleet: Fleet) -> int:
    with fleet.sessions() as session:
        for row in session.scalars(select(EnrolmentRow).order_by(EnrolmentRow.asked_at)):
            print(f"{row.enrolment_id}  {row.terminal_id:16} {row.state:9} code {row.short_code}  {row.hardware}")
    return 0


def _approve(options: argparse.Namespace, fleet: Fleet) -> int:
    decided = fleet.decide_enrolment(options.name, WHO, is_approved=True)
    if isinstance(decided, Refusal):
        return _refused(decided)
    print(f"{decided.terminal_id} is of the fleet")
    return 0


def _decommission(options: argparse.Namespace, fleet: Fleet) -> int:
    refusal = fleet.decommission(options.name, WHO)
    if refusal is not None:
        return _refused(refusal)
    print(f"{options.name} wipes itself as soon as it asks")
    return 0


def _status(_options: argparse.Namespace, fleet: Fleet) -> int:
    joined = select(FleetTerminalRow, HealthRow).outerjoin(
        HealthRow, HealthRow.terminal_id == FleetTerminalRow.terminal_id
    )
    with fleet.sessions() as session:
        for terminal, health in session.execute(joined.order_by(FleetTerminalRow.terminal_id)).all():
            word = health.condition if health else "never seen"
            print(f"{terminal.terminal_id:16} {terminal.office_id:8} {terminal.state:14} {word}")
    return 0


def _refused(refusal: Refusal) -> int:
    print(f"not done: {refusal.code.value.replace('_', ' ')} {refusal.detail}".rstrip(), file=sys.stderr)
    return 2


STEPS: dict[str, Step] = {
    "ticket": _ticket,
    "enrolments": _enrolments,
    "approve": _approve,
    "decommission": _decommission,
    "status": _status,
}
