"""Who this terminal is: a key that was made here, and the certificate of the fleet's authority for it.

The key is a file of its owner alone. `TerminalKey` is the port for another place to keep it: a TPM would sign the
request and the handshake itself and `pem` would name it; no such keeper is built, because the HTTP library takes files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.fleet.pairing import Certificate, Ticket, read_ticket, terminal_in
from kiosk.services.fleet.files import OWNER_ONLY, DiskSteps, Files

KEY_AND_CERTIFICATE: Final = "terminal.pem"
AUTHORITY: Final = "authority.pem"
FACTS: Final = "identity.json"
PENDING: Final = "joining.json"
_PEM = serialization.Encoding.PEM


class TerminalKey(Protocol):
    """A P-256 key that never leaves this machine."""

    def request(self) -> str:
        """A signing request (PKCS #10, PEM) that proves the key."""
        ...

    def public_der(self) -> bytes: ...

    def pem(self) -> str:
        """What a TLS library needs to use it."""
        ...


@dataclass(frozen=True, repr=False)
class FileKey:
    """In memory; its PEM lies in a file of mode 0600."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls) -> FileKey:
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def read(cls, pem: str) -> FileKey | None:
        try:
            private = serialization.load_pem_private_key(pem.encode(), None)
        except ValueError:
            return None
        return cls(private) if isinstance(private, ec.EllipticCurvePrivateKey) else None

    def request(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "terminal")])
        builder = x509.CertificateSigningRequestBuilder().subject_name(name)
        return builder.sign(self.private, hashes.SHA256()).public_bytes(_PEM).decode()

    def public_der(self) -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.DER, form)

    def pem(self) -> str:
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self.private.private_bytes(_PEM, form, plain).decode()


@dataclass(frozen=True)
class Identity:
    """One of the fleet."""

    terminal_id: str
    office_id: str
    host: str
    """Host and port of the terminals' entrance."""
    certificate_file: Path
    """Key and certificate."""
    authority_file: Path
    renew_after: datetime
    expires: datetime

    @property
    def url(self) -> str:
        return f"https://{self.host}"


@dataclass(frozen=True, repr=False)
class Pending:
    """A ticket that was shown, and the request that belongs to it: after a power cut the same is asked again."""

    ticket: Ticket
    key: FileKey
    csr_pem: str


class IdentityStore:
    """In a folder of its owner alone. Enrolled is who has `terminal.pem`; it is written last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = Files(DiskSteps(folder))

    @property
    def authority_file(self) -> Path:
        return self._folder / AUTHORITY

    def identity(self) -> Identity | None:
        """None: this terminal has not joined, or what it had is damaged; it then joins anew."""
        pem, facts = self._files.get(KEY_AND_CERTIFICATE), self._files.get(FACTS)
        if pem is None or facts is None or self._files.get(AUTHORITY) is None:
            return None
        try:
            certificate = x509.load_pem_x509_certificate(pem)
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            known = json.loads(facts)
            host, office_id = str(known["host"]), str(known["office_id"])
            renew_after = datetime.fromisoformat(known["renew_after"])
        except (ValueError, KeyError, TypeError, x509.ExtensionNotFound):
            return None
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
        terminal_id = terminal_in(uris[0]) if len(uris) == 1 else None
        if terminal_id is None or not re.fullmatch(r"[a-z0-9.-]+:\d{1,5}", host):
            return None
        return Identity(
            terminal_id,
            office_id,
            host,
            self._folder / KEY_AND_CERTIFICATE,
            self.authority_file,
            renew_after,
            certificate.not_valid_after_utc,
        )

    def key(self) -> FileKey | None:
        pem = self._files.get(KEY_AND_CERTIFICATE)
        return FileKey.read(pem.decode("ascii", "replace")) if pem is not None else None

    # --- joining -----------------------------------------------------------------------------------------------------

    def begin(self, ticket: Ticket, make_key: Callable[[], FileKey] = FileKey.make) -> Pending:
        """The request for this ticket: a new one, or the one that was made for it before."""
        known = self.pending()
        if known is not None and known.ticket == ticket:
            return known
        key = make_key()
        pending = Pending(ticket, key, key.request())
        document = {"ticket": ticket.content(), "key": key.pem(), "csr": pending.csr_pem}
        self._files.put(PENDING, json.dumps(document).encode(), OWNER_ONLY)
        return pending

    def pending(self) -> Pending | None:
        content = self._files.get(PENDING)
        try:
            document = json.loads(content) if content is not None else {}
            ticket, key = read_ticket(document["ticket"]), FileKey.read(document["key"])
            return Pending(ticket, key, document["csr"]) if ticket is not None and key is not None else None
        except (ValueError, KeyError, TypeError):
            return None

    def keep_authority(self, pem: str) -> None:
        self._files.put(AUTHORITY, pem.encode())

    def give_up(self) -> None:
        self._files.drop(PENDING)

    def keep(self, key: FileKey, certificate: Certificate, host: str, office_id: str) -> None:
        """Joined, or renewed: whichever of the two a power cut leaves is whole."""
        self._files.put(AUTHORITY, certificate.authority_pem.encode())
        facts = {"host": host, "office_id": office_id, "renew_after": certificate.renew_after.isoformat()}
        self._files.put(FACTS, json.dumps(facts).encode())
        self._files.put(KEY_AND_CERTIFICATE, (key.pem() + certificate.certificate_pem).encode(), OWNER_ONLY)
        self._files.drop(PENDING)

    def wipe(self) -> None:
        """The key first: without it the rest is nobody's."""
        self._files.drop(KEY_AND_CERTIFICATE, PENDING, FACTS, AUTHORITY)
