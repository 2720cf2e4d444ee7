"""`python -m tests.catalogue`: draws and measures every screen in every state; ends 0 when nothing fails."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from kiosk.environment import prepare_environment

prepare_environment(os.environ, is_headless=True)  # before Kivy is imported; each process begins here

from tqdm import tqdm  # noqa: E402 - after the environment

from kiosk.i18n import load_catalogue  # noqa: E402
from tests.catalogue import fingerprints  # noqa: E402
from tests.catalogue.criteria import check_named_tests, check_no_dragging  # noqa: E402
from tests.catalogue.findings import Tally  # noqa: E402
from tests.catalogue.glyphs import check_faces  # noqa: E402
from tests.catalogue.page import write_page  # noqa: E402
from tests.catalogue.plain_words import check_plain_words, trade_keys  # noqa: E402
from tests.catalogue.plan import Task, full_plan, small_plan  # noqa: E402
from tests.catalogue.rendering import Made, make_batch  # noqa: E402
from tests.catalogue.report import collect, lines, write_json  # noqa: E402
from tests.catalogue.sessions import check_wishes_are_reset  # noqa: E402
from tests.catalogue.states import LOCALE, states, uncovered  # noqa: E402

FONTS = Path(".build/fonts")
ACCEPTED = Path(__file__).with_name("accepted.txt")
BATCH = 40
"""Pictures handed to a process at once."""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.catalogue", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/catalogue"), help="folder to write to (%(default)s)")
    parser.add_argument("--only", default="", help="part of a state's name")
    parser.add_argument("--small", action="store_true", help="the covering design of every test run")
    parser.add_argument("--measure-only", action="store_true", help="no pixels: sizes, breaks and clipping in a minute")
    parser.add_argument("--accept", action="store_true", help="what the pictures look like now is how they shall look")
    parser.add_argument(
        "--part", type=part, default=(1, 1), metavar="K/N", help="every Nth state only, from the Kth on"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (%(default)s)")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser.parse_args(arguments)


def part(given: str) -> tuple[int, int]:
    """`2/5`: the second of five parts."""
    number, _, parts = given.partition("/")
    if not 1 <= int(number) <= int(parts):
        raise argparse.ArgumentTypeError(f"{given}: K/N with K from 1 to N")
    return int(number), int(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    shutil.rmtree(options.out / "pictures", ignore_errors=True)
    options.out.mkdir(parents=True, exist_ok=True)
    made = run(options)
    if options.accept:
        accept(made)
    is_whole = not options.only and options.part == (1, 1)
    said = {key for each in made for key in each.keys}
    result = collect(made, whole_tally(), uncovered(said) if is_whole else (), fingerprints.load(ACCEPTED))
    write_json(result, options.out)
    write_page(result, options.out)
    print("\n".join(lines(result)))
    drawn = sum(1 for each in made if each.file)
    print(
        f"{len(made)} measured, {drawn} drawn, {len(result.failures)} failures, {len(result.changed)} changed pictures"
    )
    print(f"{options.out}/index.html")
    return 1 if result.failures or result.uncovered else 0


def run(options: argparse.Namespace) -> list[Made]:
    plan = (small_plan if options.small else full_plan)(states())
    number, parts = options.part
    wanted = {state.name for state in states()[number - 1 :: parts] if options.only in state.name}
    tasks = [task for task in plan if task.state.name in wanted]
    if options.measure_only:
        tasks = [replace(task, is_drawn=False, is_accepted=False) for task in tasks]
    with tqdm(total=len(tasks), unit="picture", disable=options.quiet) as bar:
        return list(in_processes(tasks, options, bar.update))


def in_processes(tasks: list[Task], options: argparse.Namespace, told: Callable[[int], object]) -> Iterator[Made]:
    ordered = sorted(tasks, key=lambda task: (task.is_drawn, task.guise.name))
    batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    context = get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        waiting = [pool.submit(make_batch, batch, options.out, FONTS, LOCALE) for batch in batches]
        for done in as_completed(waiting):
            made = done.result()
            told(len(made))
            yield from made


def whole_tally() -> Tally:
    """What is looked at once, not on a picture."""
    tally = Tally()
    check_plain_words(load_catalogue(LOCALE).texts, trade_keys(LOCALE), tally)
    check_named_tests(tally)
    check_no_dragging(Path("screens"), tally)
    check_faces(FONTS, tally)
    check_wishes_are_reset(tally)
    return tally


def accept(made: list[Made]) -> None:
    """What is new or changed is taken over; pictures of states that are no more are forgotten."""
    planned = {(task.state.name, task.guise.name) for task in full_plan(states()) if task.is_accepted}
    before = {key: print_ for key, print_ in fingerprints.load(ACCEPTED).items() if key in planned}
    now = {(each.state, each.guise.name): each.print_ for each in made if each.print_}
    fingerprints.save(ACCEPTED, before | now)


if __name__ == "__main__":
    sys.exit(main())
