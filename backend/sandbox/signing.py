"""WeChat Pay APIv3 signatures (WECHATPAY2-SHA256-RSA2048) and resource encryption (AEAD_AES_256_GCM), platform side."""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from backend.sandbox.keys import PlatformKeys

SCHEME = "WECHATPAY2-SHA256-RSA2048"
MAX_AGE_S = 300
SignedBy = Literal["certificate", "public_key"]

_FIELD = re.compile(r'(\w+)="([^"]*)"')


def request_is_genuine(
    keys: PlatformKeys, method: str, target: str, body: bytes, authorization: str, now: datetime
) -> bool:
    """Whether the merchant signed this request within the last five minutes. `target` is path and query as sent."""
    scheme, _, rest = authorization.partition(" ")
    fields = dict(_FIELD.findall(rest))
    if scheme != SCHEME or (fields.get("mchid"), fields.get("serial_no")) != (keys.mchid, keys.merchant_serial):
        return False
    stamp, nonce = fields.get("timestamp", ""), fields.get("nonce_str", "")
    if not stamp.isdigit() or abs(now.timestamp() - int(stamp)) > MAX_AGE_S:
        return False
    message = f"{method}\n{target}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
    try:
        signature = base64.b64decode(fields.get("signature", ""), validate=True)
        keys.merchant_public_key.verify(signature, message, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True


def signature_headers(keys: PlatformKeys, signed_by: SignedBy, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that WeChat Pay puts on answers and notifications."""
    key, serial = (
        (keys.public_key_mode_key, keys.public_key_id)
        if signed_by == "public_key"
        else (keys.certificate_key, keys.certificate_serial)
    )
    stamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
    message = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
    signature = base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()
    return {
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": signature,
        "Wechatpay-Signature-Type": SCHEME,
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
    }


def encrypt(keys: PlatformKeys, plain: str, associated_data: str) -> dict[str, str]:
    """A resource object: AES-256-GCM with the merchant's 32-byte APIv3 key and a 12-byte nonce."""
    nonce = secrets.token_hex(6)
    cipher = AESGCM(keys.apiv3_key.encode()).encrypt(nonce.encode(), plain.encode(), associated_data.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": nonce,
        "associated_data": associated_data,
        "ciphertext": base64.b64encode(cipher).decode(),
    }
