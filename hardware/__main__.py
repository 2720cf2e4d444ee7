"""`python -m hardware`: the devices of this terminal by hand, without the terminal."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as IniError
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from hardware import registry, try_out
from hardware.errors import DeviceError
from hardware.options import OptionProblem
from hardware.ports import Action, DeviceStatus, DeviceWord
from hardware.registry import Choice

FIT, UNFIT, WRONG_USE = 0, 1, 2
STATUS_LIMIT_S = 15.0
NO_DEVICE = DeviceStatus(DeviceWord.NO_DEVICE, detail="not_configured")
NO_ANSWER = DeviceStatus(DeviceWord.HARDWARE_ERROR, Action.RESET, "no_answer")

HELP = """\
The devices of this terminal, by hand. Stop the terminal first: a device has one owner.

  python -m hardware list                      drivers, their options, what the ini file chose
  python -m hardware status                    open every device and show how it is
  python -m hardware try card_reader           read the card in the reader (shown masked)
  python -m hardware try identity_reader       read a document (shown masked)
  python -m hardware try code_scanner          watch the camera for 10 s (contents are not shown)
  python -m hardware try receipt_printer       print a test strip
  python -m hardware try speaker               play three tones
  python -m hardware try keypad                name the keys that are pressed

The ini file has one section per device, with `driver` and that driver's options.
"""
EXIT_CODES = "exit code: 0 all well, 1 a device is not fit or the action failed, 2 wrong use or ini file"


@dataclass(frozen=True)
class Section:
    """What the ini file says of one device; `driver` is empty when it says nothing."""

    kind: str
    driver: str
    options: Mapping[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        sections = read_sections(asked.config)
    except (OSError, UnicodeDecodeError, IniError) as error:
        return _wrong_use(f"{asked.config} cannot be read: {_one_line(error)}")
    match asked.command:
        case "list":
            return list_drivers(sections)
        case "status":
            return show_status(sections)
        case _:
            return try_device(sections[asked.device])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m hardware",
        description=HELP,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    config = argparse.ArgumentParser(add_help=False)
    config.add_argument("--config", type=Path, default=Path("kiosk.ini"), metavar="FILE", help="default: kiosk.ini")
    commands = parser.add_subparsers(dest="command", required=True, metavar="list | status | try DEVICE")
    commands.add_parser("list", parents=[config], help="drivers, their options, what the ini file chose")
    commands.add_parser("status", parents=[config], help="open every device and show how it is")
    trial = commands.add_parser("try", parents=[config], help="one real action with one device")
    trial.add_argument("device", choices=registry.KINDS, metavar="DEVICE", help=", ".join(registry.KINDS))
    return parser


def read_sections(config: Path) -> dict[str, Section]:
    """The device sections of the ini file; the others are the terminal's business."""
    ini = ConfigParser(interpolation=None)
    with config.open(encoding="utf-8") as text:
        ini.read_file(text)
    return {kind: _section(kind, dict(ini[kind]) if ini.has_section(kind) else {}) for kind in registry.KINDS}


def _section(kind: str, texts: dict[str, str]) -> Section:
    driver = texts.pop("driver", "").strip()
    return Section(kind, "" if driver == "none" else driver, texts)


# --- list ----------------------------------------------------------------------------------------------------------


def list_drivers(sections: Mapping[str, Section]) -> int:
    wrong = 0
    for kind, section in sections.items():
        print(kind)
        for driver in registry.drivers(kind):
            print(f"  {driver.name}: {driver.summary}")
            _print_options(kind, driver.name)
        wrong += _print_choice(section)
    return WRONG_USE if wrong else FIT


def _print_options(kind: str, name: str) -> None:
    options = registry.options_of(kind, name)
    if isinstance(options, OptionProblem):
        print(f"    ({options})")
        return
    for option in options:
        print(f"    {option.name:<20} = {option.text:<16} {option.type_name}; {option.help}".rstrip("; "))


def _print_choice(section: Section) -> int:
    """How many problems the section has."""
    if not section.driver:
        print("  -> this terminal: none\n")
        return 0
    choice = _choice_of(section)
    problems = () if isinstance(choice, Choice) else choice
    bench = " (bench)" if isinstance(choice, Choice) and choice.is_bench else ""
    told = ", ".join(f"{key} = {value}" for key, value in section.options.items())
    print(f"  -> this terminal: {section.driver}{bench} {told}".rstrip())
    for problem in problems:
        print(f"     wrong: {problem}")
    print()
    return len(problems)


# --- status --------------------------------------------------------------------------------------------------------


def show_status(sections: Mapping[str, Section]) -> int:
    choices = {kind: _choice_of(section) for kind, section in sections.items() if section.driver}
    if not _report_problems(choices):
        return WRONG_USE
    found = _ask_all({kind: choice for kind, choice in choices.items() if isinstance(choice, Choice)})
    print(f"{'device':<16} {'word':<15} {'action':<14} {'paper':<8} detail")
    for kind in sections:
        status = found.get(kind, NO_DEVICE)
        print(
            f"{kind:<16} {status.word:<15} {status.action or '-':<14} {status.paper or '-':<8} {status.detail or '-'}"
        )
    return FIT if all(status.is_online for status in found.values()) else UNFIT


def _choice_of(section: Section) -> Choice | tuple[OptionProblem, ...]:
    return registry.choose(section.kind, section.driver, section.options)


def _report_problems(choices: Mapping[str, Choice | tuple[OptionProblem, ...]]) -> bool:
    """False when there are any; they are printed, all of them."""
    problems = [
        f"[{kind}] {problem}" for kind, choice in choices.items() if isinstance(choice, tuple) for problem in choice
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    return not problems


def _ask_all(choices: Mapping[str, Choice]) -> dict[str, DeviceStatus]:
    """All devices at once, each on a thread of its own; one that hangs is left behind after the limit."""
    found: dict[str, DeviceStatus] = dict.fromkeys(choices, NO_ANSWER)

    def ask(kind: str, choice: Choice) -> None:
        found[kind] = _ask(choice)

    threads = [threading.Thread(target=ask, args=item, daemon=True) for item in choices.items()]
    for thread in threads:
        thread.start()
    deadline = monotonic() + STATUS_LIMIT_S
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))
    return dict(found)


def _ask(choice: Choice) -> DeviceStatus:
    driver = choice.build()
    try:
        driver.open()
        return driver.status()
    except DeviceError as error:
        return error.status
    finally:
        driver.close()


# --- try -----------------------------------------------------------------------------------------------------------


def try_device(section: Section) -> int:
    if not section.driver:
        return _wrong_use(f"the ini file has no driver in [{section.kind}]")
    choice = _choice_of(section)
    if isinstance(choice, tuple):
        return _wrong_use("\n".join(f"[{section.kind}] {problem}" for problem in choice))
    driver = choice.build()
    try:
        driver.open()
        return FIT if try_out.ACTIONS[section.kind](driver, print) else UNFIT
    except DeviceError as error:
        status = error.status
        print(f"{section.kind}: {status.word}, {status.detail}; to act: {status.action or '-'}", file=sys.stderr)
        return UNFIT
    finally:
        driver.close()


def _wrong_use(problem: str) -> int:
    print(problem, file=sys.stderr)
    return WRONG_USE


def _one_line(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split())


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `... | head` ends quietly
    sys.exit(main())
