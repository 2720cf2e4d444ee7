"""How well codes on phone screens are read: our pipeline beside each decoder alone, on the same pictures in one run.

`python -m tests.measure.decode` prints two tables. The sequences are generated (`hardware.bench.phone_screen`) from
fixed seeds: a hand brings a phone into view within half a second and holds it, 30 pictures at 15 a second.
"""

from __future__ import annotations

import argparse
import string
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import psutil
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from hardware.bench.peripheral import Peripheral
from hardware.bench.phone_screen import Style, grey_sequence
from hardware.code_scanner.options import Options
from hardware.code_scanner.scanner import CameraCodeScanner
from hardware.code_scanner.sight import Gaze, look, picture_of

Grey = NDArray[np.uint8]
Reader = Callable[[Grey], set[bytes]]

OURS, BASE = "pipeline", "pyzbar"
NEVER = 10_000
KINDS = ("payment", "token")
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
_TOKEN_ALPHABET = list((string.ascii_letters + string.digits + "-_").encode())


@dataclass(frozen=True)
class Sequence30:
    """One person, one code. `content` is what every reader should return and nothing else."""

    style: Style
    kind: str
    content: bytes
    seed: int

    def pictures(self) -> list[Grey]:
        return list(grey_sequence(self.content, self.style, np.random.default_rng(self.seed)))


@dataclass(frozen=True)
class Outcome:
    first: int
    """Number of the first picture that was read, `NEVER` if none."""
    hits: int
    wrong: int
    cpu_s: float


@dataclass(frozen=True)
class Row:
    reader: str
    sequences_read: int
    sequences: int
    late_p90: float
    """Pictures later than the best decoder alone, 90th percentile over the sequences that one of them read."""
    late_worst: float
    cpu_ratio: float
    """Processor time, pyzbar = 1."""
    wrong_reads: int


@dataclass(frozen=True)
class LiveRow:
    """One live scan of 1280 x 720 at 15 pictures a second, the camera process alone."""

    scene: str
    core_share: float
    pictures_per_s: float


def pipeline() -> Reader:
    gaze = Gaze()

    def read(grey: Grey) -> set[bytes]:
        nonlocal gaze
        gaze, codes = look(gaze, picture_of(grey))
        return {code.content for code in codes}

    return read


def zxing_alone() -> Reader:
    return lambda grey: {code.bytes for code in zxingcpp.read_barcodes(grey, formats=_QR)}


def pyzbar_alone() -> Reader:
    return lambda grey: {code.data for code in pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])}


def opencv_alone() -> Reader:
    detector = cv2.QRCodeDetector()

    def read(grey: Grey) -> set[bytes]:
        try:
            _, texts, _, _ = detector.detectAndDecodeMulti(grey)
        except cv2.error:
            return set()
        return {text.encode() for text in texts if text}

    return read


READERS: dict[str, Callable[[], Reader]] = {
    OURS: pipeline, "zxing-cpp": zxing_alone, BASE: pyzbar_alone, "OpenCV": opencv_alone,
}  # fmt: skip


def sequences(seeds: int, kinds: Sequence[str] = KINDS) -> Iterator[Sequence30]:
    """A payment code of 18 digits and a token of 200 bytes, in every style, by so many hands."""
    for seed in range(seeds):
        random = np.random.default_rng(1000 + seed)
        token = bytes(random.choice(_TOKEN_ALPHABET, 200).tolist())
        payment = b"13" + bytes(random.choice(list(b"0123456789"), 16).tolist())
        contents = {"payment": payment, "token": token}
        for style in Style:
            for kind in kinds:
                yield Sequence30(style, kind, contents[kind], seed)


def run(sequence: Sequence30, pictures: Sequence[Grey], reader: Reader) -> Outcome:
    begun_s = time.process_time()
    reads = [reader(grey) for grey in pictures]
    cpu_s = time.process_time() - begun_s
    hits = [sequence.content in read for read in reads]
    wrong = sum(len(read - {sequence.content}) for read in reads)
    return Outcome(hits.index(True) if any(hits) else NEVER, sum(hits), wrong, cpu_s)


def outcomes_of(seeds: int, progress: Callable[[str], None], kinds: Sequence[str] = KINDS) -> list[dict[str, Outcome]]:
    cv2.setNumThreads(1)
    outcomes: list[dict[str, Outcome]] = []
    for sequence in sequences(seeds, kinds):
        pictures = sequence.pictures()
        outcomes.append({name: run(sequence, pictures, make()) for name, make in READERS.items()})
        firsts = "  ".join(f"{name} {_picture(outcome.first)}" for name, outcome in outcomes[-1].items())
        progress(f"{sequence.style:10s}{sequence.kind:9s}{sequence.seed:3d}  {firsts}")
    return outcomes


def rows_of(outcomes: Sequence[dict[str, Outcome]]) -> list[Row]:
    base_s = sum(each[BASE].cpu_s for each in outcomes)
    return [_row(name, outcomes, base_s) for name in READERS]


def _row(name: str, outcomes: Sequence[dict[str, Outcome]], base_s: float) -> Row:
    mine = [each[name] for each in outcomes]
    bests = [min(outcome.first for other, outcome in each.items() if other != OURS) for each in outcomes]
    late = [outcome.first - best for outcome, best in zip(mine, bests, strict=True) if best < NEVER]
    return Row(
        name,
        sum(outcome.first < NEVER for outcome in mine),
        len(mine),
        float(np.percentile(late, 90)),
        float(max(late)),
        sum(outcome.cpu_s for outcome in mine) / base_s,
        sum(outcome.wrong for outcome in mine),
    )


def live_rows(port: int, seconds: float) -> list[LiveRow]:
    """A scan through the bench camera: nobody there, a phone without a code, a code that stays in view."""
    with Peripheral("hardware.bench.camera", "--port", str(port), "--seed", "1") as camera:
        scanner = CameraCodeScanner(Options(source=str(camera.ready["url"])))
        scanner.open()
        try:
            scanner.start()
            _poll(scanner, 1.5)  # opening the stream is not scanning
            empty = _live("empty lobby", scanner, seconds)
            camera.call("show", content="")
            wrong_page = _live("phone in view, no code on it", scanner, seconds)
            camera.call("clear")
            camera.call("show", content="134567890123456789")
            return [empty, wrong_page, _live("code held in view", scanner, seconds)]
        finally:
            scanner.close()


def _live(scene: str, scanner: CameraCodeScanner, seconds: float) -> LiveRow:
    process = psutil.Process(scanner.process_id)
    before, begun_s = process.cpu_times(), time.monotonic()
    first = scanner.pictures
    _poll(scanner, seconds)
    after, spent_s = process.cpu_times(), time.monotonic() - begun_s
    cpu_s = after.user + after.system - before.user - before.system
    return LiveRow(scene, cpu_s / spent_s, (scanner.pictures - first) / spent_s)


def _poll(scanner: CameraCodeScanner, seconds: float) -> None:
    end_s = time.monotonic() + seconds
    while (left_s := end_s - time.monotonic()) > 0:
        scanner.poll(left_s)


def _picture(first: int) -> str:
    return "never" if first >= NEVER else f"{first:5d}"


def table(rows: Sequence[Row], live: Sequence[LiveRow]) -> str:
    lines = [f"{'reader':12s}{'read':>8s}{'p90 later':>11s}{'worst':>8s}{'cpu/pyzbar':>12s}{'wrong':>7s}"]
    lines += [
        f"{row.reader:12s}{row.sequences_read:4d}/{row.sequences:<3d}{_late(row.late_p90):>11s}{_late(row.late_worst):>8s}"
        f"{row.cpu_ratio:12.3f}{row.wrong_reads:7d}"
        for row in rows
    ]
    lines += ["", f"{'live scan, 1280x720 at 15 fps':32s}{'share of a core':>16s}{'pictures/s':>12s}"]
    lines += [f"{row.scene:32s}{row.core_share:16.1%}{row.pictures_per_s:12.1f}" for row in live]
    return "\n".join(lines)


def _late(pictures: float) -> str:
    return "never" if pictures > NEVER / 2 else f"{pictures:.0f}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.measure.decode", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2, help="hands per style and content (16 sequences each)")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each live scan")
    parser.add_argument("--port", type=int, default=18291)
    arguments = parser.parse_args()
    live = live_rows(arguments.port, arguments.seconds)
    rows = rows_of(outcomes_of(arguments.seeds, _say))
    _say(table(rows, live))


if __name__ == "__main__":
    main()
