"""Receives the audit chains of terminals and verifies every link once more, with code of its own.

A record that was received stays as it is, whatever comes later under its number. Whoever cuts the end off a terminal's
log, or writes it anew, is found here: the terminal's next upload no longer follows what is known.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.problems import Refusal
from backend.staff.tables import AuditChainRow, AuditFindingRow, AuditRecordRow
from kiosk.central.wire import AuditFinding, AuditReceived, AuditUpload, ProblemCode

SEAL = "sealed"
SEAL_CONTEXT = "lobby-kiosk audit seal 1"
GENESIS = "0" * 64
HASH, WORD = re.compile(r"[0-9a-f]{64}"), re.compile(r"[a-z_]{1,48}")


@dataclass(frozen=True)
class _Line:
    seq: int
    prev: str
    hash: str
    word: str
    signature: str
    text: str
    is_intact: bool


@dataclass
class _Intake:
    """One upload being taken in; lives for one call."""

    session: Session
    chain: AuditChainRow
    key: ec.EllipticCurvePublicKey
    now: datetime
    found: list[AuditFinding] = field(default_factory=list[AuditFinding])

    def take(self, text: str) -> None:
        line = _parsed(text)
        if line is None:
            self.find(AuditFinding.UNREADABLE, self.chain.contiguous_to + 1)
            return
        known = self.session.get(AuditRecordRow, (self.chain.terminal_id, line.seq))
        if known is not None:
            if known.hash != line.hash:
                self.find(AuditFinding.REWRITTEN, line.seq)
            return
        self._judge(line)
        self._keep(line)

    def _judge(self, line: _Line) -> None:
        if not line.is_intact:
            self.find(AuditFinding.EDITED, line.seq)
        if line.seq > self.chain.contiguous_to + 1:
            self.find(AuditFinding.GAP, self.chain.contiguous_to + 1)
        elif line.prev != (self.chain.head_hash or GENESIS):
            self.find(AuditFinding.NOT_CHAINED, line.seq)
        if line.word == SEAL:
            self._judge_seal(line)

    def _judge_seal(self, line: _Line) -> None:
        signed = f"{SEAL_CONTEXT}\n{self.chain.terminal_id}\n{line.seq}\n{line.prev}\n".encode()
        try:
            self.key.verify(base64.b64decode(line.signature), signed, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError):
            self.find(AuditFinding.FORGED_SEAL, line.seq)
        else:
            self.chain.sealed_to = max(self.chain.sealed_to, line.seq)

    def _keep(self, line: _Line) -> None:
        self.session.add(
            AuditRecordRow(
                terminal_id=self.chain.terminal_id,
                seq=line.seq,
                hash=line.hash,
                word=line.word,
                line=line.text,
                received_at=self.now,
            )
        )
        # A gap is told once; the chain goes on behind it, or nothing would ever be verified again.
        self.chain.contiguous_to, self.chain.head_hash = line.seq, line.hash

    def find(self, what: AuditFinding, seq: int) -> None:
        self.found.append(what)
        self.session.add(
            AuditFindingRow(terminal_id=self.chain.terminal_id, seq=seq, what=what.value, found_at=self.now)
        )


def receive_audit(session: Session, upload: AuditUpload, terminal_id: str, now: datetime) -> AuditReceived | Refusal:
    """Keep what is new of these lines, and say how far the chain is known."""
    chain = session.scalars(
        select(AuditChainRow).where(AuditChainRow.terminal_id == terminal_id).with_for_update()
    ).one_or_none()
    key = _key(chain.public_key if chain else upload.public_key)
    if key is None:
        return Refusal(ProblemCode.MALFORMED, field="public_key")
    if chain is None:
        chain = AuditChainRow(
            terminal_id=terminal_id, public_key=upload.public_key, contiguous_to=0, sealed_to=0, received_at=now
        )
        session.add(chain)
    intake = _Intake(session, chain, key, now)
    if chain.public_key != upload.public_key:
        intake.find(AuditFinding.OTHER_KEY, chain.contiguous_to + 1)
    for line in upload.lines:
        intake.take(line)
    chain.received_at = now
    return AuditReceived(
        contiguous_to=chain.contiguous_to, head_hash=chain.head_hash, findings=tuple(dict.fromkeys(intake.found))
    )


def _key(text: str) -> ec.EllipticCurvePublicKey | None:
    try:
        key = serialization.load_der_public_key(base64.b64decode(text, validate=True))
    except ValueError:
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None


def _parsed(text: str) -> _Line | None:
    try:
        raw: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict):
        return None
    body = cast("dict[str, Any]", raw)
    words = [body.get(name) for name in ("prev", "hash", "word", "signature")]
    seq = body.get("seq")
    if not isinstance(seq, int) or not 0 < seq < 2**31 or not all(isinstance(word, str) for word in words):
        return None
    prev, told, word, signature = (str(each) for each in words)
    if not (HASH.fullmatch(prev) and HASH.fullmatch(told) and WORD.fullmatch(word)):
        return None
    return _Line(seq, prev, told, word, signature, text, _digest(body) == told)


def _digest(body: dict[str, Any]) -> str:
    """SHA-256 of the record without its hash: JSON, keys sorted, no blanks, ASCII."""
    unhashed = {name: value for name, value in body.items() if name != "hash"}
    text = json.dumps(unhashed, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
