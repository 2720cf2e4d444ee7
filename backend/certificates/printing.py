"""Makes the signed PDF of an issued certificate, and counts how often it was made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from backend.certificates.drawing import Printing, draw_certificate
from backend.certificates.issue import content_of
from backend.certificates.links import Links
from backend.certificates.signing import Sign
from backend.certificates.tables import CertificateRow
from backend.clock import Clock
from backend.problems import Refusal
from backend.texts.catalogue import Language, Texts
from kiosk.central.wire import ProblemCode


@dataclass(frozen=True)
class CertificatePrinter:
    clock: Clock
    links: Links
    texts: dict[Language, Texts]
    font: Path
    sign: Sign

    def printed(self, sessions: sessionmaker[Session], certificate_number: str) -> bytes | Refusal:
        """The count is kept before the slow drawing starts; no transaction is open meanwhile."""
        with sessions.begin() as session:
            row = session.get(CertificateRow, certificate_number, with_for_update=True)
            if row is None or row.withdrawn_at is not None:
                return Refusal(ProblemCode.NOT_FOUND)
            row.print_count += 1
            content, count = content_of(row), row.print_count
        printing = Printing(self.clock.now(), count, self.links.verify_url(certificate_number))
        return self.sign(draw_certificate(content, printing, self.texts, self.font))
