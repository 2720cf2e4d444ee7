"""The bench's staff cards: throw-away keys and PINs, made once per bench, never in the repository.

    python -m hardware.bench.staff_cards --dir var/bench/staff

writes `cards.json` (for the bench: private keys, PINs) and `roster.json` (for the terminal: public keys, verifiers).
What is there already stays. The holders:

- attendant, technician, auditor: good cards of the three roles
- revoked: a good card that the roster no longer trusts
- wrong_key: says that it is the attendant's, and has another key
- clone: a copy of the attendant's without the key: it replays an answer that the true card once gave
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CONTEXT = b"lobby-kiosk staff card 1\x00"
"""Stands before every challenge that a card signs, so that no answer can serve another purpose."""
CARDS_FILE, ROSTER_FILE = "cards.json", "roster.json"
ROLES = ("attendant", "technician", "auditor")
SCRYPT = {"n": 2**15, "r": 8, "p": 1}
SCRYPT_MEMORY = 64 * 2**20


@dataclass(frozen=True, repr=False)
class StaffChip:
    """What is in one staff card. `replayed` is all that a clone can answer."""

    card_id: bytes
    key_id: bytes
    private_key_pem: str
    replayed: bytes = b""

    def answer(self, challenge: bytes) -> bytes:
        """R and s of the signature, 32 bytes each."""
        return self.replayed or signed(_key(self.private_key_pem), challenge)


def chips(file: Path) -> Mapping[str, StaffChip]:
    """By holder; raises LookupError with the way out when the cards have not been made."""
    return {str(card["holder"]): _chip(card) for card in read_cards(file)}


def read_cards(file: Path) -> Sequence[Mapping[str, Any]]:
    try:
        return json.loads(file.read_text(encoding="utf-8"))["cards"]
    except FileNotFoundError:
        raise LookupError(
            f"there are no staff cards in {file}; make them: python -m hardware.bench.staff_cards"
        ) from None


def shown(card: Mapping[str, Any]) -> dict[str, Any]:
    """What the bench's page may show of a card: everything but its key."""
    return {name: card[name] for name in ("holder", "staff_number", "role", "pin", "about")}


def make(directory: Path) -> None:
    """Make the cards and their roster, unless they are there."""
    if (directory / CARDS_FILE).exists() and (directory / ROSTER_FILE).exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    good = [_new_card(holder, number, holder) for number, holder in enumerate(ROLES, start=1)]
    revoked = _new_card("revoked", 4, "attendant") | {"about": "the roster no longer trusts it"}
    attendant = good[0]
    copied = {name: attendant[name] for name in ("pin", "card_id", "key_id")}  # all that can be read off a card
    wrong_key = _new_card("wrong_key", 1, "attendant") | copied | {"about": "the attendant's name, another key"}
    old_answer = signed(_key(attendant["private_key"]), secrets.token_bytes(32)).hex()
    clone = wrong_key | {"holder": "clone", "about": "a copy that replays an old answer", "replayed": old_answer}
    roster = [_member(card, is_revoked=card is revoked) for card in (*good, revoked)]
    _write(directory / ROSTER_FILE, {"format": 1, "staff": roster})
    _write(directory / CARDS_FILE, {"cards": [*good, revoked, wrong_key, clone]})


def signed(key: ec.EllipticCurvePrivateKey, challenge: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(CONTEXT + challenge, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def pin_verifier(pin: str) -> dict[str, Any]:
    """Salted scrypt (RFC 7914), as the terminal's roster has it."""
    salt = secrets.token_bytes(16)
    digest = hashlib.scrypt(pin.encode(), salt=salt, dklen=32, maxmem=SCRYPT_MEMORY, **SCRYPT)
    return {"kdf": "scrypt", **SCRYPT, "salt": _text(salt), "digest": _text(digest)}


def _new_card(holder: str, staff_number: int, role: str) -> dict[str, Any]:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return {
        "holder": holder,
        "staff_number": staff_number,
        "role": role,
        "about": f"a good card: {role}",
        "card_id": secrets.token_hex(8).upper(),
        "key_id": hashlib.sha256(_spki(key)).hexdigest()[:16].upper(),
        "pin": f"{secrets.randbelow(900_000) + 100_000}",
        "private_key": pem,
        "replayed": "",
    }


def _member(card: Mapping[str, Any], *, is_revoked: bool) -> dict[str, Any]:
    return {
        "staff_number": card["staff_number"],
        "role": card["role"],
        "card_id": card["card_id"],
        "public_key": _text(_spki(_key(card["private_key"]))),
        "pin": pin_verifier(card["pin"]),
        "is_revoked": is_revoked,
    }


def _chip(card: Mapping[str, Any]) -> StaffChip:
    card_id, key_id, replayed = (bytes.fromhex(card[name]) for name in ("card_id", "key_id", "replayed"))
    return StaffChip(card_id, key_id, card["private_key"], replayed)


def _key(pem: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("a staff card has a P-256 key")
    return key


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Whole or not at all, readable by its owner alone."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    fresh.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m hardware.bench.staff_cards", description="Make the bench's staff cards and their roster."
    )
    parser.add_argument("--dir", type=Path, default=Path("var/bench/staff"), help="folder of both files")
    make(parser.parse_args().dir)


if __name__ == "__main__":
    main()
