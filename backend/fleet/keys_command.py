"""`python -m backend keys ...`: the key ceremony, in words people can follow."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from backend.clock import SystemClock
from backend.fleet.ceremony import (
    DEFAULT_ROOT_LIFE,
    RoleKeys,
    add_signature,
    in_words,
    is_worth_signing,
    new_root,
    open_for_signing,
    rotated,
    sign_root,
)
from backend.fleet.key_files import KeyFileError, make_key, needs_passphrase, read_public, read_signer
from kiosk.fleet.bundle import MAX_BUNDLE_BYTES
from kiosk.fleet.envelope import Envelope
from kiosk.fleet.refusals import Refused
from kiosk.fleet.risk import sections_of
from kiosk.fleet.roots import MAX_ROOT_BYTES, ROOT_TYPE, Root, open_root
from kiosk.fleet.strict_json import decode

BENCH_HOSTS = ("app.example.org", "wechat.example.org", "www.example.org")

EPILOG = """the ceremony, on a machine without a network:
  1. each person makes a key of their own and keeps it:   keys make anna --out /media/anna
     (root keys and release keys; the backend's director key is made on the backend)
  2. one person prepares the root:
       keys root --out roots/1.json --root anna.pub bert.pub --release cora.pub dana.pub \\
                 --director director.pub --host app.example.org
  3. as many root keys as it says sign it, one after another:
       keys sign roots/1.json --key /media/anna/anna.key
  4. roots/ and the director's key go into the backend's --fleet-dir

a bundle: download it from the console, then          keys sign bundle.json --before running.json --key cora.key
a stolen key, or every two years:                     keys rotate roots/1.json --out roots/2.json ... [--new-epoch]
to play with, all keys in one place, no passphrases:  keys bench --out var/backend/fleet
"""

Run = Callable[[argparse.Namespace], int]


def add_keys_command(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    parser = add_parser(
        "keys",
        help="the key ceremony: make keys and roots of trust, sign bundles",
        description="Make keys and roots of trust, and sign bundles. None of it touches the database.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="step")

    def add(name: str, run: Run, summary: str) -> argparse.ArgumentParser:
        step = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
        step.set_defaults(run=partial(guarded, run))
        return step

    make = add("make", _make, "make one key: NAME.key to keep, NAME.pub to hand out")
    make.add_argument("name", help="whose key it is, for instance release-anna")
    make.add_argument("--out", type=Path, default=Path(), help="folder (default: here)")
    make.add_argument("--plain", action="store_true", help="without a passphrase: for the bench, or a sealed disk")

    _role_arguments(add("root", _root, "prepare the first root of trust, to be signed"))
    rotate = add("rotate", _rotate, "prepare the root after another one, to be signed by keys of both")
    rotate.add_argument("old", type=Path, help="the newest root")
    rotate.add_argument("--new-epoch", action="store_true", help="after a stolen director's key: versions start anew")
    _role_arguments(rotate)

    sign = add("sign", _sign, "add a signature to a root or a bundle, after showing it in words")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", type=Path, required=True)
    sign.add_argument("--before", type=Path, help="the bundle that runs now, to say what changes")
    sign.add_argument("--yes", action="store_true", help="do not ask")
    show = add("show", _show, "say in words what is in a root or a bundle")
    show.add_argument("file", type=Path)
    show.add_argument("--before", type=Path)
    bench = add("bench", _bench, "every key and a signed root in one folder, without passphrases")
    bench.add_argument("--out", type=Path, required=True)


def guarded(run: Run, options: argparse.Namespace, _settings: object = None) -> int:
    """Bad input is a sentence, never a traceback."""
    try:
        return run(options)
    except KeyFileError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    except ValueError as error:
        first = str(error).splitlines()
        print("this root cannot work: " + " ".join(first[:3]), file=sys.stderr)
    return 2


def make_bench_keys(folder: Path, now: datetime, hosts: Sequence[str] = BENCH_HOSTS) -> None:
    """Two root keys, two release keys, a director key and `roots/1.json`; nothing when they are there."""
    if (folder / "roots" / "1.json").exists():
        return
    public = {n: make_key(folder, n, None) for n in ("root-a", "root-b", "release-a", "release-b", "director")}
    roles = RoleKeys(
        (public["root-a"], public["root-b"]), public["director"], (public["release-a"], public["release-b"])
    )
    root = new_root(roles, hosts, 1, 0, now + DEFAULT_ROOT_LIFE)
    signers = [read_signer(folder / f"{name}.key", None) for name in ("root-a", "root-b")]
    (folder / "roots").mkdir(exist_ok=True)
    (folder / "roots" / "1.json").write_bytes(sign_root(root, signers))


# --- steps ------------------------------------------------------------------------------------------------------------


def _role_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--out", type=Path, required=True, help="where the root goes; the backend wants VERSION.json")
    add("--root", type=Path, nargs="+", required=True, metavar="PUB", help="keys that may change the root")
    add("--release", type=Path, nargs="+", required=True, metavar="PUB", help="keys that sign bundles; at least two")
    add("--director", type=Path, required=True, metavar="PUB", help="the backend's own key")
    add("--host", nargs="*", default=[], help="hosts that a bundle may lead to")
    add("--root-threshold", type=int, default=2, help="how many must sign a root (default %(default)s)")
    add("--sensitive-threshold", type=int, default=2, help="how many for money and trust (default %(default)s)")
    add("--days", type=int, default=DEFAULT_ROOT_LIFE.days, help="how long it is valid (default %(default)s)")


def _make(options: argparse.Namespace) -> int:
    passphrase = None if options.plain else _new_passphrase()
    key = make_key(options.out, options.name, passphrase)
    print(f"made {options.out / options.name}.key; keep it, nobody else ever needs it")
    print(f"made {options.out / options.name}.pub; hand it to whoever prepares the root. Its id is {key.keyid[:8]}...")
    return 0


def _root(options: argparse.Namespace) -> int:
    expires = SystemClock().now() + DEFAULT_ROOT_LIFE / DEFAULT_ROOT_LIFE.days * options.days
    return _write_root(options, new_root(_roles(options), options.host, 1, 0, expires))


def _rotate(options: argparse.Namespace) -> int:
    old = _read_root(options.old)
    expires = SystemClock().now() + DEFAULT_ROOT_LIFE / DEFAULT_ROOT_LIFE.days * options.days
    hosts = options.host or old.hosts
    root = rotated(old, _roles(options), hosts, expires, has_new_epoch=options.new_epoch)
    print("It needs signatures by keys of the old root AND by keys of this one.")
    return _write_root(options, root)


def _write_root(options: argparse.Namespace, root: Root) -> int:
    if options.out.exists():
        raise KeyFileError(f"{options.out} is there already; a root is never overwritten")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(root.to_bytes())
    for line in in_words(Envelope(ROOT_TYPE, root.to_bytes(), {})):
        print(line)
    print(f"written to {options.out}; now: keys sign {options.out} --key ...")
    return 0


def _sign(options: argparse.Namespace) -> int:
    envelope = _opened(options.file)
    for line in in_words(envelope, _before(options)):
        print(line)
    if not is_worth_signing(envelope):
        raise KeyFileError("nothing was signed: no terminal would take this")
    if not options.yes and input("Sign exactly this? Type yes: ").strip().lower() != "yes":
        print("not signed")
        return 1
    passphrase = getpass.getpass("Passphrase: ").encode() if needs_passphrase(options.key) else None
    options.file.write_bytes(add_signature(envelope, read_signer(options.key, passphrase)))
    print(f"signed: {options.file}")
    return 0


def _show(options: argparse.Namespace) -> int:
    for line in in_words(_opened(options.file), _before(options)):
        print(line)
    return 0


def _bench(options: argparse.Namespace) -> int:
    make_bench_keys(options.out, SystemClock().now())
    print(f"keys without passphrases and a signed root are in {options.out}; for the bench only")
    return 0


# --- inside -----------------------------------------------------------------------------------------------------------


def _roles(options: argparse.Namespace) -> RoleKeys:
    return RoleKeys(
        [read_public(path) for path in options.root],
        read_public(options.director),
        [read_public(path) for path in options.release],
        root_threshold=options.root_threshold,
        sensitive_threshold=options.sensitive_threshold,
    )


def _read_root(path: Path) -> Root:
    root = open_root(path.read_bytes())
    if isinstance(root, Refused):
        raise KeyFileError(f"{path} is no root: {root}")
    return root


def _opened(path: Path) -> Envelope:
    envelope = open_for_signing(path.read_bytes())
    if isinstance(envelope, Refused):
        raise KeyFileError(f"{path} is neither a root nor a bundle: {envelope}")
    return envelope


def _before(options: argparse.Namespace) -> dict[str, Any] | None:
    if options.before is None:
        return None
    return dict(sections_of(decode(_opened(options.before).payload, max(MAX_BUNDLE_BYTES, MAX_ROOT_BYTES))))


def _new_passphrase() -> bytes:
    first = getpass.getpass("A passphrase of at least 12 characters: ")
    if len(first) < 12:
        raise KeyFileError("that is shorter than 12 characters; nothing was made")
    if getpass.getpass("Once more: ") != first:
        raise KeyFileError("the two differ; nothing was made")
    return first.encode()
