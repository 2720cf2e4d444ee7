from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.domain.language import Language
from kiosk.i18n import load_catalogue
from kiosk.speech.pronouncing import Reading, load_pronunciation

PRONUNCIATION = load_pronunciation(Path("assets/speech/pinyin.toml"))
ZH, EN = Language.ZH, Language.EN


@pytest.mark.parametrize(
    ("words", "pinyin"),
    [
        ("还款", "huan2 kuan3"),
        ("我还在", "wo3 hai2 zai4"),
        ("银行", "yin2 hang2"),
        ("重新办理", "chong2 xin1 ban4 li3"),
        ("朝阳区", "chao2 yang2 qu1"),
        ("长辈模式", "zhang3 bei4 mo2 shi4"),
        ("打印机卡纸", "da3 yin4 ji1 qia3 zhi3"),
    ],
)
def test_words_with_several_readings_are_read_aright(words: str, pinyin: str) -> None:
    assert PRONUNCIATION.pinyin(words) == pinyin


def test_short_numbers_are_numbers_and_long_ones_are_figures() -> None:
    assert PRONUNCIATION.of("24 小时", ZH) == (Reading(ZH, "er4 shi2 si4 xiao3 shi2"),)
    assert PRONUNCIATION.of("12333", ZH) == (Reading(ZH, "yi1 er4 san1 san1 san1"),)
    assert PRONUNCIATION.of("call 12333 in 24 hours", EN) == (Reading(EN, "call 1 2 3 3 3 in 24 hours"),)


def test_latin_words_in_a_chinese_text_go_to_the_english_voice() -> None:
    languages = [reading.language for reading in PRONUNCIATION.of("按 OK 继续", ZH)]
    assert languages == [ZH, EN, ZH]


def test_no_character_of_our_texts_is_left_unread() -> None:
    texts = load_catalogue(Path("assets/locale")).texts[ZH]
    for key, words in texts.items():
        for reading in PRONUNCIATION.of(re.sub(r"\{[^}]*\}", "", words), ZH):
            assert reading.language is EN or reading.words.isascii(), (key, reading)
