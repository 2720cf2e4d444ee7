"""What a person wrote into the phone's pages: read once into values, or the field and the words for what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from backend.reference.service import ReferenceData
from kiosk.central.wire_errands import DraftAddress, DraftAgent, Relationship
from kiosk.domain.application import InsuredType
from kiosk.domain.contact import AddressFault, MobileNumber, PostalAddress, check_address, check_mobile
from kiosk.domain.id_number import IdNumber, check_id_number
from kiosk.domain.text import half_width, has_control_characters, without_blanks

MAX_RECIPIENT_LENGTH = 40
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,12}")


@dataclass(frozen=True)
class Faults:
    """Field of the form -> key of the words beside it, in the order of the form; never empty."""

    by_field: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class Beginning:
    insured_type: InsuredType
    document_number: str


Form = Mapping[str, str]


def read_beginning(form: Form, today: date) -> Beginning | Faults:
    faults: dict[str, str] = {}
    if form.get("insured_type") not in set(InsuredType):
        faults["insured_type"] = "fault_insured_type"
    number = without_blanks(half_width(form.get("document_number", ""))).upper()
    if not _is_document_number(number, today):
        faults["document_number"] = "fault_document_number" if number else "fault_document_missing"
    return Faults(faults) if faults else Beginning(InsuredType(form["insured_type"]), number)


def _is_document_number(number: str, today: date) -> bool:
    """One that a document of the right kind can carry; eleven digits are a telephone, not a passport."""
    if isinstance(check_id_number(number, today), IdNumber):
        return True
    return _PASSPORT.fullmatch(number) is not None and not (number.isdigit() and len(number) > 9)


def read_address(form: Form, reference: ReferenceData) -> DraftAddress | Faults:
    recipient, mobile = form.get("recipient", "").strip(), check_mobile(form.get("mobile", ""))
    faults: dict[str, str] = {}
    address = check_address(form.get("district", ""), form.get("street", ""), form.get("detail", ""))
    if isinstance(address, AddressFault):
        field = {AddressFault.NO_DISTRICT: "district", AddressFault.NO_STREET: "street"}.get(address, "detail")
        faults[field] = f"fault_address_{address}"
    elif not reference.is_street(address.district, address.street):
        faults["street"] = "fault_address_no_street"
    if not 1 <= len(recipient) <= MAX_RECIPIENT_LENGTH or has_control_characters(recipient):
        faults["recipient"] = "fault_recipient"
    if not isinstance(mobile, MobileNumber):
        faults["mobile"] = "fault_mobile"
    if faults or not isinstance(mobile, MobileNumber) or not isinstance(address, PostalAddress):
        return Faults(faults)
    return DraftAddress(
        recipient=recipient,
        mobile=mobile.text,
        district=address.district,
        street=address.street,
        detail=address.detail,
    )


def read_agent(form: Form, declaration_version: str) -> DraftAgent | Faults:
    """The version is of the words that the page showed; other words mean that they are to be read again."""
    mobile = check_mobile(form.get("mobile", ""))
    faults: dict[str, str] = {}
    if form.get("relationship") not in set(Relationship):
        faults["relationship"] = "fault_relationship"
    if not isinstance(mobile, MobileNumber):
        faults["mobile"] = "fault_mobile"
    if form.get("declaration") != declaration_version:
        faults["declaration"] = "fault_declaration"
    if faults or not isinstance(mobile, MobileNumber):
        return Faults(faults)
    return DraftAgent(
        relationship=Relationship(form["relationship"]), mobile=mobile.text, declaration_version=declaration_version
    )


def read_version(form: Form) -> int:
    """-1, which no draft ever has, for anything but a version."""
    text = form.get("version", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
