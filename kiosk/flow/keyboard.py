"""The keys that a person types with: digits of a telephone, and the characters of addresses."""

from __future__ import annotations

from enum import StrEnum


class KeyboardPage(StrEnum):
    """Pinyin with candidates, the characters that addresses are full of, Latin letters."""

    PINYIN = "pinyin"
    CHARACTERS = "characters"
    LETTERS = "letters"


DIGIT_KEYS = "1234567890"
HAN_KEYS = "号楼栋座层室单元门院小区路街巷里村胡同园苑家庄镇乡大新东西南北中上下前后内外甲乙丙丁戊己公寓厦坊"
LATIN_KEYS = "QWERTYUIOPASDFGHJKL-ZXCVBNM# "
PINYIN_KEYS = "qwertyuiopasdfghjklzxcvbnm"
CLEAR, BACKSPACE = "clear", "backspace"
EDIT_KEYS = (CLEAR, BACKSPACE)
KEY_NAMES = {CLEAR: CLEAR, BACKSPACE: BACKSPACE, " ": "space"}
"""Keys that are written as a word."""
PHONE_KEYS = (*"123456789", "clear", "0", "backspace")
"""1 to 9, clear, 0, backspace: the order of telephones (ITU-T E.161)."""

PAGE_KEYS = {
    KeyboardPage.PINYIN: PINYIN_KEYS,
    KeyboardPage.CHARACTERS: HAN_KEYS,
    KeyboardPage.LETTERS: LATIN_KEYS,
}
