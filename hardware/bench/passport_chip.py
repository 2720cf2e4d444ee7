"""The bench's passport: a chip with basic access control, and the signed files in it (ICAO 9303 parts 10 and 11).

The holder is the specimen of ICAO 9303-3 (state of Utopia), with an expiry date that is still to come. Each chip is
signed by a throw-away authority made for it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hardware.card_reader.passport.access import AccessKeys, access_keys, sealed, session_channel, unsealed
from hardware.card_reader.passport.ciphers import decrypt, encrypt, padded, unpadded
from hardware.card_reader.passport.data_groups import DG1, DG1_TAG, DG11, DG11_TAG, FULL_NAME_TAG, MRZ_TAG
from hardware.card_reader.passport.messaging import CODE, DATA, EXPECTED_LENGTH, PADDED_DATA, SECURED, STATUS
from hardware.card_reader.passport.messaging import SecureChannel as Channel
from hardware.card_reader.passport.security_object import SECURITY_OBJECT_TAG, SecurityObject
from hardware.card_reader.passport.tlv import fields, tlv

APPLICATION = bytes.fromhex("A0000002471001")
SECURITY_FILE, DG1_FILE, DG11_FILE = 0x011D, 0x0101, 0x010B
OK, FILE_NOT_FOUND, SECURITY_STATUS, ACCESS_DENIED = 0x9000, 0x6A82, 0x6982, 0x6300
UNKNOWN_INSTRUCTION, SECURED_OBJECTS_WRONG = 0x6D00, 0x6988

MADE_ON, GOOD_UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)

SPECIMEN_MRZ = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3512312ZE184226B<<<<<14")
"""Personal number as in the standard's specimen; expiry 2035-12-31, check digits to match (ICAO 9303-3, 4.9)."""


@dataclass(frozen=True, repr=False)
class PassportChip:
    """`files`: identifier -> content."""

    keys: AccessKeys
    files: Mapping[int, bytes]
    authority: x509.Certificate


@dataclass(frozen=True, repr=False)
class PassportState:
    """What a reset clears."""

    is_selected: bool = False
    challenge: bytes = b""
    channel: Channel | None = None
    current_file: int | None = None


AFTER_RESET = PassportState()


def specimen_passport(full_name: str = "", *, is_tampered: bool = False, expires: str = "351231") -> PassportChip:
    """`is_tampered`: the machine-readable zone was changed after signing."""
    first, second = SPECIMEN_MRZ
    second = _with_expiry(second, expires)
    dg1 = _dg1(first + second)
    groups = {DG1: dg1, DG11: tlv(DG11_TAG, tlv(0x5C, b"\x5f\x0e") + tlv(FULL_NAME_TAG, full_name.encode()))}
    if not full_name:
        del groups[DG11]
    authority, security_object = _signed(groups)
    files = {DG1_FILE: dg1, SECURITY_FILE: tlv(SECURITY_OBJECT_TAG, security_object)}
    if full_name:
        files[DG11_FILE] = groups[DG11]
    if is_tampered:
        files[DG1_FILE] = _dg1(first.replace("ANNA", "ANNE") + second)
    return PassportChip(access_keys(second[:10] + second[13:20] + second[21:28]), files, authority)


def respond(chip: PassportChip, state: PassportState, command: bytes) -> tuple[PassportState, bytes]:
    """Answer one command APDU; secured ones once the conversation is."""
    if len(command) < 4:
        return state, _word(0x6700)
    if command[0] & SECURED == SECURED and state.channel is not None:
        return _secured(chip, state, state.channel, command)
    match command[1]:
        case 0xA4 if command[5 : 5 + command[4]] == APPLICATION:
            return PassportState(is_selected=True), _word(OK)
        case 0xA4:
            return state, _word(FILE_NOT_FOUND)
        case 0x84 if state.is_selected:
            challenge = secrets.token_bytes(8)
            return replace(state, challenge=challenge), challenge + _word(OK)
        case 0x82 if state.challenge:
            return _authenticate(chip, state, command[5:45])
        case 0xB0:
            return state, _word(SECURITY_STATUS)
        case _:
            return state, _word(UNKNOWN_INSTRUCTION)


def _authenticate(chip: PassportChip, state: PassportState, cryptogram: bytes) -> tuple[PassportState, bytes]:
    opened = unsealed(chip.keys, cryptogram)
    if opened is None or opened[8:16] != state.challenge:
        return replace(state, challenge=b""), _word(ACCESS_DENIED)
    reader_challenge, reader_share, our_share = opened[:8], opened[16:], secrets.token_bytes(16)
    answer = sealed(chip.keys, state.challenge + reader_challenge + our_share)
    channel = session_channel(reader_share, our_share, state.challenge, reader_challenge)
    return replace(state, challenge=b"", channel=channel), answer + _word(OK)


# --- secured commands ----------------------------------------------------------------------------------------------


def _secured(chip: PassportChip, state: PassportState, channel: Channel, command: bytes) -> tuple[PassportState, bytes]:
    """Check, open, do, and answer in the same way; a wrong code ends the conversation, as chips do."""
    header, objects = command[:4], fields(command[5 : 5 + command[4]])
    received = channel.counted()
    covered = padded(header) + b"".join(tlv(tag, objects[tag]) for tag in (DATA, EXPECTED_LENGTH) if tag in objects)
    if objects.get(CODE) != received.code(covered):
        return PassportState(is_selected=True), _word(SECURED_OBJECTS_WRONG)
    data = unpadded(decrypt(received.encryption, objects[DATA][1:])) if DATA in objects else b""
    answering = received.counted()
    state = replace(state, channel=answering)
    match command[1]:
        case 0xA4:
            identifier = int.from_bytes(data)
            status = OK if identifier in chip.files else FILE_NOT_FOUND
            return replace(state, current_file=identifier), _answer(answering, b"", status)
        case 0xB0:
            file, offset = chip.files.get(state.current_file or 0, b""), int.from_bytes(header[2:])
            part = file[offset : offset + objects.get(EXPECTED_LENGTH, b"\x00")[0]]
            return state, _answer(answering, part, OK)
        case _:
            return state, _answer(answering, b"", UNKNOWN_INSTRUCTION)


def _answer(channel: Channel, data: bytes, status: int) -> bytes:
    body = tlv(DATA, PADDED_DATA + encrypt(channel.encryption, padded(data))) if data else b""
    body += tlv(STATUS, _word(status))
    return body + tlv(CODE, channel.code(body)) + _word(OK)


# --- what is on the chip -------------------------------------------------------------------------------------------


def _dg1(mrz: str) -> bytes:
    return tlv(DG1_TAG, tlv(MRZ_TAG, mrz.encode("ascii")))


def check_digit(text: str) -> str:
    """Weights 7, 3, 1 (ICAO 9303-3, 4.9)."""
    values = (0 if character == "<" else int(character, 36) for character in text)
    return str(sum(value * (7, 3, 1)[at % 3] for at, value in enumerate(values)) % 10)


def _with_expiry(second: str, expires: str) -> str:
    line = second[:21] + expires + check_digit(expires) + second[28:43]
    return line + check_digit(line[:10] + line[13:20] + line[21:43])


def _signed(groups: Mapping[int, bytes]) -> tuple[x509.Certificate, bytes]:
    """An issuing state's certificate and a security object (CMS SignedData) over the groups' hashes."""
    state_key, signer_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Utopia", state_key, "Utopia", state_key)
    signer = _certificate("Utopia document signer", signer_key, "Utopia", state_key)
    content = _security_object(groups)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["2.23.136.1.1.1"]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
        ]
    )
    certificate = cms.Certificate.load(signer.public_bytes(Encoding.DER))
    signature = signer_key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.IssuerAndSerialNumber(
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {
                "content_type": "2.23.136.1.1.1",
                "content": core.ParsableOctetString(content),
            },
            "certificates": [certificate],
            "signer_infos": [info],
        }
    )
    return authority, cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


def _security_object(groups: Mapping[int, bytes]) -> bytes:
    return SecurityObject(
        {
            "version": 0,
            "hash_algorithm": {"algorithm": "sha256"},
            "hashes": [
                {"number": number, "value": hashlib.sha256(file).digest()} for number, file in sorted(groups.items())
            ],
        }
    ).dump()


def _certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MADE_ON)
        .not_valid_after(GOOD_UNTIL)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _word(status_word: int) -> bytes:
    return status_word.to_bytes(2)
