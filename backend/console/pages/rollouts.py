"""Rollouts: made, started, watched while their waves advance, paused, halted, led back; and the kill switch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.console.accounts import Role
from backend.console.door import Door, Visit
from backend.console.forms.controls import control_of
from backend.console.forms.reading import read_form
from backend.console.forms.schema import group_of
from backend.console.rollout_view import read_rollout
from backend.fleet.board import Posted
from backend.fleet.bundles import SIGNED
from backend.fleet.rollouts.decision import Limits
from backend.fleet.rollouts.service import RUNNING, default_limits
from backend.fleet.tables import BundleRow, RolloutRow
from backend.problems import Refusal
from kiosk.fleet.bundle import BundleFault
from kiosk.fleet.refusals import RefusalCode
from kiosk.fleet.sections import Sensitivity

_HERE = "/rollouts/{rollout_id}"
_LIMITS = group_of(Limits)
_NEWEST = 40


def add(door: Door) -> None:
    door.get("/rollouts", _list)
    door.get("/bundles/{sha256}/rollout", _form)
    door.post("/bundles/{sha256}/rollout", Role.OPERATOR, _create)
    door.get(_HERE, lambda visit: _shown(visit, "rollout.html"))
    door.get(_HERE + "/live", lambda visit: _shown(visit, "rollout_live.html"))
    door.get(_HERE + "/facts", _facts)
    door.post(_HERE + "/start", Role.OPERATOR, _start)
    door.post(_HERE + "/pause", Role.OPERATOR, lambda visit: _pause(visit, is_paused=True))
    door.post(_HERE + "/resume", Role.OPERATOR, lambda visit: _pause(visit, is_paused=False))
    door.post(_HERE + "/halt", Role.OPERATOR, _halt)
    door.post(_HERE + "/lead-back", Role.OPERATOR, _lead_back)
    door.post("/targeting/off", Role.OPERATOR, lambda visit: _switch(visit, is_on=False))
    door.post("/targeting/on", Role.OPERATOR, lambda visit: _switch(visit, is_on=True))


def _list(visit: Visit) -> Response:
    with visit.desk.fleet.sessions() as session:
        rows = session.scalars(select(RolloutRow).order_by(RolloutRow.created_at.desc()).limit(_NEWEST)).all()
        names = {row.sha256: row.bundle_id for row in session.scalars(select(BundleRow))}
    return visit.page("rollouts.html", rollouts=rows, names=names)


# --- making one -------------------------------------------------------------------------------------------------------


def _form(visit: Visit, values: Mapping[str, object] | None = None, faults: tuple[BundleFault, ...] = ()) -> Response:
    with visit.desk.fleet.sessions() as session:
        bundle = session.get(BundleRow, visit.path("sha256"))
    if bundle is None or bundle.state != SIGNED:
        return visit.missing()
    shown = values or default_limits(Sensitivity(bundle.risk)).model_dump()
    control = control_of(_LIMITS, shown, "limits", "limits", faults)
    return visit.page("rollout_form.html", status=422 if faults else 200, bundle=bundle, control=control)


def _create(visit: Visit) -> Response:
    values = read_form(_LIMITS, visit.sent.fields, "limits")
    try:
        limits = Limits.model_validate(values)
    except ValidationError as error:
        return _form(visit, values, tuple(_fault(item["loc"], item["msg"]) for item in error.errors()))
    fleet = visit.desk.fleet
    with fleet.sessions.begin() as session:
        row = fleet.rollouts.create(session, visit.path("sha256"), visit.who, limits)
    if isinstance(row, Refusal):
        return visit.missing()
    return visit.go(f"/rollouts/{row.rollout_id}", "rollout_made")


def _fault(location: tuple[int | str, ...], message: str) -> BundleFault:
    path = ".".join(["limits", *map(str, location)])
    return BundleFault(path, RefusalCode.SCHEMA_VIOLATION, message)


# --- watching ---------------------------------------------------------------------------------------------------------


def _shown(visit: Visit, template: str) -> Response:
    with visit.desk.fleet.sessions() as session:
        view = read_rollout(session, visit.path("rollout_id"))
    return visit.page(template, view=view) if view else visit.missing()


def _facts(visit: Visit) -> Response:
    """What a decision would rest on now: the changed group beside the control group."""
    fleet = visit.desk.fleet
    with fleet.sessions() as session:
        row = session.get(RolloutRow, visit.path("rollout_id"))
        if row is None:
            return visit.missing()
        facts = fleet.rollouts.facts(session, row.rollout_id) if row.state == RUNNING else None
    groups = {"changed": asdict(facts.changed), "control": asdict(facts.control)} if facts else {}
    return visit.page("rollout_facts.html", facts=facts, groups=groups, row=row)


# --- acting -----------------------------------------------------------------------------------------------------------


def _start(visit: Visit) -> Response:
    """The first terminals are wished it in the same breath, not half a minute later."""
    answer = _act(visit, visit.desk.fleet.rollouts.start, "rollout_started")
    visit.desk.fleet.act(visit.desk.fleet.rollouts.step)
    return answer


def _pause(visit: Visit, *, is_paused: bool) -> Response:
    def work(session: Session, rollout_id: str, who: str) -> RolloutRow | Refusal:
        return visit.desk.fleet.rollouts.pause(session, rollout_id, who, is_paused=is_paused)

    return _act(visit, work, "rollout_paused" if is_paused else "rollout_resumed")


def _halt(visit: Visit) -> Response:
    return _act(visit, visit.desk.fleet.rollouts.halt, "rollout_halted")


def _lead_back(visit: Visit) -> Response:
    refused: list[Refusal] = []

    def work(session: Session) -> Mapping[str, Posted]:
        outcome = visit.desk.fleet.rollouts.compensate(session, visit.path("rollout_id"), visit.who)
        if isinstance(outcome, Refusal):
            refused.append(outcome)
            return {}
        return outcome

    visit.desk.fleet.act(work)
    return _back(visit, "not_possible" if refused else "led_back")


def _switch(visit: Visit, *, is_on: bool) -> Response:
    with visit.desk.fleet.sessions.begin() as session:
        visit.desk.fleet.rollouts.switch(session, visit.who, is_on=is_on)
    return visit.go("/rollouts", "targeting_on" if is_on else "targeting_off")


def _act(visit: Visit, work: Callable[[Session, str, str], RolloutRow | Refusal], said: str) -> Response:
    with visit.desk.fleet.sessions.begin() as session:
        outcome = work(session, visit.path("rollout_id"), visit.who)
    return _back(visit, "not_possible" if isinstance(outcome, Refusal) else said)


def _back(visit: Visit, said: str) -> Response:
    return visit.go(f"/rollouts/{visit.path('rollout_id')}", said)
