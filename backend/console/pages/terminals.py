"""One terminal: live words, configuration, history; commands to it, and its end."""

from __future__ import annotations

from starlette.responses import Response

from backend.console.accounts import Role
from backend.console.door import Door, Visit
from backend.console.terminal_view import read_terminal
from backend.problems import Refusal
from kiosk.fleet.command import Action

_HERE = "/terminals/{terminal_id}"


def add(door: Door) -> None:
    door.get(_HERE, lambda visit: _shown(visit, "terminal.html"))
    door.get(_HERE + "/live", lambda visit: _shown(visit, "terminal_live.html"))
    door.post(_HERE + "/commands", Role.OPERATOR, _command)
    door.post(_HERE + "/freeze", Role.OPERATOR, lambda visit: _freeze(visit, is_frozen=True))
    door.post(_HERE + "/unfreeze", Role.OPERATOR, lambda visit: _freeze(visit, is_frozen=False))
    door.post(_HERE + "/decommission", Role.OPERATOR, _decommission)


def _shown(visit: Visit, template: str) -> Response:
    with visit.desk.fleet.sessions() as session:
        view = read_terminal(session, visit.path("terminal_id"), visit.desk.clock.now())
    if view is None:
        return visit.missing()
    office = visit.desk.services.reference.office(view.terminal.office_id)
    return visit.page(template, view=view, office=office, actions=[action.value for action in Action])


def _command(visit: Visit) -> Response:
    terminal_id, asked = visit.path("terminal_id"), visit.sent.get("action")
    if asked not in set(Action):
        return visit.missing()
    with visit.desk.fleet.sessions.begin() as session:
        ordered = visit.desk.fleet.commanding.order(session, terminal_id, Action(asked), visit.who)
    return _back(visit, "not_possible" if isinstance(ordered, Refusal) else "command_sent")


def _freeze(visit: Visit, *, is_frozen: bool) -> Response:
    with visit.desk.fleet.sessions.begin() as session:
        refusal = visit.desk.fleet.enrolments.freeze(session, visit.path("terminal_id"), visit.who, is_frozen=is_frozen)
    return _back(visit, "not_possible" if refusal else "frozen" if is_frozen else "unfrozen")


def _decommission(visit: Visit) -> Response:
    """For good, so the terminal's name has to be typed."""
    terminal_id = visit.path("terminal_id")
    if visit.sent.get("typed") != terminal_id:
        return _back(visit, "name_differs")
    refusal = visit.desk.fleet.decommission(terminal_id, visit.who)
    return _back(visit, "not_possible" if refusal else "decommissioned")


def _back(visit: Visit, said: str) -> Response:
    return visit.go(f"/terminals/{visit.path('terminal_id')}", said)
