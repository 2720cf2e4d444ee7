"""The repository held to its own rules: what READMEs name exists, what is tracked belongs here, texts are used."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path

import pytest

from hardware import ports
from kiosk.central.wire import ProblemCode
from kiosk.domain import application, codes, contact, identity_document, receipt
from kiosk.flow import keyboard, views
from kiosk.flow.staff.facts import Verdict
from kiosk.i18n import WRITTEN_LANGUAGES, load_catalogue
from tests.unit.errand_families import CHOICES, PREFIXED, TROUBLES, errand_families
from tests.unit.staff_families import staff_families

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 500
FONTS = (".otf", ".ttf", ".ttc", ".woff2")
PACKAGES = ("kiosk", "screens", "hardware", "backend", "simulation", "deploy")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, timeout=30
    )
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return tuple(file for file in files if file.is_file())


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def is_binary(path: Path) -> bool:
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return b"\0" in content


def names(files: Iterator[Path] | list[Path]) -> list[str]:
    return [str(file.relative_to(ROOT)) for file in files]


def sources(*folders: str) -> list[Path]:
    inside = tuple(ROOT / folder for folder in folders)
    return [file for file in tracked() if file.suffix in (".py", ".kv") and any(map(file.is_relative_to, inside))]


# --- README ----------------------------------------------------------------------------------------------------------

READMES = sorted(file for file in tracked() if file.name in ("README.md", "THIRD_PARTY_NOTICES.md"))


def test_the_readme_names_every_folder_of_the_first_level() -> None:
    folders = {file.relative_to(ROOT).parts[0] for file in tracked() if len(file.relative_to(ROOT).parts) > 1}
    readme = text_of(ROOT / "README.md")
    missing = {folder for folder in folders if not folder.startswith(".") and f"`{folder}/`" not in readme}
    assert not missing


def test_the_readme_names_every_make_target() -> None:
    targets = re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE)
    readme = text_of(ROOT / "README.md")
    assert len(targets) >= 5
    assert not [target for target in targets if f"`make {target}`" not in readme]


# Inline code that is a path: with a slash, or a name with one of our endings. Capitals stand for something to put in.
_PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?)`")
_LINK = re.compile(r"\]\(([^)#:]+)\)")
_ENDINGS = (".py", ".kv", ".md", ".toml", ".ini", ".sh", ".txt", ".json", ".sql", ".svg", ".service", ".rules", ".conf")
_MADE_AT_RUN_TIME = ("out/", "var/")


EXAMPLES = {
    "assets/locale/de/",  # the recipe for a language makes it
    "package.json",  # a file of somebody else's package
}


def paths_named_in(readme: Path) -> Iterator[str]:
    for found in _PATH.findall(text_of(readme)):
        if ("/" in found or found.endswith(_ENDINGS)) and not found.startswith((*_MADE_AT_RUN_TIME, ".")):
            yield found
    yield from _LINK.findall(text_of(readme))


def exists(name: str, readme: Path) -> bool:
    """Where it is meant to be: from the root, from the README's folder, or one file name anywhere."""
    if (ROOT / name).exists() or (readme.parent / name).exists():
        return True
    is_bare = "/" not in name
    return is_bare and any(file.name == name and file.is_relative_to(readme.parent) for file in tracked())


@pytest.mark.parametrize("readme", READMES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_that_a_readme_names_exists(readme: Path) -> None:
    is_placeholder = re.compile(r"[A-Z]{4,}")
    named = [
        name for name in paths_named_in(readme) if not is_placeholder.search(Path(name).stem) or (ROOT / name).exists()
    ]
    assert not [name for name in named if not exists(name, readme) and name not in EXAMPLES]


# --- what is tracked -------------------------------------------------------------------------------------------------


def test_nothing_binary_is_tracked_but_fonts() -> None:
    assert not names(file for file in tracked() if is_binary(file) and file.suffix not in FONTS)


def test_the_lock_file_names_no_package_index() -> None:
    lock = text_of(ROOT / "requirements.lock")
    assert not re.findall(
        r"^\s*(?:-i|--index-url|--extra-index-url|--find-links|--trusted-host)\b.*", lock, re.MULTILINE
    )
    assert "://" not in lock


def test_every_package_in_the_lock_file_has_a_hash() -> None:
    packages = re.split(r"^(?=[A-Za-z0-9])", text_of(ROOT / "requirements.lock"), flags=re.MULTILINE)
    packages = [package for package in packages if "==" in package.split("\n", 1)[0]]
    assert len(packages) > 50
    assert not [package.split("\n", 1)[0] for package in packages if "--hash=sha256:" not in package]


# Assembled, so that this file does not hold what it looks for.
_OWN_MACHINE = re.compile(
    "|".join(("/" + "home/[a-z]", "/" + "Users/[A-Za-z]", "/" + "work/", "/" + "root/", r"C:\\" + "Users"))
)


def test_no_path_of_somebody_s_machine_is_tracked() -> None:
    assert not names(file for file in tracked() if not is_binary(file) and _OWN_MACHINE.search(text_of(file)))


LONGER = {
    "tests/screens/samples.py",
    "tests/unit/hardware/test_worker.py",
    "tests/unit/services/test_devices.py",
    "hardware/ports.py",
    "kiosk/central/wire.py",
}
"""Files that have outgrown the limit and wait to be divided; nothing is added here."""


def test_no_source_file_is_longer_than_five_hundred_lines() -> None:
    files = sources(*PACKAGES, "tests")
    too_long = {name for name, file in zip(names(files), files, strict=True) if line_count(file) > MOST_LINES}
    assert too_long <= LONGER


def line_count(file: Path) -> int:
    return text_of(file).count("\n")


def test_every_module_says_what_it_is_for() -> None:
    """An `__init__.py` that only marks a folder may be empty; the packages of the first level say what they are."""
    silent = [file for file in sources(*PACKAGES) if file.suffix == ".py" and ast.get_docstring(_tree(file)) is None]
    is_mark = [file for file in silent if file.name == "__init__.py" and not text_of(file).strip()]
    assert not names([file for file in silent if file not in is_mark])


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_what_it_is_for(package: str) -> None:
    text = text_of(ROOT / package / "__init__.py")
    assert ast.get_docstring(ast.parse(text)) or (ROOT / package / "README.md").is_file()


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(text_of(file))


# --- texts -----------------------------------------------------------------------------------------------------------


def words_of(*enums: type[Enum], without: tuple[str, ...] = ()) -> frozenset[str]:
    return frozenset(str(member.value).lower() for enum in enums for member in enum) - frozenset(without)


MISSING = frozenset({"identity_reader", "central", "paper", "receipt_printer", "payments", "clock", "code_scanner"})
PANEL = frozenset({"on", "off", "repeat", "pause", "resume", "slower", "faster", "softer", "louder"})
SCAN_PROBLEMS = words_of(ports.CameraTrouble) | {"several_codes", "oversized", "not_payment"}
CLOSED_PROBLEMS = frozenset({"closed", "cancelled", "checked", "refunded", "payment_unavailable"})
INTERIM = words_of(receipt.InterimKind)
REFUSED = frozenset({"with_the_office", "rejected"})
NOT_REPLACEABLE = words_of(application.CardState, without=("normal", "pre_lost", "lost", "locked")) | {"no_card"}


def trouble_words() -> frozenset[str]:
    """Those the flow names itself, every word of the wire, and the states in which a card cannot be replaced."""
    named = (
        call.args[0].value
        for file in sources("kiosk/flow")
        for call in ast.walk(_tree(file))
        if isinstance(call, ast.Call) and _name(call.func) == "Troubled" and isinstance(call.args[0], ast.Constant)
    )
    return frozenset(map(str, named)) | words_of(ProblemCode) | {f"card_{state}" for state in NOT_REPLACEABLE}


def families() -> dict[str, frozenset[str]]:
    """Keys that are put together at run time, `{}` for what is put in, and every word that can be put in."""
    trouble = trouble_words() | frozenset(TROUBLES)
    return {
        **staff_families(),
        **errand_families(keys_by_language()["zh"]),
        "address_detail.problem.{}": words_of(contact.AddressFault) | {"composing"},
        "card_state.{}": words_of(application.CardState),
        "check.reason.{}": words_of(application.Reason),
        "hand_in.problem.{}": words_of(ports.CardProblem, without=("no_card",)) | {"other_person"},
        "enrol.problem.{}": words_of(ports.CameraTrouble)
        | {
            "not_a_ticket",
            "unreachable",
            "untrusted",
            "ticket_refused",
            "denied",
            "disk",
            "several_codes",
            "oversized",
        },
        "help.step{}": frozenset("123456"),
        "identify.problem.{}": words_of(ports.DocumentProblem, without=("not_present",))
        | words_of(identity_document.DocumentFault),
        "insured.{}": words_of(application.InsuredType),
        "missing.{}": MISSING,
        "mobile.problem.{}": words_of(contact.MobileFault),
        "out_of_service.reason.{}": frozenset(
            {"starting", "central", "journal", "screens", "engine", "settling", "by_staff", "hours", "closed", "remote"}
        ),
        "pay.problem.{}": words_of(_payment_failure()) | CLOSED_PROBLEMS,
        "pay_scan.problem.{}": SCAN_PROBLEMS | {codes.CodeKind.LOOKS_LIKE_ID_NUMBER.value, codes.CodeKind.RESUME.value},
        "receipt.problem.{}": words_of(ports.PrintProblem),
        **{f"refused.{{}}.{part}": REFUSED for part in ("title", "what", "money", "free")},
        **{f"slip.interim.{{}}.{part}": INTERIM for part in ("title", "subtitle", "what", "money", "next")},
        "screen.{}": frozenset({"back", "help", "end", "theme", "size", "reach"}),
        "screen.attract.{}": frozenset({"one", "two", "three"}),
        "screen.phase.{}": words_of(views.Phase),
        "speech.panel.{}": PANEL,
        "speech.size.{}": words_of(views.Size),
        "speech.theme.{}": words_of(views.Theme),
        "screen.key.{}": frozenset(keyboard.KEY_NAMES.values()),
        "screen.keyboard.{}": words_of(keyboard.KeyboardPage),
        "slip.reason_{}": words_of(application.Reason),
        "staff_slip.verdict_{}": words_of(Verdict),
        "trouble.{}.do": trouble,
        "trouble.{}.title": trouble,
        "trouble.{}.what": trouble,
        "trouble.option.{}": frozenset({"again", "finish"}) | CHOICES,
    }


def _payment_failure() -> type[Enum]:
    from kiosk.central.wire import PaymentFailure

    return PaymentFailure


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


SPEAKING = {"text": "", "say": "slip."}
"""Functions that take a key, and what they put before it."""


def templates(node: ast.expr) -> Iterator[str]:
    """The keys that an argument can be: a literal, an f-string with `{}` for its holes, both arms of a choice."""
    match node:
        case ast.Constant(value=str(key)):
            yield key
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case ast.IfExp(body=first, orelse=second):
            yield from templates(first)
            yield from templates(second)
        case _:
            pass


def spoken_in(file: Path) -> Iterator[str]:
    """Every key handed to `text(...)` or `say(...)` in one file."""
    if file.suffix == ".kv":
        yield from re.findall(r'\btext\("([^"]+)"', text_of(file))
        return
    for call in ast.walk(_tree(file)):
        if isinstance(call, ast.Call) and call.args and _name(call.func) in SPEAKING:
            prefix = SPEAKING[_name(call.func)]
            yield from (prefix + template for template in templates(call.args[0]))


def mentioned_in(file: Path) -> Iterator[str]:
    """Every string of a file: a key may be kept in a table or a variable before it is spoken."""
    if file.suffix == ".py":
        for node in ast.walk(_tree(file)):
            if isinstance(node, (ast.Constant, ast.JoinedStr)):
                for template in templates(node):
                    yield from (prefix + template for prefix in SPEAKING.values())


SPEAKERS = ("kiosk/flow", "kiosk/services", "kiosk/speech", "screens")
DATA = {"literal", "bilingual"}
"""Texts that are data; see `kiosk/flow/texts.py`."""
NO_KEYS = {"slip.{}", *PREFIXED}
"""What the speaker itself puts together."""


def spoken() -> frozenset[str]:
    return frozenset(key for file in sources(*SPEAKERS) for key in spoken_in(file)) - DATA - NO_KEYS


def keys_by_language() -> dict[str, frozenset[str]]:
    catalogue = load_catalogue(ROOT / "assets" / "locale")
    return {language.value: frozenset(catalogue.texts[language]) for language in WRITTEN_LANGUAGES}


def in_families() -> frozenset[str]:
    return frozenset(template.format(word) for template, words in families().items() for word in words)


@pytest.mark.parametrize("language", [language.value for language in WRITTEN_LANGUAGES])
def test_every_text_that_is_spoken_is_there(language: str) -> None:
    literal = {key for key in spoken() if "{}" not in key}
    assert len(literal) > 200
    assert not sorted((literal | in_families()) - keys_by_language()[language])


def test_every_key_put_together_at_run_time_belongs_to_a_known_family() -> None:
    assert not sorted({key for key in spoken() if "{}" in key} - families().keys())


@pytest.mark.parametrize("language", [language.value for language in WRITTEN_LANGUAGES])
def test_no_text_is_without_use(language: str) -> None:
    mentioned = frozenset(key for file in sources(*SPEAKERS) for key in mentioned_in(file))
    unused = keys_by_language()[language] - spoken() - mentioned - in_families()
    assert not sorted(unused)
