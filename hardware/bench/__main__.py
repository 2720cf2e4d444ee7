"""`python -m hardware.bench`: the whole bench, and every act on it by hand."""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from hardware.bench.client import Client, Reply, fields_of

DONE, REFUSED, WRONG_USE = 0, 1, 2
DEFAULT_URL = "http://127.0.0.1:18090"
MODULES: Mapping[str, str] = {
    "card": "hardware.bench.card",
    "identity": "hardware.bench.identity_module",
    "camera": "hardware.bench.camera",
    "printer": "hardware.bench.printer",
    "network": "hardware.bench.network",
    "reader": "hardware.bench.pcscd",
    "speaker": "hardware.bench.speaker",
    "keypad": "hardware.bench.keypad",
}

HELP = """\
The bench: every device of the terminal as a program of its own, and one place to act on them.

  python -m hardware.bench serve                        start everything; the page is at http://127.0.0.1:18090/
  python -m hardware.bench state                        how every peripheral is
  python -m hardware.bench drawer                       the invented people

  python -m hardware.bench identity place person=employee_normal     lay somebody's document on the reader
  python -m hardware.bench card insert person=employee_normal        put somebody's card in; kind=mute: a bad one
  python -m hardware.bench camera show content=SSK1:example          hold a code before the camera
  python -m hardware.bench printer paper level=out                   take the paper out
  python -m hardware.bench speaker headset on=true                   plug a headset in; played: what was heard
  python -m hardware.bench keypad press key=down                     press one of the five keys
  python -m hardware.bench network cut                               cut the line to the backend
  python -m hardware.bench PERIPHERAL --help                         all verbs of one peripheral

  python -m hardware.bench phone payer-code behaviour=pays           a payment code on the payer's phone
  python -m hardware.bench phone pay code_url=weixin://...           scan and pay what the terminal shows
  python -m hardware.bench payment faults hold_notifications=true    faults of the payment sandbox

  python -m hardware.bench elements                     what is on the terminal's screen
  python -m hardware.bench tap confirm                  touch an element (or: tap 540 900)
  python -m hardware.bench screen FILE.png              the terminal's screen as a picture
"""
EPILOG = """\
value: true, false, null, a number, JSON, or text; digits longer than 9 are text, and so is key='"12"'
exit code: 0 done, 1 refused (the reason is printed), 2 wrong use
"""


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    if asked.command == "serve":
        return _serve(asked)
    try:
        reply = _reply(asked, Client(asked.url.rstrip("/")))
    except ValueError as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    print(json.dumps(reply.content, ensure_ascii=False, indent=1))
    return DONE if reply.is_done else REFUSED


def _reply(asked: argparse.Namespace, client: Client) -> Reply:
    match asked.command:
        case "state" | "drawer" | "staff-cards":
            return client.get(asked.command)
        case "elements":
            return client.get("screen/elements")
        case "tap":
            return client.post("screen/tap", _target(asked.target))
        case "screen":
            return _save(client.picture(), asked.file)
        case "phone" | "payment":
            return client.post(f"{asked.command}/{asked.verb}", fields_of(asked.fields))
        case peripheral:
            return client.post(f"{peripheral}/{asked.verb}", fields_of(asked.fields))


def _target(words: Sequence[str]) -> dict[str, str | int]:
    match words:
        case [element_id]:
            return {"id": element_id}
        case [x, y] if x.isdecimal() and y.isdecimal():
            return {"x": int(x), "y": int(y)}
        case _:
            raise ValueError("tap an element's id, or x and y in pixels")


def _save(reply: Reply, file: Path) -> Reply:
    if not reply.is_done:
        return reply
    file.write_bytes(reply.content)
    return Reply(True, {"file": str(file)})


def _serve(asked: argparse.Namespace) -> int:
    from hardware.bench.serving import Plan, serve_bench  # the client verbs start faster without it

    plan = Plan(**{name: getattr(asked, name) for name in Plan.__dataclass_fields__})
    try:
        serve_bench(plan)
    except OSError as error:
        print(f"port {plan.port} on {plan.host}: {error.strerror}", file=sys.stderr)
        return REFUSED
    return DONE


# --- the command line ----------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m hardware.bench",
        description=HELP,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="%(prog)s [--url URL] COMMAND ...",
    )
    parser.add_argument("--url", default=DEFAULT_URL, help="the bench's control interface (%(default)s)")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", title="commands", prog=parser.prog
    )
    _add_serve(commands.add_parser("serve", help="start everything", formatter_class=_Defaults))
    commands.add_parser("state", help="how every peripheral is")
    commands.add_parser("drawer", help="the invented people")
    commands.add_parser("staff-cards", help="the bench's staff cards and their PINs")
    commands.add_parser("elements", help="what is on the terminal's screen")
    tap = commands.add_parser("tap", help="touch the terminal's screen")
    tap.add_argument("target", nargs="+", help="an element's id, or x and y in pixels")
    screen = commands.add_parser("screen", help="the terminal's screen as a picture")
    screen.add_argument("file", type=Path, help="PNG to write")
    _add_acts(commands.add_parser("phone", help="the payer's phone: scan, pay, decline, payer-code, password, cancel"))
    _add_acts(commands.add_parser("payment", help="the payment sandbox: faults, release, clock"))
    for name, module in MODULES.items():
        head = _head_of(module)
        _add_acts(
            commands.add_parser(
                name,
                help=head.splitlines()[0].replace("%", "%%"),
                description=head,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )
    return parser


class _Defaults(argparse.ArgumentDefaultsHelpFormatter):
    """Every option tells what holds without it."""


def _add_acts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("verb", metavar="VERB")
    parser.add_argument("fields", nargs="*", metavar="key=value")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    say = parser.add_argument
    say("--host", default="127.0.0.1", help="address of the page and the control interface")
    say("--port", type=int, default=18090, help="port of both")
    say("--people", type=Path, default=Path("backend/seed_people.toml"), help="the drawer of invented people")
    cards = Path("var/bench/staff/cards.json")
    say("--staff-cards", type=Path, default=cards, help="the bench's staff cards")
    say("--spool", type=Path, default=Path("var/bench/receipts"), help="folder that receipts fall into")
    say("--pcsc-port", type=int, default=15963, help="port of the card reader's first slot")
    say("--identity-link", type=Path, default=Path("var/bench/identity-reader"), help="the ID reader's serial port")
    say("--camera-port", type=int, default=18091, help="port of the camera's stream")
    say("--printer-port", type=int, default=19100, help="port of the receipt printer")
    say("--speaker-port", type=int, default=18096, help="port of the speaker")
    say("--jack-link", type=Path, default=Path("var/bench/jack"), help="the headset's jack")
    say("--keypad-link", type=Path, default=Path("var/bench/keypad"), help="the tactile keypad")
    say("--network-port", type=int, default=18082, help="port where the terminal finds the backend")
    say("--backend-port", type=int, default=18080, help="port of the backend itself")
    say("--sandbox-url", default="http://127.0.0.1:18081", help="the payment sandbox")
    say("--display", default=os.environ.get("DISPLAY", ":0"), help="the terminal's X display")
    say("--frame-dir", type=Path, default=None, help="-fbdir of its Xvfb; without it the screen is a real one")
    say("--elements-url", default="http://127.0.0.1:18095/elements", help="the terminal's remote view")


def _head_of(module: str) -> str:
    """A program's docstring, without loading the program."""
    spec = find_spec(module)
    source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    return ast.get_docstring(ast.parse(source)) or module


if __name__ == "__main__":
    sys.exit(main())
