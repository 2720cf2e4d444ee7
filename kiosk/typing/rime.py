"""librime (the engine of Rime) as `PinyinEngine`: C functions of `rime_api.h`, version 1.8, called through ctypes.

The dictionary is built at set-up (`python -m deploy.pinyin`). It has no user dictionary, so nothing is learnt from
one person that the next could see. The library keeps one state for the whole process: make one engine.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_size_t, c_void_p
from pathlib import Path

from kiosk.domain.candidate import Candidate
from kiosk.typing.ports import EngineMissingError

LIBRARY = "librime.so.1"
SCHEMA = b"kiosk_pinyin"
LOG_NOTHING_BELOW_FATAL = 3
MOST_LETTERS = 40


class _Traits(Structure):
    """`RimeTraits`. `data_size` counts what stands after it."""

    _fields_ = (
        ("data_size", c_int),
        ("shared_data_dir", c_char_p),
        ("user_data_dir", c_char_p),
        ("distribution_name", c_char_p),
        ("distribution_code_name", c_char_p),
        ("distribution_version", c_char_p),
        ("app_name", c_char_p),
        ("modules", POINTER(c_char_p)),
        ("min_log_level", c_int),
        ("log_dir", c_char_p),
        ("prebuilt_data_dir", c_char_p),
        ("staging_dir", c_char_p),
    )


class _Candidate(Structure):
    _fields_ = (("text", c_char_p), ("comment", c_char_p), ("reserved", c_void_p))


class _Candidates(Structure):
    """`RimeCandidateListIterator`."""

    _fields_ = (("ptr", c_void_p), ("index", c_int), ("candidate", _Candidate))


class _Composition(Structure):
    _fields_ = (
        ("length", c_int),
        ("cursor_pos", c_int),
        ("sel_start", c_int),
        ("sel_end", c_int),
        ("preedit", c_char_p),
    )


class _Menu(Structure):
    _fields_ = (
        ("page_size", c_int),
        ("page_no", c_int),
        ("is_last_page", c_int),
        ("highlighted_candidate_index", c_int),
        ("num_candidates", c_int),
        ("candidates", POINTER(_Candidate)),
        ("select_keys", c_char_p),
    )


class _Context(Structure):
    _fields_ = (
        ("data_size", c_int),
        ("composition", _Composition),
        ("menu", _Menu),
        ("commit_text_preview", c_char_p),
        ("select_labels", POINTER(c_char_p)),
    )


class RimeEngine:
    """Candidates for pinyin of any length, whole or abbreviated (`jgm` finds 建国门)."""

    def __init__(self, data_dir: Path) -> None:
        """`data_dir` as `deploy.pinyin` left it. Raises `EngineMissingError`."""
        if not (data_dir / "build" / "kiosk_pinyin.table.bin").is_file():
            raise EngineMissingError(f"no pinyin dictionary under {data_dir}: run python -m deploy.pinyin")
        try:
            self._rime = ctypes.CDLL(LIBRARY)
        except OSError as error:
            raise EngineMissingError(f"{LIBRARY} is missing: install the Debian package librime1") from error
        self._rime.RimeCreateSession.restype = c_size_t
        self._traits = _traits_of(data_dir)  # the library keeps pointers into it
        self._rime.RimeSetup(byref(self._traits))
        self._rime.RimeInitialize(byref(self._traits))
        self._session = c_size_t(self._rime.RimeCreateSession())
        if not self._rime.RimeSelectSchema(self._session, SCHEMA):
            raise EngineMissingError(f"the dictionary under {data_dir} cannot be used: run python -m deploy.pinyin")

    def candidates(self, letters: str, most: int) -> tuple[Candidate, ...]:
        self._rime.RimeClearComposition(self._session)
        for letter in letters[:MOST_LETTERS]:
            self._rime.RimeProcessKey(self._session, ord(letter), 0)
        syllables = self._syllables()
        found = tuple(Candidate(text, _length_of(syllables, len(text))) for text in self._texts(most))
        self._rime.RimeClearComposition(self._session)
        return found

    def _syllables(self) -> tuple[str, ...]:
        """How the engine cut up the letters: `jian guo men`."""
        context = _Context()
        context.data_size = ctypes.sizeof(context) - ctypes.sizeof(c_int)
        if not self._rime.RimeGetContext(self._session, byref(context)):
            return ()
        preedit = context.composition.preedit or b""
        self._rime.RimeFreeContext(byref(context))
        return tuple(preedit.decode("utf-8").split())

    def _texts(self, most: int) -> tuple[str, ...]:
        texts: list[str] = []
        candidates = _Candidates()
        if not self._rime.RimeCandidateListBegin(self._session, byref(candidates)):
            return ()
        while len(texts) < most and self._rime.RimeCandidateListNext(byref(candidates)):
            texts.append(candidates.candidate.text.decode("utf-8"))
        self._rime.RimeCandidateListEnd(byref(candidates))
        return tuple(texts)


def _length_of(syllables: tuple[str, ...], characters: int) -> int:
    """Letters of the first syllables; one syllable is one character."""
    return sum(len(syllable) for syllable in syllables[:characters])


def _traits_of(data_dir: Path) -> _Traits:
    traits = _Traits()
    traits.data_size = ctypes.sizeof(traits) - ctypes.sizeof(c_int)
    traits.shared_data_dir = str(data_dir / "shared").encode()
    traits.user_data_dir = str(data_dir / "user").encode()
    traits.prebuilt_data_dir = traits.staging_dir = str(data_dir / "build").encode()
    traits.app_name = b"rime.kiosk"
    traits.min_log_level = LOG_NOTHING_BELOW_FATAL
    traits.log_dir = b""  # to standard error, and nothing but fatal errors
    return traits
