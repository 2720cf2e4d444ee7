from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

import pytest

from hardware.options import Fault, OptionProblem, describe_options, parse_options


class Connection(StrEnum):
    NETWORK = "network"
    SERIAL = "serial"


@dataclass(frozen=True)
class Options:
    host: str
    port: int = 9100
    timeout_s: float = 1.5
    is_wide: bool = False
    connection: Connection = Connection.NETWORK
    mode: Literal["shared", "exclusive"] = field(default="shared", metadata={"help": "who else may use it"})
    serial_port: Path | None = None
    patience: dict[str, float] = field(default_factory=dict)  # for tests of the driver; no ini file can hold it

    def __post_init__(self) -> None:
        if self.timeout_s > 60:
            raise ValueError("timeout_s is at most 60")


def problems(**texts: str) -> list[OptionProblem]:
    found = parse_options(Options, {"host": "printer", **texts})
    assert isinstance(found, tuple)
    return list(found)


def test_every_type_is_read_from_its_text() -> None:
    texts = {
        "host": " printer ",
        "port": "9200",
        "timeout_s": "0.5",
        "is_wide": "Yes",
        "connection": "serial",
        "mode": "exclusive",
        "serial_port": "/dev/ttyS0",
    }
    assert parse_options(Options, texts) == Options(
        "printer", 9200, 0.5, True, Connection.SERIAL, "exclusive", Path("/dev/ttyS0")
    )


def test_absent_options_keep_their_defaults_and_an_empty_one_is_none() -> None:
    assert parse_options(Options, {"host": "printer", "serial_port": ""}) == Options("printer")


def test_every_problem_is_told_at_once() -> None:
    found = parse_options(Options, {"prot": "1", "port": "x", "timeout_s": "inf", "is_wide": "maybe", "mode": "share"})
    assert isinstance(found, tuple)
    assert {(problem.fault, problem.key) for problem in found} == {
        (Fault.UNKNOWN_OPTION, "prot"),
        (Fault.WRONG_VALUE, "port"),
        (Fault.WRONG_VALUE, "timeout_s"),
        (Fault.WRONG_VALUE, "is_wide"),
        (Fault.WRONG_VALUE, "mode"),
        (Fault.MISSING_OPTION, "host"),
    }


def test_an_unknown_option_names_the_nearest_and_all_known() -> None:
    (problem,) = problems(prot="1")
    assert problem.nearest == "port"
    assert "did you mean port?" in str(problem)
    assert "serial_port" in str(problem)


def test_a_wrong_word_names_the_nearest_choice() -> None:
    (problem,) = problems(connection="seriell")
    assert (problem.nearest, problem.expected) == ("serial", "network | serial")


def test_the_drivers_own_rule_is_a_problem_and_no_traceback() -> None:
    (problem,) = problems(timeout_s="61")
    assert "at most 60" in str(problem)


@pytest.mark.parametrize("text", ["", " ", "1.5", "0x10", "nine"])
def test_a_text_that_is_no_whole_number_is_refused(text: str) -> None:
    assert [problem.key for problem in problems(port=text)] == ["port"]


def test_a_field_that_no_ini_file_can_hold_is_no_option() -> None:
    (problem,) = problems(patience="3")
    assert problem.fault is Fault.UNKNOWN_OPTION
    assert "patience" not in [option.name for option in describe_options(Options)]


def test_the_values_of_chosen_options_are_described_as_an_ini_file_would_say_them() -> None:
    chosen = Options("printer", is_wide=True, connection=Connection.SERIAL, serial_port=Path("/dev/ttyS0"))
    described = {option.name: option.text for option in describe_options(chosen)}
    assert [described[name] for name in ("host", "is_wide", "connection", "serial_port", "timeout_s")] == [
        "printer",
        "yes",
        "serial",
        "/dev/ttyS0",
        "1.5",
    ]


def test_options_are_described_for_people() -> None:
    described = {option.name: option for option in describe_options(Options)}
    assert [described[name].text for name in ("host", "port", "is_wide", "connection", "serial_port")] == [
        "required",
        "9100",
        "no",
        "network",
        "",
    ]
    assert described["mode"].type_name == "shared | exclusive"
    assert described["mode"].help == "who else may use it"
    assert described["serial_port"].type_name == "path or nothing"
