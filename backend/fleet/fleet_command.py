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
from kiosk.fleet.pairing import SHORT_CODE_DIGITS, EnrolmentState

WHO = "command-line"
Step = Callable[[argparse.Namespace, Fleet], int]


def add_fleet_arguments(parser: argparse.ArgumentParser) -> None:
    """The steps, as positional arguments of the `fleet` command."""
    parser.add_argument("step", choices=sorted(STEPS), help="what to do")
    parser.add_argument("name", nargs="?", default="", help="a terminal, an enrolment, or the code on its screen")
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
    decided = fleet.decide_enrolment(_enrolment_of(options.name, fleet), WHO, is_approved=True)
    if isinstance(decided, Refusal):
        return _refused(decided)
    print(f"{decided.terminal_id} is of the fleet")
    return 0


def _enrolment_of(name: str, fleet: Fleet) -> str:
    """An enrolment's own name, or the code that somebody reads on the terminal: typing it is comparing it."""
    if not (name.isdecimal() and len(name) == SHORT_CODE_DIGITS):
        return name
    is_it = (EnrolmentRow.short_code == name) & (EnrolmentRow.state == EnrolmentState.PENDING)
    with fleet.sessions() as session:
        found = session.scalars(select(EnrolmentRow.enrolment_id).where(is_it)).all()
    return found[0] if len(found) == 1 else name


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


def _entrance(options: argparse.Namespace, fleet: Fleet) -> int:
    """For a TLS proxy in front; our own listener makes its own at each start."""
    host = options.entrance.rpartition(":")[0]
    folder = options.state_dir / "authority"
    certificate, key = fleet.authority.write_server(folder, (host, "localhost"), fleet.clock.now())
    print(f"certificate {certificate}\nkey {key}\nauthority of terminals {folder / 'authority.pem'}")
    return 0


STEPS: dict[str, Step] = {
    "entrance": _entrance,
    "ticket": _ticket,
    "enrolments": _enrolments,
    "approve": _approve,
    "decommission": _decommission,
    "status": _status,
}
