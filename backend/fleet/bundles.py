"""Bundles on their way: draft, approved by people, signed with keys the backend never has, and ready to be rolled out.

The risk is found out from what changed; nobody declares it. Money and trust need the approval of two different people,
neither of them may be counted twice, and one of them may be the author.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.clock import Clock
from backend.fleet.audit import record
from backend.fleet.tables import ApprovalRow, BundleRow, DesiredRow
from backend.problems import Refusal
from kiosk.central.wire import ProblemCode
from kiosk.fleet.bundle import BUNDLE_TYPE, MAX_BUNDLE_BYTES, MAX_ENVELOPE_BYTES, Bundle, BundleFault, parse_bundle
from kiosk.fleet.envelope import Envelope, open_envelope, seal
from kiosk.fleet.refusals import Refused
from kiosk.fleet.risk import changed_sections, risk_of, sections_of
from kiosk.fleet.roots import Root
from kiosk.fleet.sections import Sections, Sensitivity
from kiosk.fleet.strict_json import address, decode
from kiosk.fleet.verifying import check_release

DRAFT, APPROVED, SIGNED, WITHDRAWN = "draft", "approved", "signed", "withdrawn"
APPROVALS = {Sensitivity.ORDINARY: 1, Sensitivity.MONEY: 2, Sensitivity.TRUST: 2}


@dataclass(frozen=True)
class Faulty:
    """A draft that cannot become a bundle; everything that is wrong with it."""

    faults: tuple[BundleFault, ...]


@dataclass(frozen=True)
class Bundles:
    """Each call runs inside the caller's transaction."""

    clock: Clock
    root: Root

    def draft(
        self, session: Session, bundle_id: str, sections: Sections | Mapping[str, Any], author: str, **fields: Any
    ) -> BundleRow | Faulty | Refusal:
        """A new bundle, compared with what most of the fleet is wished to run; the same content again is the same."""
        now, base = self.clock.now(), self.running(session)
        document = {
            "_type": "kiosk-config-bundle",
            "spec": 1,
            "bundle_id": bundle_id,
            "release_counter": self._next_counter(session),
            "created": now.isoformat(),
            "author": author,
            "sections": sections.model_dump(mode="json") if isinstance(sections, Sections) else dict(sections),
            **fields,
        }
        bundle = parse_bundle(_written(document), self.root.hosts)
        if not isinstance(bundle, Bundle):
            return Faulty(bundle)
        payload = bundle.to_bytes()
        changed = changed_sections(base and _sections(base), sections_of(decode(payload, MAX_BUNDLE_BYTES)))
        if base is not None and not changed:
            return Refusal(ProblemCode.FLEET_STATE, detail="nothing changes")
        row = BundleRow(
            sha256=address(payload),
            bundle_id=bundle_id,
            release_counter=bundle.release_counter,
            state=DRAFT,
            payload=payload,
            base_sha256=base.sha256 if base else None,
            risk=risk_of(changed),
            author=author,
            created_at=now,
        )
        session.add(row)
        record(session, now, author, "bundle_draft", row.sha256, id=bundle_id, risk=row.risk, changed=sorted(changed))
        return row

    def approve(self, session: Session, sha256: str, who: str) -> BundleRow | Refusal:
        """One person's yes; for money and trust the second one's makes it approved."""
        row = session.get(BundleRow, sha256, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.state != DRAFT or session.get(ApprovalRow, (sha256, who)) is not None:
            return Refusal(ProblemCode.FLEET_STATE, detail="no draft, or approved by this person already")
        now = self.clock.now()
        session.add(ApprovalRow(sha256=sha256, person=who, approved_at=now))
        session.flush()
        if len(self.approvers(session, sha256)) >= APPROVALS[Sensitivity(row.risk)]:
            row.state = APPROVED
        record(session, now, who, "bundle_approve", sha256, state=row.state)
        return row

    def sign(self, session: Session, sha256: str, envelope: bytes, who: str) -> BundleRow | Refusal | Refused:
        """Takes the envelope that people signed by hand; further signatures may come in a second envelope."""
        row = session.get(BundleRow, sha256, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.state not in (APPROVED, SIGNED):
            return Refusal(ProblemCode.FLEET_STATE, detail="not approved yet")
        opened = open_envelope(envelope, BUNDLE_TYPE, MAX_ENVELOPE_BYTES)
        if isinstance(opened, Refused):
            return opened
        if opened.payload != row.payload:
            return Refusal(ProblemCode.MALFORMED, field="payload", detail="another bundle")
        whole = _merged(row, opened)
        base = session.get(BundleRow, row.base_sha256) if row.base_sha256 else None
        refused = check_release(whole, self.root, base and _sections(base))
        row.envelope = seal(whole) if refused is None or _holds(whole, self.root) else row.envelope
        if refused is not None:
            return refused
        row.state = SIGNED
        record(session, self.clock.now(), who, "bundle_sign", sha256, keys=sorted(k[:8] for k in whole.signatures))
        return row

    def withdraw(self, session: Session, sha256: str, who: str) -> BundleRow | Refusal:
        """Not to be rolled out any more; terminals that run it go on."""
        row = session.get(BundleRow, sha256, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        row.state = WITHDRAWN
        record(session, self.clock.now(), who, "bundle_withdraw", sha256)
        return row

    # --- questions ----------------------------------------------------------------------------------------------------

    def approvers(self, session: Session, sha256: str) -> Sequence[str]:
        return session.scalars(select(ApprovalRow.person).where(ApprovalRow.sha256 == sha256)).all()

    def running(self, session: Session) -> BundleRow | None:
        """What most terminals are wished to run; with none wished anything, the newest signed bundle."""
        counted = select(DesiredRow.bundle_sha256).group_by(DesiredRow.bundle_sha256)
        most = session.scalars(counted.order_by(func.count().desc()).limit(1)).first()
        if most is not None:
            return session.get(BundleRow, most)
        signed = select(BundleRow).where(BundleRow.state == SIGNED)
        return session.scalars(signed.order_by(BundleRow.release_counter.desc()).limit(1)).first()

    def unfit_for(self, session: Session, row: BundleRow) -> Mapping[str, Refused]:
        """Simulation against the fleet: bundles that terminals run now, from which this one would be refused."""
        envelope = _opened(row)
        if envelope is None:
            return {}
        running = session.scalars(select(DesiredRow.bundle_sha256).distinct())
        bases = {sha256: session.get_one(BundleRow, sha256) for sha256 in running}
        judged = {sha: check_release(envelope, self.root, _sections(base)) for sha, base in bases.items()}
        return {sha256: refused for sha256, refused in judged.items() if refused is not None}

    def _next_counter(self, session: Session) -> int:
        return (session.scalar(select(func.max(BundleRow.release_counter))) or 0) + 1


def read_bundle(row: BundleRow) -> Bundle:
    """The bundle in a row; what is in the database was parsed before it went in."""
    return Bundle.model_validate_json(row.payload, strict=True)


def _sections(row: BundleRow) -> Mapping[str, Any]:
    return sections_of(decode(row.payload, MAX_BUNDLE_BYTES))


def _written(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, default=_moment).encode("utf-8", "surrogatepass")


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _opened(row: BundleRow) -> Envelope | None:
    opened = open_envelope(row.envelope or b"", BUNDLE_TYPE, MAX_ENVELOPE_BYTES)
    return opened if isinstance(opened, Envelope) else None


def _merged(row: BundleRow, envelope: Envelope) -> Envelope:
    before = _opened(row)
    return Envelope(BUNDLE_TYPE, row.payload, {**(before.signatures if before else {}), **envelope.signatures})


def _holds(envelope: Envelope, root: Root) -> bool:
    """Worth keeping while more signatures are awaited: those that are there hold."""
    return not isinstance(root.check(envelope, root.roles.release), Refused)
