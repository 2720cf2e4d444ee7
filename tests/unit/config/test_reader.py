"""The settings' file: read, or every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import DEVICE_SECTIONS, OPTIONAL_DEVICE_SECTIONS, SettingFault, Settings, load, parse
from kiosk.machine_devices import chosen_devices, device_faults
from tests.unit.config.files import ini

ROOT = Path(__file__).parents[3]


def faults(text: str) -> list[str]:
    outcome = parse(text, device_faults)
    assert isinstance(outcome, tuple), "no faults"
    return [str(fault) for fault in outcome]


def test_the_file_of_the_project_works_as_it_stands() -> None:
    settings = load(ROOT / "kiosk.ini", device_faults)
    assert isinstance(settings, Settings), settings
    assert set(chosen_devices(settings)) == set(DEVICE_SECTIONS)


def test_a_terminal_without_speaker_and_keypad_is_complete() -> None:
    settings = parse(ini(), device_faults)
    assert isinstance(settings, Settings), settings
    assert set(chosen_devices(settings)) == set(DEVICE_SECTIONS) - set(OPTIONAL_DEVICE_SECTIONS)


def test_production_refuses_to_write_down_what_is_spoken() -> None:
    text = ini({"terminal": {"mode": "production"}, "bench": {"speech_trace": "spoken.jsonl"}})
    assert "[bench] speech_trace: must not be there in production mode" in faults(text)


def test_production_refuses_a_speaker_on_the_bench() -> None:
    speaker = {"driver": "pcm", "connection": "network", "host": "127.0.0.1"}
    told = faults(ini({"terminal": {"mode": "production"}, "speaker": speaker}))
    assert "[speaker]: points at the bench, which production mode refuses" in told


def test_what_is_not_in_the_file_has_its_default() -> None:
    settings = parse(ini())
    assert isinstance(settings, Settings)
    assert (settings.terminal.mode, settings.log.level, settings.timeouts.idle_s) == ("bench", "info", 120.0)


def test_every_fault_is_told_at_once() -> None:
    text = ini(
        {
            "terminal": {"id": "x", "offce_id": "CY01", "office_name_zh": None},
            "central": {"url": "nowhere", "health_every_s": "0"},
            "display": {"width_px": "wide"},
            "dispaly": {"fullscreen": "yes"},
            "card_reader": {"driver": "pcsd"},
            "identity_reader": {"prot": "/dev/ttyS2"},
            "receipt_printer": None,
        }
    )
    told = faults(text)
    for place in (
        "[terminal] id",
        "[terminal] offce_id",
        "[terminal] office_name_zh",
        "[central] url",
        "[central] health_every_s",
        "[display] width_px",
        "[dispaly]",
        "[card_reader]",
        "[identity_reader]",
        "[receipt_printer]",
    ):
        assert [line for line in told if line.startswith(f"{place}:")], (place, told)
    assert len(told) == 10


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"terminal": {"offce_id": "x"}}, "[terminal] offce_id: unknown key; did you mean `office_id`?"),
        ({"timeouts": {"idel_s": "9"}}, "[timeouts] idel_s: unknown key; did you mean `idle_s`?"),
        ({"log": {"zzz": "9"}}, "[log] zzz: unknown key; known: level"),
        ({"timeout": {"idle_s": "9"}}, "[timeout]: unknown section; did you mean `timeouts`?"),
        ({"printer": {"x": "9"}}, "[printer]: unknown section; did you mean `receipt_printer`?"),
        ({"devices": {"x": "9"}}, "[devices]: unknown section; known: "),
        ({"central": None}, "[central]: the section is missing"),
        ({"central": {"token_file": None}}, "[central] token_file: is missing"),
        ({"code_scanner": None}, "[code_scanner]: the section is missing; it needs `driver`"),
        ({"code_scanner": {"driver": None}}, "[code_scanner]: unknown driver"),
        ({"card_reader": {"driver": "pcsd"}}, "did you mean pcsc?"),
        ({"identity_reader": {"prot": "x"}}, "did you mean port?"),
        ({"identity_reader": {"baud": "fast"}}, "baud = 'fast': expected whole number"),
        ({"timeouts": {"pay_s": "nan"}}, "[timeouts] pay_s:"),
        ({"timeouts": {"pay_s": "10 minutes"}}, "[timeouts] pay_s:"),
        ({"bench": {"remote_view_port": "70000"}}, "[bench] remote_view_port:"),
        ({"central": {"ca_file": "no/such.pem"}}, "[central] ca_file:"),
        ({"log": {"level": "verbose"}}, "[log] level:"),
    ],
)
def test_a_fault_names_its_place_and_the_nearest_word(
    changes: dict[str, dict[str, str | None] | None], words: str
) -> None:
    (told,) = faults(ini(changes))
    assert words in told


@pytest.mark.parametrize(
    "text",
    ["", "no section = 1", "[terminal\nid = 1", "[terminal]\nid = 1\nid = 2", "[terminal]\n[terminal]", "\x00", "[]"],
)
def test_what_is_no_settings_file_is_faults_and_no_traceback(text: str) -> None:
    assert faults(text)


def test_a_section_named_default_leaks_into_no_other() -> None:
    (told,) = faults("[DEFAULT]\nmode = production\n" + ini())
    assert told.startswith("[DEFAULT]: unknown section")


def test_a_missing_an_unreadable_and_a_foreign_file_are_faults(tmp_path: Path) -> None:
    (tmp_path / "latin.ini").write_bytes("[terminal]\nid = é".encode("latin-1"))
    for path in (tmp_path / "none.ini", tmp_path, tmp_path / "latin.ini"):
        outcome = load(path)
        assert isinstance(outcome, tuple)
        assert str(path) in str(outcome[0])


def test_a_file_from_an_editor_that_marks_utf_8_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.ini"
    path.write_text(ini(), encoding="utf-8-sig")
    assert isinstance(load(path), Settings)


# --- production ---


def production(changes: dict[str, dict[str, str | None] | None]) -> str:
    return ini({**changes, "terminal": {"mode": "production"}})


def test_production_takes_real_devices() -> None:
    outcome = parse(production({}), device_faults)
    assert isinstance(outcome, Settings), outcome


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"card_reader": {"reader_name": "Virtual PCD 00 00"}}, "card_reader"),
        ({"identity_reader": {"port": "var/bench/identity-reader"}}, "identity_reader"),
        ({"code_scanner": {"source": "http://127.0.0.1:18091/stream"}}, "code_scanner"),
        ({"receipt_printer": {"host": "127.0.0.1"}}, "receipt_printer"),
        ({"bench": {"remote_view_port": "18095"}}, "bench"),
        ({"central": {"url": "http://backend.example"}}, "central"),
    ],
)
def test_production_refuses_the_bench_and_a_line_that_anybody_can_read(
    changes: dict[str, dict[str, str | None] | None], place: str
) -> None:
    outcome = parse(production(changes), device_faults)
    assert isinstance(outcome, tuple)
    assert [fault.section for fault in outcome] == [place]
    assert isinstance(parse(ini(changes), device_faults), Settings)


def test_production_takes_a_backend_on_this_machine() -> None:
    for url in ("http://127.0.0.1:18080", "http://localhost:18080", "http://[::1]:18080"):
        assert isinstance(parse(production({"central": {"url": url}}), device_faults), Settings)


def test_everything_that_production_refuses_is_told_at_once() -> None:
    outcome = parse(
        production({"bench": {"remote_view_port": "1"}, "receipt_printer": {"host": "localhost"}, "log": {"x": "1"}}),
        device_faults,
    )
    assert isinstance(outcome, tuple)
    assert {fault.section for fault in outcome} == {"log", "bench", "receipt_printer"}


def test_a_fault_reads_as_one_line() -> None:
    assert str(SettingFault("log", "level", "is wrong")) == "[log] level: is wrong"
