"""The identity reader over its real wire: the reader module's frames on a pseudo-terminal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from stdnum.iso7064 import mod_11_2

from hardware.__main__ import main
from hardware.bench.peripheral import Peripheral, PeripheralError
from hardware.errors import BadResponseError, DeviceError, DisconnectedError, NoAnswerError
from hardware.identity_reader.reader import Options, SamIdentityReader, build
from hardware.ports import (
    Action,
    DeviceStatus,
    DeviceWord,
    DocumentKind,
    DocumentProblem,
    DocumentRead,
    DocumentUnreadable,
    Reading,
    StatusChanged,
)
from hardware.worker import DeviceWorker

NOT_PRESENT = DocumentUnreadable(DocumentProblem.NOT_PRESENT, 0x80)
ONLINE = DeviceStatus(DeviceWord.ONLINE)
QUICK = {"find_timeout_s": 0.3, "select_timeout_s": 0.3, "read_timeout_s": 3.0, "status_timeout_s": 0.3}


@pytest.fixture
def port(tmp_path: Path) -> Path:
    return tmp_path / "identity"


@pytest.fixture
def module(port: Path) -> Iterator[Peripheral]:
    with Peripheral("hardware.bench.identity_module", "--link", str(port)) as running:
        yield running


@pytest.fixture
def reader(port: Path, module: Peripheral) -> Iterator[SamIdentityReader]:
    driver = build(Options(port=str(port), **QUICK))
    driver.open()
    yield driver
    driver.close()


def test_a_fresh_module_is_online_and_has_an_id(reader: SamIdentityReader) -> None:
    assert reader.status() == ONLINE
    assert reader.module_id() == "05.03-20990101-0000000001-0000000002"


def test_without_a_document_nothing_is_present(reader: SamIdentityReader) -> None:
    assert reader.read_document() == NOT_PRESENT
    assert reader.poll(0.1) == ()


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_kind_of_document_is_read_as_it_was_placed(
    kind: DocumentKind, module: Peripheral, reader: SamIdentityReader
) -> None:
    placed = module.call("place", kind=kind)
    outcome = reader.read_document()
    assert isinstance(outcome, DocumentRead)
    fields = {name: value for name, value in asdict(outcome.document).items() if value}
    assert fields == {name: value for name, value in placed.items() if name != "ok"}


@pytest.mark.parametrize("kind", ["resident_id", "residence_permit", "foreign_resident_2023"])
def test_invented_numbers_have_a_valid_check_character_and_an_impossible_birth(kind: str, module: Peripheral) -> None:
    for sex in "12":
        number = module.call("place", kind=kind, sex=sex)["number"]
        assert mod_11_2.is_valid(number)
        assert number[6:10] == "2099"


def test_a_given_number_brings_its_birth_date_and_sex(module: Peripheral, reader: SamIdentityReader) -> None:
    module.call("place", kind="resident_id", number="11010519491231002X", name="样本 甲")
    outcome = reader.read_document()
    assert isinstance(outcome, DocumentRead)
    assert (outcome.document.birth_date, outcome.document.sex) == ("19491231", "2")


def test_a_card_without_end_and_a_blank_chinese_name_are_read(module: Peripheral, reader: SamIdentityReader) -> None:
    module.call("place", kind="foreign_resident_2023", name="", valid_to="长期")
    outcome = reader.read_document()
    assert isinstance(outcome, DocumentRead)
    assert (outcome.document.name, outcome.document.valid_to) == ("", "长期")
    assert outcome.document.english_name


def test_a_document_left_lying_is_not_present_until_it_was_taken_away(
    module: Peripheral, reader: SamIdentityReader
) -> None:
    module.call("place")
    assert isinstance(reader.read_document(), DocumentRead)
    assert [reader.read_document() for _ in range(3)] == [NOT_PRESENT] * 3
    assert module.call("state")["was_read"] is True
    assert reader.status() == ONLINE
    module.call("remove")
    assert reader.read_document() == NOT_PRESENT
    module.call("place")
    assert isinstance(reader.read_document(), DocumentRead)


def test_an_unknown_kind_is_refused_as_another_kind(module: Peripheral, reader: SamIdentityReader) -> None:
    module.call("place", kind="resident_id", flag="Z")
    assert reader.read_document() == DocumentUnreadable(DocumentProblem.OTHER_KIND, 0x90)


@pytest.mark.parametrize(
    ("status_byte", "problem"),
    [
        (0x81, DocumentProblem.HOLD_STILL),
        (0x41, DocumentProblem.HOLD_STILL),
        (0x47, DocumentProblem.HOLD_STILL),
        (0x31, DocumentProblem.SUSPECT),
        (0x32, DocumentProblem.SUSPECT),
        (0x33, DocumentProblem.SUSPECT),
        (0x40, DocumentProblem.OTHER_KIND),
    ],
)
def test_a_failed_attempt_has_its_problem_and_the_next_one_reads(
    status_byte: int, problem: DocumentProblem, module: Peripheral, reader: SamIdentityReader
) -> None:
    module.call("place")
    module.call("fail_next", status_byte=status_byte)
    assert reader.read_document() == DocumentUnreadable(problem, status_byte)
    assert isinstance(reader.read_document(), DocumentRead)


@pytest.mark.parametrize("status_byte", [0x60, 0x66])
def test_a_module_out_of_service_says_so_and_comes_back(
    status_byte: int, module: Peripheral, reader: SamIdentityReader
) -> None:
    module.call("fail_next", status_byte=hex(status_byte), count=2)
    assert reader.status().action is Action.MAINTENANCE
    with pytest.raises(DeviceError) as caught:
        reader.read_document()
    assert caught.value.action is Action.MAINTENANCE
    assert reader.read_document() == NOT_PRESENT


@pytest.mark.parametrize("mode", ["noise_before", "dribble", "preamble_inside"])
def test_a_troubled_line_still_reads(mode: str, module: Peripheral, reader: SamIdentityReader) -> None:
    module.call("place")
    module.call("garble", mode=mode, count=3)
    assert isinstance(reader.read_document(), DocumentRead)
    assert module.call("state")["garbles_left"] == 0


def test_one_bad_checksum_is_asked_again(module: Peripheral, reader: SamIdentityReader) -> None:
    module.call("garble", mode="bad_checksum")
    assert reader.read_document() == NOT_PRESENT


def test_bad_checksums_without_end_are_a_bad_response(module: Peripheral, reader: SamIdentityReader) -> None:
    module.call("garble", mode="bad_checksum", count=2)
    with pytest.raises(BadResponseError):
        reader.read_document()


@pytest.mark.parametrize("mode", ["silence", "short"])
def test_silence_and_half_a_frame_are_no_answer(mode: str, module: Peripheral, reader: SamIdentityReader) -> None:
    module.call("garble", mode=mode)
    with pytest.raises(NoAnswerError):
        reader.status()
    assert reader.status() == ONLINE


def test_a_silent_module_is_not_opened(port: Path, module: Peripheral) -> None:
    module.call("garble", mode="silence", count=100)
    with pytest.raises(NoAnswerError):
        build(Options(port=str(port), **QUICK)).open()
    module.call("garble", mode="none")
    reader = build(Options(port=str(port), **QUICK))
    reader.open()
    reader.close()


def test_a_port_is_for_one_program_alone(port: Path, reader: SamIdentityReader) -> None:
    with pytest.raises(DeviceError, match="port_in_use"):
        build(Options(port=str(port), **QUICK)).open()


def test_an_unplugged_module_is_powered_off(module: Peripheral, port: Path, reader: SamIdentityReader) -> None:
    module.call("unplug")
    with pytest.raises(DisconnectedError, match="port_lost"):
        reader.status()
    reader.close()
    with pytest.raises(DisconnectedError, match="port_missing"):
        reader.open()
    assert not port.is_symlink()
    module.call("plug")
    reader.open()
    assert reader.status() == ONLINE


def test_close_may_be_called_twice_and_a_closed_reader_is_powered_off(reader: SamIdentityReader) -> None:
    reader.close()
    reader.close()
    with pytest.raises(DisconnectedError):
        reader.read_document()


@pytest.mark.parametrize(
    "request_fields",
    [
        {"verb": "place", "kind": "passport"},
        {"verb": "place", "shoe_size": "42"},
        {"verb": "place", "name": "名" * 16},
        {"verb": "garble", "mode": "loud"},
        {"verb": "fail_next", "status_byte": 256},
        {"verb": "dance"},
    ],
)
def test_the_bench_refuses_what_it_does_not_understand_and_goes_on(
    request_fields: dict[str, str], module: Peripheral, reader: SamIdentityReader
) -> None:
    with pytest.raises(PeripheralError):
        module.call(request_fields["verb"], **{name: it for name, it in request_fields.items() if name != "verb"})
    assert reader.status() == ONLINE


# --- through the worker --------------------------------------------------------------------------------------------


class Heard:
    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self._news = threading.Condition()

    def __call__(self, name: str, reading: Reading) -> None:
        with self._news:
            self.readings.append(reading)
            self._news.notify_all()

    def next(self, wanted: Callable[[Reading], bool]) -> Reading:
        """The first wanted reading not taken before."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(wanted, self.readings)), timeout=20)
            position = next(index for index, reading in enumerate(self.readings) if wanted(reading))
            taken, self.readings = self.readings[position], self.readings[position + 1 :]
            return taken


def is_word(word: DeviceWord) -> Callable[[Reading], bool]:
    return lambda reading: isinstance(reading, StatusChanged) and reading.status.word is word


def test_the_worker_sees_a_module_go_and_return_and_goes_on_looking(module: Peripheral, port: Path) -> None:
    heard = Heard()
    worker = DeviceWorker("identity_reader", build(Options(port=str(port), **QUICK)), heard, status_every_s=0.2)
    worker.start()
    heard.next(is_word(DeviceWord.ONLINE))
    worker.arm(lambda reader: reader.read_document(), every_s=0.1)
    heard.next(lambda reading: reading == NOT_PRESENT)
    for _ in range(2):
        module.call("unplug")
        heard.next(is_word(DeviceWord.POWER_OFF))
        module.call("plug")
        heard.next(is_word(DeviceWord.ONLINE))
    module.call("place")
    heard.next(lambda reading: isinstance(reading, DocumentRead))
    assert worker.stop(timeout_s=10)


def test_the_worker_calls_a_silent_module_a_hardware_error(module: Peripheral, port: Path) -> None:
    heard = Heard()
    worker = DeviceWorker("identity_reader", build(Options(port=str(port), **QUICK)), heard, status_every_s=0.2)
    worker.start()
    heard.next(is_word(DeviceWord.ONLINE))
    module.call("garble", mode="silence", count=1000)
    heard.next(is_word(DeviceWord.HARDWARE_ERROR))
    module.call("garble", mode="none")
    heard.next(is_word(DeviceWord.ONLINE))
    assert worker.stop(timeout_s=10)


# --- through the command line --------------------------------------------------------------------------------------


@pytest.fixture
def ini(tmp_path: Path, port: Path) -> Path:
    path = tmp_path / "kiosk.ini"
    path.write_text(f"[terminal]\nid = T1\n\n[identity_reader]\ndriver = sam_serial\nport = {port}\n", encoding="utf-8")
    return path


def test_the_command_line_shows_the_device_and_reads_a_document_masked(
    module: Peripheral, ini: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--config", str(ini)]) == 0
    assert "online" in capsys.readouterr().out
    placed = module.call("place", name="郑样本")
    assert main(["try", "identity_reader", "--config", str(ini)]) == 0
    shown = capsys.readouterr().out
    assert "郑*" in shown
    assert placed["number"][-4:] in shown
    assert "样本" not in shown
    assert placed["number"] not in shown


def test_the_command_line_tells_a_missing_device_with_exit_code_1(
    ini: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--config", str(ini)]) == 1
    assert "port_missing" in capsys.readouterr().out
    assert main(["try", "identity_reader", "--config", str(ini)]) == 1
    assert "powerOff" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[identity_reader]\ndriver = sam_seriel\n", "did you mean sam_serial?"),
        ("[identity_reader]\ndriver = sam_serial\nbuad = 9600\n", "did you mean baud?"),
        ("driver = sam_serial\n", "cannot be read"),
    ],
)
def test_the_command_line_explains_a_wrong_ini_file_with_exit_code_2(
    text: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kiosk.ini"
    path.write_text(text, encoding="utf-8")
    assert main(["status", "--config", str(path)]) == 2
    assert expected in capsys.readouterr().err


def test_the_command_line_lists_drivers_and_the_choice(ini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--config", str(ini)]) == 0
    listed = capsys.readouterr().out
    assert "sam_serial: resident-ID reader module" in listed
    assert "find_timeout_s" in listed
