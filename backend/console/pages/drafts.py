"""The bundle editor: one form a section, every fault at its field, differences and simulation before approval."""

from __future__ import annotations

import re

from starlette.responses import Response

from backend.console.accounts import Role
from backend.console.differences import differences
from backend.console.door import Door, Visit
from backend.console.drafts import FORM, SECTIONS
from backend.console.forms.controls import control_of
from backend.console.forms.reading import add_row, read_form, remove_row
from backend.console.simulation import simulate
from backend.console.tables import DraftRow
from backend.fleet.bundles import Faulty
from backend.fleet.tables import BundleRow
from backend.problems import Refusal
from kiosk.fleet.sections import SENSITIVITY

_TITLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HERE = "/drafts/{draft_id}"


def add(door: Door) -> None:
    door.post("/drafts", Role.EDITOR, _begin)
    door.get(_HERE, _overview)
    door.post(_HERE + "/put-up", Role.EDITOR, _put_up)
    door.post(_HERE + "/drop", Role.EDITOR, _drop)
    door.get(_HERE + "/sections/{section}", _section)
    door.post(_HERE + "/sections/{section}", Role.EDITOR, _save)


def _begin(visit: Visit) -> Response:
    title, of_bundle = visit.sent.get("title"), visit.sent.get("of_bundle")
    if not _TITLE.fullmatch(title):
        return visit.go("/bundles", "title_malformed")
    drafts = visit.desk.drafts
    with visit.desk.fleet.sessions.begin() as session:
        bundle = session.get(BundleRow, of_bundle) if of_bundle else None
        row = (
            drafts.begin_from(session, bundle, title, visit.who) if bundle else drafts.begin(session, title, visit.who)
        )
    return visit.go(f"/drafts/{row.draft_id}")


def _overview(visit: Visit) -> Response:
    with visit.desk.fleet.sessions() as session:
        row = session.get(DraftRow, visit.path("draft_id"))
        if row is None:
            return visit.missing()
        standing = visit.desk.drafts.standing(session, row)
        simulation = simulate(session, row.sections) if not standing.faults else None
    changes = differences(standing.before, row.sections)
    return visit.page(
        "draft.html", draft=standing, sections=SECTIONS, sensitivity=SENSITIVITY, changes=changes, simulation=simulation
    )


def _section(visit: Visit) -> Response:
    with visit.desk.fleet.sessions() as session:
        row = session.get(DraftRow, visit.path("draft_id"))
    return _shown(visit, row) if row else visit.missing()


def _save(visit: Visit) -> Response:
    """Whatever was typed is kept, wrong or not; what is wrong stands at its field."""
    section, node = visit.path("section"), dict(FORM.fields).get(visit.path("section"))
    if node is None:
        return visit.missing()
    value = read_form(node, visit.sent.fields, section)
    act, _, target = visit.sent.get("do").partition(":")
    steps = target.split(".")[1:]
    if act == "add":
        add_row(node, value, steps)
    elif act == "remove":
        remove_row(node, value, steps)
    draft_id, edition = visit.path("draft_id"), visit.sent.get("edition")
    with visit.desk.fleet.sessions.begin() as session:
        known = int(edition) if edition.isdecimal() else 0
        row = visit.desk.drafts.save(session, draft_id, section, value, known, visit.who)
        present = session.get(DraftRow, draft_id)
    if row is not None:
        return visit.go(f"/drafts/{draft_id}/sections/{section}", "" if act in ("add", "remove") else "saved")
    if present is None:
        return visit.missing()
    present.sections = {**present.sections, section: value}  # what was typed, on the page only
    return _shown(visit, present, status=409)


def _shown(visit: Visit, row: DraftRow, *, status: int = 200) -> Response:
    section = visit.path("section")
    node = dict(FORM.fields).get(section)
    if node is None:
        return visit.missing()
    with visit.desk.fleet.sessions() as session:
        standing = visit.desk.drafts.standing(session, row)
    control = control_of(node, row.sections.get(section), section, f"sections.{section}", standing.faults)
    return visit.page(
        "draft_section.html",
        status=status,
        draft=standing,
        sections=SECTIONS,
        section=section,
        sensitivity=SENSITIVITY,
        control=control,
        is_conflict=status == 409,
        may_edit=visit.account.may(Role.EDITOR) and row.bundle_sha256 is None,
    )


def _put_up(visit: Visit) -> Response:
    draft_id = visit.path("draft_id")
    with visit.desk.fleet.sessions.begin() as session:
        outcome = visit.desk.drafts.put_up(session, draft_id, visit.who)
    match outcome:
        case BundleRow(sha256=sha256):
            return visit.go(f"/bundles/{sha256}", "put_up")
        case Faulty():
            return visit.go(f"/drafts/{draft_id}", "faulty")
        case Refusal():
            return visit.go(f"/drafts/{draft_id}", "nothing_changes")


def _drop(visit: Visit) -> Response:
    with visit.desk.fleet.sessions.begin() as session:
        visit.desk.drafts.drop(session, visit.path("draft_id"), visit.who)
    return visit.go("/bundles", "dropped")
