"""What a machine is: one frozen model per section of `kiosk.ini`. How the service runs comes from the backend."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FilePath, HttpUrl

DEVICE_SECTIONS = ("card_reader", "identity_reader", "code_scanner", "receipt_printer", "speaker", "keypad")
OPTIONAL_DEVICE_SECTIONS = ("speaker", "keypad")
"""A terminal without them serves everybody who sees and touches."""

Seconds = Annotated[float, Field(gt=0, le=3600)]
Port = Annotated[int, Field(ge=0, le=65535)]


class Section(BaseModel):
    """Strict about keys; values are parsed from text."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class TerminalSection(Section):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{3,24}$")]
    mode: Literal["bench", "production"] = "bench"
    """`production` refuses bench devices and the remote view."""
    office_id: Annotated[str, Field(min_length=1, max_length=32)]
    office_name_zh: Annotated[str, Field(min_length=1, max_length=60)]
    office_name_en: Annotated[str, Field(min_length=1, max_length=60)]
    state_dir: Path = Path("var/terminal")
    """Journal and log."""
    restart_after_s: Seconds = 45.0
    """So long the page stands that says that the journal failed; then the program ends, to be started anew. Long
    enough that systemd's limit of starts (lobby-terminal.service) is never reached."""


class CentralSection(Section):
    url: HttpUrl
    token_file: Path
    ca_file: FilePath | None = None
    """The one authority that a backend over https is trusted by."""
    health_every_s: Seconds = 10.0


class DisplaySection(Section):
    width_px: Annotated[int, Field(ge=480, le=8000)] = 1080
    height_px: Annotated[int, Field(ge=480, le=8000)] = 1920
    diagonal_inch: Annotated[float, Field(ge=7, le=100)] = 21.5
    fullscreen: bool = False
    new_page_guard_s: Annotated[float, Field(ge=0.05, le=1)] = 0.25
    """So long a page that has just come takes no touch: what comes down then was meant for the page before."""
    fonts_dir: Path = Path(".build/fonts")
    pinyin_dir: Path = Path(".build/pinyin")
    locale_dir: Path = Path("assets/locale")


class SpeechSection(Section):
    clips_dir: Path = Path(".build/speech")
    pronunciation: Path = Path("assets/speech/pinyin.toml")


class TimeoutsSection(Section):
    idle_s: Seconds = 120.0
    warning_s: Annotated[float, Field(ge=20, le=120)] = 30.0
    pay_s: Seconds = 180.0
    take_things_s: Seconds = 20.0
    answer_s: Seconds = 45.0
    unknown_s: Seconds = 60.0
    poll_payment_s: Seconds = 3.0


class LogSection(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"


class BenchSection(Section):
    remote_view_port: Port = 0
    """Port on 127.0.0.1 where the bench reads what is on the screen; 0: none."""
    speech_trace: Path | None = None
    """Where every word that is spoken is written, for the bench and tests; never in production."""


class StaffSection(Section):
    roster_file: Path | None = None
    """Who may open the terminal, by the keys on their cards; none: nobody."""
    usb_dir: Path = Path("/media/lobby-kiosk")
    """Where the system mounts the stick that staff plug in."""
    paper_roll_m: Annotated[int, Field(ge=5, le=500)] = 80
    paper_low_m: Annotated[int, Field(ge=1, le=100)] = 5
    """What is left on a roll when the printer's sensor says that it is low."""


class Settings(BaseModel):
    """Everything `kiosk.ini` says. Device sections are checked by the drivers that they name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    terminal: TerminalSection
    central: CentralSection
    display: DisplaySection = DisplaySection()
    speech: SpeechSection = SpeechSection()
    timeouts: TimeoutsSection = TimeoutsSection()
    log: LogSection = LogSection()
    bench: BenchSection = BenchSection()
    staff: StaffSection = StaffSection()
    devices: dict[str, dict[str, str]] = Field(default_factory=dict)
