"""Invented people: born in 2099, so that nobody real is meant; and the specimens of the standard itself."""

from dataclasses import dataclass
from datetime import date

from kiosk.domain.id_number import id_check_digit

TODAY = date(2120, 6, 15)
"""A day on which the invented people are grown up."""

SPECIMEN_WOMAN = "11010519491231002X"
SPECIMEN_MAN = "440524188001010014"


def number_of(first17: str) -> str:
    return first17 + id_check_digit(first17)


MAN = number_of("11010520990228113")
WOMAN = number_of("11010520990228114")
FOREIGNER = number_of("91113620990228114")
FOREIGNER_2017 = "XXX110099022801"


@dataclass(frozen=True)
class Fields:
    """What a reader delivers."""

    kind: str = "resident_id"
    number: str = MAN
    name: str = "王小明"
    english_name: str = ""
    sex: str = "1"
    ethnic_group: str = "01"
    birth_date: str = "20990228"
    address: str = "北京市朝阳区无名路1号"
    issuing_authority: str = "北京市公安局朝阳分局"
    valid_from: str = "21150615"
    valid_to: str = "21250615"
    country: str = ""
