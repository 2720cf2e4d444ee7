"""Links that lead a telephone here: unguessable, some of them short-lived, none with personal data in it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

CERTIFICATE_LIFE = timedelta(hours=24)
DOWNLOAD_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, repr=False)
class Links:
    """`secret` is 32 random bytes of this installation; `public_url` is where telephones reach the backend."""

    secret: bytes
    public_url: str

    def certificate_url(self, certificate_number: str, now: datetime) -> str:
        """Good for a day; opening it asks for the last characters of the document number."""
        return f"{self.public_url}/c/{self._timed('certificate', certificate_number, now + CERTIFICATE_LIFE)}"

    def certificate_number(self, token: str, now: datetime) -> str | None:
        """The certificate a link leads to; None for a forged or expired one."""
        return self._read("certificate", token, now)

    def download_grant(self, certificate_number: str, now: datetime) -> str:
        """Proof that the second question was answered; good for minutes."""
        return self._timed("download", certificate_number, now + DOWNLOAD_LIFE)

    def is_download_grant(self, grant: str, certificate_number: str, now: datetime) -> bool:
        return self._read("download", grant, now) == certificate_number

    def verify_url(self, certificate_number: str) -> str:
        """For the code on the paper; never expires."""
        return f"{self.public_url}/verify/{certificate_number}?check={self._mac('verify', certificate_number)[:12]}"

    def is_verify_check(self, certificate_number: str, check: str) -> bool:
        return hmac.compare_digest(self._mac("verify", certificate_number)[:12].encode(), check.encode())

    def tracking_url(self, application_number: str) -> str:
        return f"{self.public_url}/t/{application_number}"

    def start_url(self) -> str:
        """Where an application is begun at home."""
        return f"{self.public_url}/start"

    def hand_off_url(self, token: str) -> str:
        """For the code on a terminal's screen."""
        return f"{self.public_url}/h/{token}"

    def owner_digest(self, document_number: str) -> str:
        """Tells whether two document numbers are one, and tells nobody which."""
        return self._mac("owner", "".join(document_number.split()).upper())

    def _timed(self, purpose: str, subject: str, until: datetime) -> str:
        stem = f"{subject}.{int(until.timestamp()):x}"
        return f"{stem}.{self._mac(purpose, stem)}"

    def _read(self, purpose: str, token: str, now: datetime) -> str | None:
        stem, _, mac = token.rpartition(".")
        if not hmac.compare_digest(self._mac(purpose, stem).encode(), mac.encode()):
            return None
        subject, _, until = stem.rpartition(".")
        return subject if int(until, 16) > now.timestamp() else None

    def _mac(self, purpose: str, text: str) -> str:
        digest = hmac.digest(self.secret, f"{purpose}\n{text}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode()[:24]
