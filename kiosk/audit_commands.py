"""`python -m kiosk audit ...`: the log by hand, of this terminal or an exported copy. May be used while it runs."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from kiosk.audit.catalogue import documentation
from kiosk.audit.keys import KeyFileError, PublicKey, public_key_of, terminal_key
from kiosk.audit.log import AuditFiles, read_lines, read_records, witnesses
from kiosk.audit.records import Link
from kiosk.audit.verify import verify
from kiosk.config import Settings
from kiosk.journal.entries import JournalError, StepKind
from kiosk.journal.reading import open_reader
from kiosk.services.staff.stick import Stick

DONE, BROKEN, WRONG_USE = 0, 1, 2


def list_records(settings: Settings, arguments: argparse.Namespace) -> int:
    for record in read_records(_log(settings, arguments)):
        facts = " ".join(f"{name}={value}" for name, value in record.facts.items())
        who = f"{record.role.value if record.role else '-'} {record.staff or '-'}"
        moment = f"{record.moment:%Y-%m-%d %H:%M:%S}"
        how = f"{record.phase.value} {record.disposition.value}"
        _say(f"{record.seq:6d}  {moment}  {record.word:24s} {how:16s} {who:14s} {facts}".rstrip())
    return DONE


def verify_log(settings: Settings, arguments: argparse.Namespace) -> int:
    path = _log(settings, arguments)
    if not path.exists():
        return _refused(f"{path}: there is no audit log")
    own = arguments.file is None
    key = _own_key(settings) if own else _key_beside(path)
    known = (*_journalled(settings), *witnesses(AuditFiles(settings.terminal.state_dir))) if own else ()
    proof = verify(read_lines(path), key, settings.terminal.id, known)
    for finding in proof.findings:
        _say(str(finding))
    if key is None:
        _say("without the key the seals were not checked")
    _say(f"{proof.records} records, sealed up to {proof.sealed_to}: {'sound' if proof.is_sound else 'BROKEN'}")
    return DONE if proof.is_sound else BROKEN


def export_log(settings: Settings, arguments: argparse.Namespace) -> int:
    """What a running terminal's staff page does too; there the copy is sealed to its end first."""
    path = AuditFiles(settings.terminal.state_dir).log
    key = _own_key(settings)
    if not path.exists() or key is None:
        return _refused(f"{path}: there is no audit log")
    stick = Stick(arguments.folder, must_be_mounted=False)
    name = f"audit-{settings.terminal.id}"
    content, key_text = path.read_bytes(), f"{key.text}\n".encode()
    problem = stick.write(f"{name}.jsonl", (content,), len(content))
    problem = problem or stick.write(f"{name}.key", (key_text,), len(key_text))
    if problem is not None:
        return _refused(f"{arguments.folder}: {problem.value.replace('_', ' ')}")
    _say(f"{arguments.folder / name}.jsonl")
    return DONE


def print_catalogue(_settings: Settings, _arguments: argparse.Namespace) -> int:
    for line in documentation():
        _say(line)
    return DONE


def _log(settings: Settings, arguments: argparse.Namespace) -> Path:
    return arguments.file or AuditFiles(settings.terminal.state_dir).log


def _own_key(settings: Settings) -> PublicKey | None:
    path = AuditFiles(settings.terminal.state_dir).key
    try:
        return terminal_key(path).public if path.exists() else None
    except KeyFileError:
        return None


def _key_beside(path: Path) -> PublicKey | None:
    try:
        return public_key_of(path.with_suffix(".key").read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError):
        return None


def _journalled(settings: Settings) -> tuple[Link, ...]:
    """The journal's witness; none while the terminal runs and holds it."""
    try:
        with closing(open_reader(settings.terminal.state_dir / "journal.sqlite")) as reader:
            sealed = [each.step for each in reader.steps() if each.step.kind is StepKind.AUDIT_SEALED]
    except JournalError:
        return ()
    return tuple(Link(int(step.subject), str(dict(step.facts)["hash"])) for step in sealed[-1:])


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _refused(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return WRONG_USE
