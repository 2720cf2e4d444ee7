"""Which record belongs to an identity document, and how old its holder is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.problems import Refusal
from backend.records.tables import OtherDocumentRow, PersonRow
from kiosk.central.wire import CorrectedAt, ProblemCode
from kiosk.domain.application import InsuredType
from kiosk.domain.id_number import IdNumber, check_id_number
from kiosk.domain.names import names_agree

PASSPORT = "passport"


@dataclass(frozen=True, repr=False)
class Document:
    """What a document says of its holder; `names` are the Chinese and the English one, as far as it has them."""

    kind: str
    number: str
    nationality: str | None = None
    names: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells documents apart. The number of a passport means something within its state only."""
        is_passport = self.kind == PASSPORT
        number = "".join(self.number.split()).upper()
        return (PASSPORT if is_passport else "", number, (self.nationality or "") if is_passport else "")


def document_of(person: PersonRow) -> Document:
    """The one under which the record is held."""
    return Document(person.document_kind, person.document_number, person.nationality)


def find_person(session: Session, document: Document) -> PersonRow | Refusal:
    """The one record held under this document, by the number and a name."""
    if document.kind == PASSPORT and not document.nationality:
        return Refusal(ProblemCode.PERSON_UNKNOWN, field="nationality")  # half a number finds nobody
    people = people_of(session, document)
    if not people:
        return _known_otherwise(session, document)
    if len(people) > 1:
        return Refusal(ProblemCode.SEVERAL_RECORDS)
    if not _is_name_of(people[0], document.names):
        return Refusal(ProblemCode.NAME_DIFFERS, field="name", corrected_at=corrected_at(people[0]))
    return people[0]


def people_of(session: Session, document: Document) -> list[PersonRow]:
    same_number = select(PersonRow).where(PersonRow.document_number == document.identity[1])
    people = session.scalars(same_number).unique().all()
    return [person for person in people if document_of(person).identity == document.identity]


def is_held_by(session: Session, document: Document, person: PersonRow) -> bool:
    """Whether it is a document of this person, the record's own or another one that is known."""
    if document.identity == document_of(person).identity:
        return True
    return any(other.person_id == person.person_id for other in _others(session, document))


def _known_otherwise(session: Session, document: Document) -> Refusal:
    """The record may be held under an earlier document; whoever is not surely the same person is unknown."""
    people = [other.person for other in _others(session, document)]
    if len(people) == 1 and _is_name_of(people[0], document.names):
        return Refusal(ProblemCode.NUMBER_DIFFERS, field="document_number", corrected_at=corrected_at(people[0]))
    return Refusal(ProblemCode.PERSON_UNKNOWN)


def _others(session: Session, document: Document) -> list[OtherDocumentRow]:
    rows = session.scalars(
        select(OtherDocumentRow).where(OtherDocumentRow.document_number == document.identity[1])
    ).unique()
    return [row for row in rows if _identity(row) == document.identity]


def _identity(row: OtherDocumentRow) -> tuple[str, str, str]:
    return Document(row.document_kind, row.document_number, row.nationality).identity


def _is_name_of(person: PersonRow, names: Iterable[str]) -> bool:
    """A foreigner's record may be held under either name."""
    known = [name for name in (person.name, person.english_name) if name]
    return any(names_agree(name, given) for name in known for given in names)


def corrected_at(person: PersonRow) -> CorrectedAt:
    """The employer reports an employee's data; residents go to the office of their street."""
    is_employee = person.insured_type == InsuredType.URBAN_EMPLOYEE
    return CorrectedAt.EMPLOYER if is_employee else CorrectedAt.COMMUNITY


# --- age -------------------------------------------------------------------------------------------------------------


def birth_date_of(number: str, stated: date | None, today: date) -> date | None:
    """What the number itself says comes before what is stated beside it."""
    checked = check_id_number(number, today)
    return (checked.birth_date if isinstance(checked, IdNumber) else None) or stated


def is_minor(birth_date: date | None, adult_years: int, today: date) -> bool:
    """Of age from the birthday on; who was born on 29 February, from 1 March in other years. Unknown: of age."""
    if birth_date is None:
        return False
    years = today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
    return years < adult_years
