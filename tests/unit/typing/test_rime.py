"""The real engine with the real dictionary. One for all tests: the library keeps one state for the process."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import pinyin
from kiosk.typing.ports import EngineMissingError
from kiosk.typing.rime import RimeEngine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> RimeEngine:
    folder = tmp_path_factory.mktemp("pinyin")
    assert pinyin.build(folder)
    assert not pinyin.build(folder)  # nothing has changed
    return RimeEngine(folder)


@pytest.fixture
def texts(engine: RimeEngine) -> Callable[[str], tuple[str, ...]]:
    return lambda letters: tuple(candidate.text for candidate in engine.candidates(letters, 8))


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("chaoyangqu", "朝阳区"),
        ("jianguomenwai", "建国门外"),
        ("jianguomenwaidajie", "建国门外大街"),
        ("shichahai", "什刹海"),
        ("dashilan", "大栅栏"),
        ("xierqi", "西二旗"),
        ("haolou", "号楼"),
        ("danyuan", "单元"),
        ("lvdi", "绿地"),
    ],
)
def test_words_of_addresses_come_first(texts: Callable[[str], tuple[str, ...]], letters: str, first: str) -> None:
    assert texts(letters)[0] == first


def test_first_letters_are_enough_for_known_places(texts: Callable[[str], tuple[str, ...]]) -> None:
    assert "建国门" in texts("jgm")


def test_a_candidate_says_how_much_it_stands_for(engine: RimeEngine) -> None:
    by_text = {candidate.text: candidate.letters for candidate in engine.candidates("jianguomenwai", 8)}
    assert by_text["建国门外"] == len("jianguomenwai")
    assert by_text["建国门"] == len("jianguomen")


def test_nothing_is_learnt_from_what_was_asked(engine: RimeEngine) -> None:
    before = engine.candidates("wangjing", 8)
    for _ in range(30):
        engine.candidates("wangjinghuayuan", 8)
    assert engine.candidates("wangjing", 8) == before


def test_letters_without_meaning_have_no_candidates(engine: RimeEngine) -> None:
    assert engine.candidates("v", 8) == ()
    assert engine.candidates("", 8) == ()


def test_a_missing_dictionary_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EngineMissingError, match=r"deploy\.pinyin"):
        RimeEngine(tmp_path)
