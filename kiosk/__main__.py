"""Command line of the terminal: `python -m kiosk --help`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.config import SettingFault, Settings, load
from kiosk.config.reader import CheckDevice, any_device

if TYPE_CHECKING:  # opened only by the commands that read it
    from kiosk.journal.reading import Reader

EXIT_SETTINGS = 2
EXIT_CHAIN_BROKEN = 1


def main() -> int:
    arguments = _parser().parse_args()
    if arguments.run is not _run:  # a command that prints: `... | head` ends quietly
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    return int(arguments.run(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kiosk", description="The lobby terminal.")
    parser.add_argument("--config", type=Path, default=Path("kiosk.ini"), help="settings (default: kiosk.ini)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "run", "start the terminal", _run)
    config = commands.add_parser("config", help="look at the settings").add_subparsers(required=True, metavar="WHAT")
    _add(config, "check", "say everything that is wrong with the settings", _config_check)
    _add(config, "show", "print every setting in force and where it comes from", _config_show)
    journal = commands.add_parser("journal", help="look at the journal").add_subparsers(required=True, metavar="WHAT")
    _add(journal, "list", "print the steps, newest last", _journal_list)
    _add(journal, "verify", "check the hash chain", _journal_verify)
    audit = commands.add_parser("audit", help="look at the audit log").add_subparsers(required=True, metavar="WHAT")
    _add_audit(audit, "list", "print the records, newest last", "list_records")
    _add_audit(audit, "verify", "find every deleted, edited, reordered or cut-off record", "verify_log")
    _add_audit(audit, "export", "copy the log to a folder, for instance of a stick", "export_log")
    _add_audit(audit, "catalogue", "print everything that the log can say", "print_catalogue")
    readiness = commands.add_parser("readiness", help="print the readiness report, of the running terminal or without")
    readiness.add_argument("--json", action="store_true", help="as JSON")
    readiness.add_argument("--language", choices=("zh", "en"), default="zh", help="of the words (default: zh)")
    readiness.set_defaults(run=_readiness)
    return parser


def _add_audit(commands: Any, name: str, words: str, function: str) -> None:
    parser = commands.add_parser(name, help=words, description=words)
    if name == "export":
        parser.add_argument("folder", type=Path, help="where the copy goes")
    if name in ("list", "verify"):
        parser.add_argument("--file", type=Path, help="an exported copy (with its .key beside it)")
    parser.set_defaults(run=_audit, function=function)


def _audit(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    if settings is None:
        return EXIT_SETTINGS
    from kiosk import audit_commands

    return int(getattr(audit_commands, arguments.function)(settings, arguments))


def _readiness(arguments: argparse.Namespace) -> int:
    settings = _checked_settings(arguments)
    if settings is None:
        return EXIT_SETTINGS
    from kiosk.readiness_command import print_readiness

    return print_readiness(settings, arguments.language, as_json=arguments.json)


def _add(commands: Any, name: str, words: str, run: object) -> None:  # argparse keeps the type of subparsers private
    commands.add_parser(name, help=words, description=words).set_defaults(run=run)


def _run(arguments: argparse.Namespace) -> int:
    settings = _checked_settings(arguments)
    if settings is None:
        return EXIT_SETTINGS
    from kiosk.environment import prepare_environment  # before anything imports Kivy

    prepare_environment(os.environ)
    from kiosk.app import run

    return run(settings)


def _checked_settings(arguments: argparse.Namespace) -> Settings | None:
    """With the devices' sections read by their drivers."""
    from kiosk.machine_devices import device_faults

    return _settings(arguments, device_faults)


def _settings(arguments: argparse.Namespace, check_device: CheckDevice = any_device) -> Settings | None:
    settings = load(arguments.config, check_device)
    if isinstance(settings, Settings):
        return settings
    _print_faults(settings)
    return None


def _print_faults(faults: tuple[SettingFault, ...]) -> None:
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(faults)} fault(s); nothing was started", file=sys.stderr)


def _config_check(arguments: argparse.Namespace) -> int:
    if _checked_settings(arguments) is None:
        return EXIT_SETTINGS
    print(f"{arguments.config}: no faults")
    return 0


def _config_show(arguments: argparse.Namespace) -> int:
    settings = _checked_settings(arguments)
    if settings is None:
        return EXIT_SETTINGS
    from kiosk.services.fleet.shown import service_in_force

    above = {shown.place: shown for shown in service_in_force(settings)}
    for place, text, is_given in (*_section_values(settings), *_device_values(settings)):
        origin = arguments.config.name if is_given else "default"
        shown = above.pop(place, None)
        print(f"{place} = {text}    ({origin})" if shown is None else f"{place} = {shown.value}    ({shown.origin})")
    for shown in above.values():
        print(f"{shown.place} = {shown.value}    ({shown.origin})")
    return 0


def _section_values(settings: Settings) -> Iterator[tuple[str, object, bool]]:
    for section, value in settings:
        if section != "devices":
            for key in type(value).model_fields:
                yield f"{section}.{key}", getattr(value, key), key in value.model_fields_set


def _device_values(settings: Settings) -> Iterator[tuple[str, object, bool]]:
    from hardware.options import describe_options
    from kiosk.machine_devices import chosen_devices

    for kind, choice in chosen_devices(settings).items():
        yield f"{kind}.driver", choice.name, True
        for option in describe_options(choice.options):
            yield f"{kind}.{option.name}", option.text, option.name in settings.devices[kind]


def _journal_list(arguments: argparse.Namespace) -> int:
    return _read_journal(arguments, _print_steps)


def _journal_verify(arguments: argparse.Namespace) -> int:
    return _read_journal(arguments, _print_chain)


def _print_steps(reader: Reader) -> int:
    for recorded in reader.steps():
        facts = " ".join(f"{name}={value}" for name, value in recorded.step.facts)
        moment = f"{recorded.at:%Y-%m-%d %H:%M:%S}"
        print(f"{recorded.seq:6d}  {moment}  {recorded.step.kind.value:22s} {recorded.step.subject}  {facts}")
    return 0


def _print_chain(reader: Reader) -> int:
    fault = reader.verify()
    if fault is not None:
        print(f"step {fault.seq}: {fault.what}")
        return EXIT_CHAIN_BROKEN
    print("the chain is whole")
    return 0


def _read_journal(arguments: argparse.Namespace, use: Callable[[Reader], int]) -> int:
    """Opens for reading only; while the terminal runs the file is its own."""
    from kiosk.journal.entries import JournalError
    from kiosk.journal.reading import open_reader

    settings = _settings(arguments)
    if settings is None:
        return EXIT_SETTINGS
    path = settings.terminal.state_dir / "journal.sqlite"
    if not path.exists():
        print(f"{path}: there is no journal yet", file=sys.stderr)
        return EXIT_SETTINGS
    try:
        with closing(open_reader(path)) as reader:
            return use(reader)
    except JournalError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return EXIT_SETTINGS


if __name__ == "__main__":
    sys.exit(main())
