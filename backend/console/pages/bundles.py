"""Bundles on their way: approved by people, signed with keys that this backend does not have, and rolled out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.console.accounts import Role
from backend.console.differences import differences
from backend.console.door import Door, Visit
from backend.console.drafts import sections_in
from backend.console.render import HEADERS
from backend.console.simulation import simulate
from backend.fleet.bundles import APPROVALS, APPROVED, SIGNED, read_bundle
from backend.fleet.tables import ApprovalRow, BundleRow, RolloutRow
from backend.problems import Refusal
from kiosk.fleet.refusals import Refused
from kiosk.fleet.sections import Sensitivity

_HERE = "/bundles/{sha256}"
_NEWEST = 40


def add(door: Door) -> None:
    door.get("/bundles", _list)
    door.get(_HERE, _bundle)
    door.get(_HERE + "/payload.json", _payload)
    door.post(_HERE + "/approve", Role.APPROVER, _approve)
    door.post(_HERE + "/withdraw", Role.APPROVER, _withdraw)
    door.post(_HERE + "/signatures", Role.OPERATOR, _take_signatures)
    door.post(_HERE + "/sign-on-bench", Role.OPERATOR, _sign_on_bench)


def _list(visit: Visit) -> Response:
    with visit.desk.fleet.sessions() as session:
        bundles = session.scalars(select(BundleRow).order_by(BundleRow.release_counter.desc()).limit(_NEWEST)).all()
        running = visit.desk.fleet.bundles.running(session)
        drafts = visit.desk.drafts.open(session)
    return visit.page("bundles.html", bundles=bundles, running=running, drafts=drafts)


def _bundle(visit: Visit, refused: Refused | None = None) -> Response:
    with visit.desk.fleet.sessions() as session:
        row = session.get(BundleRow, visit.path("sha256"))
        facts = _facts(session, visit, row) if row else None
    if row is None or facts is None:
        return visit.missing()
    return visit.page(
        "bundle.html",
        status=422 if refused else 200,
        bundle=row,
        needed=APPROVALS[Sensitivity(row.risk)],
        keys_needed=_keys_needed(visit, row),
        can_sign_here=visit.desk.sign_on_bench is not None,
        refused=refused,
        **facts,
    )


def _facts(session: Session, visit: Visit, row: BundleRow) -> Mapping[str, Any]:
    bundles = visit.desk.fleet.bundles
    base = session.get(BundleRow, row.base_sha256) if row.base_sha256 else None
    approvals = session.scalars(select(ApprovalRow).where(ApprovalRow.sha256 == row.sha256)).all()
    running, sections = bundles.running(session), sections_in(row)
    return {
        "base": base,
        "approvals": approvals,
        "may_approve": visit.account.may(Role.APPROVER) and visit.who not in {one.person for one in approvals},
        "changes": differences(sections_in(base) if base else {}, sections),
        "simulation": simulate(session, sections, read_bundle(row).model_dump(mode="json")),
        "unfit": bundles.unfit_for(session, row) if row.state == SIGNED else {},
        "rollouts": session.scalars(select(RolloutRow).where(RolloutRow.bundle_sha256 == row.sha256)).all(),
        "is_running": running is not None and running.sha256 == row.sha256,
    }


def _payload(visit: Visit) -> Response:
    """Exactly the bytes that are signed: for a machine without a network, where the release keys are."""
    with visit.desk.fleet.sessions() as session:
        row = session.get(BundleRow, visit.path("sha256"))
    if row is None:
        return visit.missing()
    name = f"bundle-{row.release_counter}.json"
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(row.payload, media_type="application/json", headers=headers)


def _approve(visit: Visit) -> Response:
    with visit.desk.fleet.sessions.begin() as session:
        outcome = visit.desk.fleet.bundles.approve(session, visit.path("sha256"), visit.who)
    if isinstance(outcome, Refusal):
        return _back(visit, "not_approved")
    return _back(visit, "approved" if outcome.state == APPROVED else "approved_first")


def _withdraw(visit: Visit) -> Response:
    with visit.desk.fleet.sessions.begin() as session:
        outcome = visit.desk.fleet.bundles.withdraw(session, visit.path("sha256"), visit.who)
    return _back(visit, "not_possible" if isinstance(outcome, Refusal) else "withdrawn")


def _take_signatures(visit: Visit) -> Response:
    """The envelope that came back from the people with the keys; one signature may come before the other."""
    return _signed(visit, visit.sent.files.get("envelope", b""))


def _sign_on_bench(visit: Visit) -> Response:
    """With throw-away keys that lie beside a bench's backend. A backend of a lobby has none and answers 404."""
    if visit.desk.sign_on_bench is None:
        return visit.missing()
    with visit.desk.fleet.sessions() as session:
        row = session.get(BundleRow, visit.path("sha256"))
    return _signed(visit, visit.desk.sign_on_bench(row.payload)) if row else visit.missing()


def _signed(visit: Visit, envelope: bytes) -> Response:
    with visit.desk.fleet.sessions.begin() as session:
        outcome = visit.desk.fleet.bundles.sign(session, visit.path("sha256"), envelope, visit.who)
    match outcome:
        case Refused():
            return _bundle(visit, outcome)
        case Refusal():
            return _back(visit, "not_signed")
        case _:
            return _back(visit, "signed")


def _back(visit: Visit, said: str) -> Response:
    return visit.go(f"/bundles/{visit.path('sha256')}", said)


def _keys_needed(visit: Visit, row: BundleRow) -> int:
    roles = visit.desk.fleet.bundles.root.roles
    return (roles.release if row.risk == Sensitivity.ORDINARY else roles.sensitive).threshold
