"""Bundles that somebody edits: a copy of what runs, changed section by section, checked as a whole, then put up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import Clock
from backend.console.forms.schema import Group, group_of
from backend.console.tables import DraftRow
from backend.fleet.audit import record
from backend.fleet.bundles import Bundles, Faulty
from backend.fleet.chance import Chance
from backend.fleet.tables import BundleRow
from backend.problems import Refusal
from kiosk.central.wire import ProblemCode
from kiosk.fleet.bundle import Bundle, BundleFault, parse_bundle
from kiosk.fleet.risk import changed_sections, risk_of, sections_of
from kiosk.fleet.sections import Sections, Sensitivity
from kiosk.fleet.strict_json import decode

FORM: Final[Group] = group_of(Sections)
SECTIONS: Final = tuple(name for name, _ in FORM.fields)
_LONGEST = 10**7
_HINTS: Final = get_type_hints(Sections, include_extras=True)


@dataclass(frozen=True)
class Standing:
    """A draft as it stands: what it changes, how much harm that can do, and what is wrong with it."""

    row: DraftRow
    base: BundleRow | None
    before: Mapping[str, Any]
    changed: frozenset[str]
    risk: Sensitivity
    faults: tuple[BundleFault, ...]

    def faults_in(self, section: str) -> int:
        path = f"sections.{section}"
        return sum(fault.path == path or fault.path.startswith(path + ".") for fault in self.faults)


@dataclass(frozen=True)
class Drafts:
    """Each call runs inside the caller's transaction."""

    clock: Clock
    chance: Chance
    bundles: Bundles

    def begin(self, session: Session, title: str, who: str) -> DraftRow:
        """A copy of what most of the fleet is wished to run."""
        base = self.bundles.running(session)
        sections = sections_in(base) if base else {}
        return self._add(session, title, who, sections, base)

    def begin_from(self, session: Session, bundle: BundleRow, title: str, who: str) -> DraftRow:
        """The words of an older bundle once more, to be put up anew."""
        return self._add(session, title, who, sections_in(bundle), self.bundles.running(session))

    def standing(self, session: Session, row: DraftRow) -> Standing:
        """Compared with what runs now, not with what ran when it was begun."""
        base = self.bundles.running(session)
        before = sections_in(base) if base else {}
        changed = changed_sections(before or None, row.sections)
        return Standing(row, base, before, changed, risk_of(changed), self.faults_of(row))

    def faults_of(self, row: DraftRow) -> tuple[BundleFault, ...]:
        """Everything that a terminal would refuse, by the terminal's own rules and the root's hosts."""
        document = {
            "_type": "kiosk-config-bundle",
            "spec": 1,
            "bundle_id": row.title,
            "release_counter": 1,
            "created": self.clock.now().isoformat(),
            "sections": row.sections,
        }
        content = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
        parsed = parse_bundle(content, self.bundles.root.hosts)
        return () if isinstance(parsed, Bundle) else parsed

    def save(
        self, session: Session, draft_id: str, section: str, value: Any, edition: int, who: str
    ) -> DraftRow | None:
        """One section anew; None: somebody else has saved this draft meanwhile, or it is up for approval."""
        row = session.get(DraftRow, draft_id, with_for_update=True)
        if row is None or row.edition != edition or row.bundle_sha256 is not None:
            return None
        sections = deepcopy(row.sections)
        sections[section] = _normal(section, value)
        row.sections, row.edition = sections, row.edition + 1
        row.changed_by, row.changed_at = who, self.clock.now()
        return row

    def put_up(self, session: Session, draft_id: str, who: str) -> BundleRow | Faulty | Refusal:
        """From here on it never changes: a bundle with an address, for people to approve."""
        row = session.get(DraftRow, draft_id, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.bundle_sha256 is not None:
            return Refusal(ProblemCode.FLEET_STATE, detail="put up already")
        bundle = self.bundles.draft(session, row.title, row.sections, who)
        if isinstance(bundle, BundleRow):
            row.bundle_sha256 = bundle.sha256
        return bundle

    def drop(self, session: Session, draft_id: str, who: str) -> None:
        row = session.get(DraftRow, draft_id)
        if row is not None:
            session.delete(row)
            record(session, self.clock.now(), who, "draft_drop", draft_id, id=row.title)

    def open(self, session: Session) -> Sequence[DraftRow]:
        query = select(DraftRow).where(DraftRow.bundle_sha256.is_(None))
        return session.scalars(query.order_by(DraftRow.changed_at.desc())).all()

    def _add(
        self, session: Session, title: str, who: str, sections: Mapping[str, Any], base: BundleRow | None
    ) -> DraftRow:
        now = self.clock.now()
        row = DraftRow(
            draft_id=self.chance.random(8).hex(),
            title=title,
            sections=dict(sections),
            base_sha256=base.sha256 if base else None,
            made_by=who,
            made_at=now,
            changed_by=who,
            changed_at=now,
            edition=1,
        )
        session.add(row)
        record(session, now, who, "draft_begin", row.draft_id, id=title)
        return row


def sections_in(bundle: BundleRow) -> Mapping[str, Any]:
    return sections_of(decode(bundle.payload, _LONGEST))


def _normal(section: str, value: Any) -> Any:
    """Written as a bundle writes it, so that 08:30 and 08:30:00 do not look different; as it is when it is wrong."""
    adapter: TypeAdapter[Any] = TypeAdapter(_HINTS[section])
    try:
        parsed = adapter.validate_json(json.dumps(value, ensure_ascii=False), strict=True)
    except ValidationError:
        return value
    return adapter.dump_python(parsed, mode="json")
