"""The visual language: sizes in millimetres of the real glass, three themes, and the words of one language.

A `Look` is everything a widget needs to draw itself. Pitch comes from the configured diagonal, never from the display's
own claim. Sizes: EN 301 549 5.1.4 (0.7 degrees), VVSG 2.0 7.1-I; contrast: WCAG 2.2 1.4.6 and 1.4.11.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, hypot

from kiosk.flow.texts import Text
from kiosk.flow.views import Language, Size, Theme

CAPITAL_PER_EM = 0.733
"""Capital height of Noto Sans SC in em (OS/2 sCapHeight)."""

MM_PER_INCH = 25.4

Colour = tuple[float, float, float, float]


@dataclass(frozen=True)
class Tokens:
    """Millimetres. Text sizes are capital heights."""

    display: float
    heading: float
    lead: float
    body: float
    small: float
    target: float
    primary: float
    gap: float


TOKENS: dict[Size, Tokens] = {
    Size.STANDARD: Tokens(display=14, heading=9.5, lead=7.6, body=6.4, small=4.8, target=15, primary=20, gap=3),
    Size.LARGE: Tokens(display=16, heading=12, lead=9.8, body=8.7, small=6.4, target=20, primary=26, gap=4),
    Size.EXTRA_LARGE: Tokens(display=18, heading=14, lead=11.6, body=11, small=8.5, target=24, primary=30, gap=4),
}

# Text sizes of the last resort: a step smaller, when a screen of large text would not fit even in pages.
# After these, the text of the next smaller size, and what EN 301 549 asks for at half a metre: nothing may be cut off.
REDUCED: dict[Size, Tokens] = {
    Size.STANDARD: TOKENS[Size.STANDARD],
    Size.LARGE: Tokens(display=12, heading=9.5, lead=7.6, body=7.2, small=6.4, target=20, primary=26, gap=4),
    Size.EXTRA_LARGE: Tokens(display=12, heading=11, lead=9.2, body=8.8, small=8.5, target=24, primary=30, gap=4),
}

LAST_RESORT = Tokens(display=12, heading=8.2, lead=7.2, body=6.4, small=6.2, target=15, primary=20, gap=3)
"""0.7 degrees at 500 mm are 6.1 mm (EN 301 549 5.1.4): whoever asked for larger text is never given less."""


def _colour(code: str) -> Colour:
    red, green, blue = (int(code[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return (red, green, blue, 1.0)


@dataclass(frozen=True)
class Palette:
    """Each text colour is used only on the grounds that `TEXT_ON` names for it."""

    paper: Colour
    surface: Colour
    tint: Colour
    ink: Colour
    ink_soft: Colour
    line: Colour
    edge: Colour
    primary: Colour
    primary_pressed: Colour
    on_primary: Colour
    pressed: Colour
    header: Colour
    on_header: Colour
    header_pressed: Colour
    accent: Colour
    accent_tint: Colour
    warning: Colour
    warning_tint: Colour
    good: Colour
    good_tint: Colour
    border_mm: float = 0.5


PALETTES: dict[Theme, Palette] = {
    Theme.NORMAL: Palette(
        paper=_colour("#F8F5EF"),
        surface=_colour("#FFFFFF"),
        tint=_colour("#E4F0ED"),
        ink=_colour("#17232B"),
        ink_soft=_colour("#28343C"),
        line=_colour("#DDD6C9"),
        edge=_colour("#7B8580"),
        primary=_colour("#0B4A45"),
        primary_pressed=_colour("#062F2C"),
        on_primary=_colour("#FFFFFF"),
        pressed=_colour("#CFE3DF"),
        header=_colour("#0B4A45"),
        on_header=_colour("#FFFFFF"),
        header_pressed=_colour("#062F2C"),
        accent=_colour("#B8502A"),
        accent_tint=_colour("#FBE6DA"),
        warning=_colour("#9A4A00"),
        warning_tint=_colour("#FFF1D6"),
        good=_colour("#1B6B3A"),
        good_tint=_colour("#E3F3E6"),
    ),
    Theme.HIGH_CONTRAST: Palette(
        paper=_colour("#000000"),
        surface=_colour("#000000"),
        tint=_colour("#000000"),
        ink=_colour("#FFFFFF"),
        ink_soft=_colour("#FFFFFF"),
        line=_colour("#FFFFFF"),
        edge=_colour("#FFFFFF"),
        primary=_colour("#FFFFFF"),
        primary_pressed=_colour("#FFFF66"),
        on_primary=_colour("#000000"),
        pressed=_colour("#1A1A00"),
        header=_colour("#000000"),
        on_header=_colour("#FFFFFF"),
        header_pressed=_colour("#1A1A00"),
        accent=_colour("#FFE14D"),
        accent_tint=_colour("#000000"),
        warning=_colour("#FFE14D"),
        warning_tint=_colour("#000000"),
        good=_colour("#FFFFFF"),
        good_tint=_colour("#000000"),
        border_mm=0.9,
    ),
    Theme.DARK: Palette(
        paper=_colour("#10181B"),
        surface=_colour("#18242A"),
        tint=_colour("#17302F"),
        ink=_colour("#F7F3EA"),
        ink_soft=_colour("#E3E0D8"),
        line=_colour("#3A4A50"),
        edge=_colour("#8FA3A6"),
        primary=_colour("#9BE3D3"),
        primary_pressed=_colour("#C9F3E9"),
        on_primary=_colour("#06201D"),
        pressed=_colour("#1B3D3B"),
        header=_colour("#0B2B2A"),
        on_header=_colour("#F7F3EA"),
        header_pressed=_colour("#123F3D"),
        accent=_colour("#F2A37C"),
        accent_tint=_colour("#33231C"),
        warning=_colour("#F6C877"),
        warning_tint=_colour("#2F2614"),
        good=_colour("#8FD9A3"),
        good_tint=_colour("#15301F"),
    ),
}

TEXT_ON: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "tint"),
    ("ink", "pressed"),
    ("ink", "warning_tint"),
    ("ink", "accent_tint"),
    ("ink", "good_tint"),
    ("ink_soft", "paper"),
    ("ink_soft", "surface"),
    ("ink_soft", "tint"),
    ("on_primary", "primary"),
    ("on_primary", "primary_pressed"),
    ("on_header", "header"),
    ("on_header", "header_pressed"),
)
"""Which text colour may stand on which ground: contrast 10:1 (WCAG ratio) in every theme."""

EDGE_ON: tuple[tuple[str, str], ...] = (
    ("edge", "paper"),
    ("edge", "surface"),
    ("primary", "paper"),
    ("primary", "surface"),
    ("primary", "tint"),
    ("accent", "surface"),
    ("accent", "paper"),
    ("warning", "warning_tint"),
    ("good", "good_tint"),
    ("on_header", "header"),
)
"""Borders and drawings: 3:1."""


def contrast(first: Colour, second: Colour) -> float:
    """WCAG 2.2 contrast ratio."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])


def pixels_per_mm(width_px: float, height_px: float, diagonal_inch: float) -> float:
    return hypot(width_px, height_px) / (diagonal_inch * MM_PER_INCH)


@dataclass(frozen=True, eq=False)
class Look:
    """How everything looks now. Compared by identity: the stage makes one per situation and keeps it."""

    px_per_mm: float
    tokens: Tokens
    palette: Palette
    language: Language
    size: Size
    theme: Theme
    is_portrait: bool
    say: Callable[[Text], str]
    air: float = 1.0
    """Factor on gaps and drawings: above 1 where a screen has little to say, below where it has much."""
    may_page: bool = False

    def px(self, mm: float) -> float:
        return float(round(mm * self.px_per_mm))

    def space(self, mm: float) -> float:
        """A gap that may become tighter; never below the gap between targets."""
        least = ceil(self.tokens.gap * self.px_per_mm) + 1 if mm >= self.tokens.gap else self.px(mm)
        return max(least, self.px(mm * min(self.air, 1.5)))

    def grown(self, mm: float) -> float:
        """A drawing or a row that is larger where there is room."""
        return self.px(mm * max(1.0, self.air))

    def sized(self, mm: float) -> float:
        """Something that belongs to text and grows with it."""
        return self.px(mm * self.tokens.body / TOKENS[Size.STANDARD].body)

    def font_px(self, role: str) -> int:
        capital_mm = float(getattr(self.tokens, role))
        return ceil(capital_mm / CAPITAL_PER_EM * self.px_per_mm)

    def colour(self, name: str) -> Colour:
        colour: Colour = getattr(self.palette, name)
        return colour


def looks_for(
    px_per_mm: float,
    size: Size,
    theme: Theme,
    language: Language,
    *,
    is_portrait: bool,
    say: Callable[[Text], str],
) -> tuple[Look, ...]:
    """Candidates for one screen: from airy to tight, then in pages, then smaller. The first that fits is taken."""

    def look(tokens: Tokens, air: float, *, may_page: bool) -> Look:
        return Look(
            px_per_mm, tokens, PALETTES[theme], language, size, theme, is_portrait, say, air=air, may_page=may_page
        )

    return (
        *(look(TOKENS[size], air, may_page=False) for air in (2.2, 1.8, 1.5, 1.25, 1.0, 0.75, 0.5)),
        look(REDUCED[size], 0.75, may_page=False),
        look(REDUCED[size], 0.45, may_page=False),
        look(REDUCED[size], 0.45, may_page=True),
        *(
            look(smaller, air, may_page=may_page)
            for smaller in _smaller(size)
            for air, may_page in ((0.45, False), (0.45, True), (0.4, True))
        ),
    )


def _smaller(size: Size) -> tuple[Tokens, ...]:
    match size:
        case Size.STANDARD:
            return (TOKENS[size],)
        case Size.LARGE:
            return (LAST_RESORT,)
        case Size.EXTRA_LARGE:
            return (TOKENS[Size.LARGE], LAST_RESORT)
