"""Checks that need no pixels: millimetres of targets, gaps and letters; whole texts; line breaks; places; reach."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from kiosk.flow.views import Size
from screens.theme import CAPITAL_PER_EM
from screens.widgets.block import Block
from screens.widgets.qr import QrCode
from screens.widgets.target import Target
from screens.widgets.words import Words, line_px, line_width_px
from tests.catalogue.findings import Tally
from tests.catalogue.picture import Picture, ancestors, lines_of, said

TARGET_MM, PRIMARY_MM = 15.0, 20.0
GAP_MM = 3.0
BODY_MM = 6.4
SMALL_MM = {Size.STANDARD: 4.8, Size.LARGE: 6.11, Size.EXTRA_LARGE: 6.11}
"""Section 508 402.4; in larger sizes 0.7 degrees at 500 mm (EN 301 549 5.1.4). What is usual is in `screens.theme`."""
QR_MM = 60.0
ROUNDING_MM = 0.05
HAN_PER_LINE = 40
CHOICES = 5
SWITCHES = ("keyboard.",)
"""Full when they are on: which keys are shown, not what comes next."""

# GB/T 15834-2011 (punctuation) and CLREQ 3.1.3; written here again so that the screens' own list is checked too.
NEVER_FIRST = frozenset("，。、；：！？）》〉」』】〕”’…—～·,.;:!?)]}>%％℃")
NEVER_LAST = frozenset("（《〈「『【〔“‘([{<￥¥$")

SCREEN_BOTTOM_MM = 800.0
"""Of the glass above the floor, as the cabinet of `deploy/README.md` has it (EN 301 549 8.3.2)."""
REACH_LOW_MM, REACH_HIGH_MM = 380.0, 1220.0


def check_geometry(picture: Picture, tally: Tally) -> None:
    for check in (
        check_targets,
        check_gaps,
        check_letters,
        check_whole,
        check_left_out,
        check_breaks,
        check_codes,
        check_reach,
        check_question,
    ):
        check(picture, tally)


def check_targets(picture: Picture, tally: Tally) -> None:
    """A3. A key of a keyboard is no primary button, a closed button none either."""
    for target in picture.targets:
        wanted = PRIMARY_MM if target.is_primary and target.is_enabled else TARGET_MM
        height, width = picture.mm(target.height), picture.mm(target.width)
        is_small = min(height, width) < wanted - ROUNDING_MM
        failure = f"{target.element_id}: {width:.1f} x {height:.1f} mm, at least {wanted:g}" if is_small else ""
        tally.look("A3", failure, picture.place(target))


def check_gaps(picture: Picture, tally: Tally) -> None:
    """A4."""
    for first, second in combinations(picture.targets, 2):
        apart = picture.mm(distance(first, second))
        failure = f"{first.element_id} and {second.element_id}: {apart:.1f} mm apart" if apart < GAP_MM else ""
        tally.look("A4", failure, picture.place(first))


def distance(first: Block, second: Block) -> float:
    """Pixels between two boxes; below 0 they overlap."""
    across = max(first.x, second.x) - min(first.right, second.right)
    along = max(first.y, second.y) - min(first.top, second.top)
    return float(max(across, along))


def check_letters(picture: Picture, tally: Tally) -> None:
    """A5: capital height of what is read."""
    for words in readable(picture):
        least = SMALL_MM[picture.guise.size] if words.role == "small" else BODY_MM
        capital = picture.mm(words.font_px(words.look) * CAPITAL_PER_EM)
        is_small = capital < least - ROUNDING_MM
        failure = f"“{said(words)}”: capitals {capital:.1f} mm, at least {least:g}" if is_small else ""
        tally.look("A5", failure, picture.place(words))


def check_whole(picture: Picture, tally: Tally) -> None:
    """A6: inside the glass, inside its screen, inside its own box; no text over another."""
    for words in readable(picture):
        failure = f"“{said(words)}” is cut off" if is_cut(picture, words) else ""
        tally.look("A6", failure, picture.place(words))
    for first, second in combinations(picture.words, 2):
        if distance(first, second) < 0:
            tally.look("A6", f"“{said(first)}” lies over “{said(second)}”", picture.place(first))


def readable(picture: Picture) -> list[Words]:
    """Without the three letters that show the sizes: they are a drawing."""
    return [words for words in picture.words if not any(block.element_id == "size" for block in ancestors(words))]


def is_cut(picture: Picture, words: Words) -> bool:
    stage, screen = picture.stage, picture.stage.screen
    font_px = words.font_px(words.look)
    widest = max(line_width_px(line, font_px, bool(words.is_bold)) for line in lines_of(words))
    width, height = words.texture_size
    is_outside = words.x < 0 or words.right > stage.width or words.y < 0 or words.top > stage.height
    above = ancestors(words)
    is_below_its_screen = screen in above and words.y < screen.y
    button = next((block for block in above if isinstance(block, Target)), None)
    ink = height - (line_px(font_px, bool(words.is_bold)) - font_px)  # without the leading above and below
    is_over_its_button = button is not None and not button.y <= words.center_y - ink / 2 < button.top - ink
    return bool(
        is_outside
        or is_below_its_screen
        or is_over_its_button
        or widest > words.width
        or width > words.width + 2
        or height > words.height + 2
    )


def check_left_out(picture: Picture, tally: Tally) -> None:
    """A6: what is left out when room is short must not be needed; pages that can be turned leave nothing out."""
    for block in picture.blocks:
        look = block.look
        for child in reversed(block.children):
            if isinstance(child, Block) and child.has_content() and look is not None and look.air < child.least_air:
                texts = [words for words in child.walk(restrict=True) if isinstance(words, Words) and words.text]
                is_needed = bool(texts) and not child.is_dispensable
                tally.look("A6", f"{type(child).__name__} is left out" if is_needed else "")


def check_breaks(picture: Picture, tally: Tally) -> None:
    """A8 and A9."""
    for words in picture.words:
        lines = lines_of(words)
        for line in ends_within_a_word(said(words), lines):
            tally.look("A8", f"“{line}” ends within a word", picture.place(words))
        for number, line in enumerate(lines):
            failure = bad_break(lines, number)
            tally.look("A8", f"“{line}” {failure}" if failure else "", picture.place(words))
            too_long = han_width(line) > HAN_PER_LINE
            tally.look("A9", f"“{line}”: {han_width(line):.0f} Han wide" if too_long else "", picture.place(words))


def bad_break(lines: tuple[str, ...], number: int) -> str:
    """What is wrong with one line of several; nothing if all is well."""
    line = lines[number].strip()
    if not line:
        return ""
    if number > 0 and line[0] in NEVER_FIRST:
        return "starts with closing punctuation"
    if number < len(lines) - 1 and line[-1] in NEVER_LAST:
        return "ends with opening punctuation"
    if number > 0 and number == len(lines) - 1 and len(line.strip("，。；！？,.;!?")) <= 1:
        return "is a last line of one character"
    return ""


def ends_within_a_word(text: str, lines: tuple[str, ...]) -> list[str]:
    """Lines after which a Latin word or a number goes on without a space."""
    found, at = [], 0
    for line in lines:
        start = text.find(line, at)
        if start < 0:
            return found
        at = start + len(line)
        if line and at < len(text) and is_latin_letter(line[-1]) and is_latin_letter(text[at]):
            found.append(line)
    return found


def is_latin_letter(character: str) -> bool:
    return character.isalnum() and ord(character) < 0x250


def han_width(line: str) -> float:
    return sum(1.0 if ord(character) > 0x2E7F else 0.5 for character in line)


def check_codes(picture: Picture, tally: Tally) -> None:
    """A2: large enough for any phone."""
    for block in picture.blocks:
        if isinstance(block, QrCode):
            side = picture.mm(block.module_px * block.module_count)
            tally.look("A2", f"code of {side:.0f} mm, at least {QR_MM:g}" if side < QR_MM else "", picture.place(block))


def check_reach(picture: Picture, tally: Tally) -> None:
    """A25: the middle of every control within reach of a seated person, in the low layout."""
    if not picture.guise.is_low_reach:
        return
    for target in picture.targets:
        high = SCREEN_BOTTOM_MM + picture.mm(target.center_y)
        is_out = not REACH_LOW_MM <= high <= REACH_HIGH_MM
        tally.look(
            "A25", f"{target.element_id}: {high:.0f} mm above the floor" if is_out else "", picture.place(target)
        )


def check_question(picture: Picture, tally: Tally) -> None:
    """A28: one title, at most one question beside buttons, one way marked as the next, few choices at once."""
    if not picture.is_for_visitors:
        return
    screen = picture.stage.screen
    titles = [words for words in picture.words if screen in ancestors(words) and is_title(words)]
    tally.look("A28", "" if titles else "no title")
    questions = [words for words in titles if said(words).rstrip("]~ ").endswith(("？", "?"))]
    tally.look("A28", " / ".join(map(said, questions)) if len(questions) > 1 else "")
    primary = [target for target in picture.targets if target.is_primary and target.is_enabled and is_action(target)]
    names = ", ".join(target.element_id for target in primary)
    tally.look("A28", f"{len(primary)} ways marked as the next one: {names}" if len(primary) > 1 else "")
    view = picture.stage.display.view
    options = getattr(view, "options", ()) if getattr(view, "layout", "cards") != "grid" else ()
    tally.look("A28", f"{len(options)} choices at once" if len(options) > CHOICES else "")


def is_title(words: Any) -> bool:
    return words.role in {"heading", "display"} and not any(isinstance(block, Target) for block in ancestors(words))


def is_action(target: Target) -> bool:
    """Not a card among cards: those are choices of equal rank, one of which may be usual."""
    return target.fill == "primary" and not target.element_id.startswith(SWITCHES)
