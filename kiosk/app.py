"""Composition root: the only file that knows everyone. Starts in one order, stops in the mirrored one."""

from __future__ import annotations

import random
import signal
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol, cast

from hardware import ports as hw
from hardware.options import OptionProblem
from hardware.registry import Choice, choose
from kiosk.central.client import CentralClient
from kiosk.clock import Clock, SystemClock
from kiosk.config import DEVICE_SECTIONS, OPTIONAL_DEVICE_SECTIONS, SettingFault, Settings
from kiosk.flow.display import view_of
from kiosk.flow.events import Event, Failed
from kiosk.flow.facts import Moment, Site, Timeouts
from kiosk.flow.situations import OutOfService
from kiosk.flow.staff.facts import ReadinessReport
from kiosk.flow.terminal import Terminal
from kiosk.flow.views import Display
from kiosk.i18n import Catalogue, CatalogueFault, load_catalogue
from kiosk.journal.entries import JournalError, Step, StepKind
from kiosk.journal.journal import Journal
from kiosk.journal.opening import open_store
from kiosk.journal.sender import OutboxSender
from kiosk.logs import Log, log_uncaught, open_log, silent_log
from kiosk.services.access_devices import AccessDevices
from kiosk.services.central_desk import CentralDesk
from kiosk.services.control import DOOR_FILE, ControlDoor
from kiosk.services.delivery import Delivery
from kiosk.services.devices import Devices, StaffGate, Watch
from kiosk.services.engine import Engine
from kiosk.services.errands_desk import ErrandsDesk
from kiosk.services.outside import RealOutside
from kiosk.services.recovery import Settling
from kiosk.services.remote_view import RemoteView
from kiosk.services.speaking import Speech, Trace
from kiosk.services.staff.machine import BenchPower, Power, SystemdPower, ToneSpeaker
from kiosk.services.staff.mapping import with_overrides
from kiosk.services.staff.office import DEVICES_FILE, StaffOffice
from kiosk.services.staff.readiness_alone import report_alone
from kiosk.services.staff_desk import StaffDesk
from kiosk.services.typing_desk import TypingDesk
from kiosk.services.upkeep import Upkeep
from kiosk.speech.clips import Clips
from kiosk.speech.pronouncing import load_pronunciation
from kiosk.speech.synthesis import Synthesis
from kiosk.typing.ports import EngineMissingError
from kiosk.typing.rime import RimeEngine

EXIT_OK = 0
EXIT_JOURNAL = 74
"""EX_IOERR of sysexits.h: whoever looks after the machine can tell a bad disk from a bug."""
EXIT_RESTART = 75
"""Staff told the program to start again; whoever started it does."""
START_LIMIT_S = 30.0
STOP_LIMIT_S = 2.5
"""For all parts together; what hangs longer is left behind, as a power cut would leave it."""
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Part(Protocol):
    def stop(self, timeout_s: float) -> object: ...


def device_faults(kind: str, options: Mapping[str, str], is_production: bool) -> tuple[SettingFault, ...]:
    """Everything that is wrong with one device's section."""
    chosen = _choose(kind, options)
    if isinstance(chosen, tuple):
        return tuple(SettingFault(kind, "", str(problem)) for problem in chosen)
    if chosen.is_bench and is_production:
        return (SettingFault(kind, "", "points at the bench, which production mode refuses"),)
    return ()


def chosen_devices(settings: Settings, kinds: Sequence[str] = DEVICE_SECTIONS) -> dict[str, Choice]:
    """The drivers that settings choose whose devices have no faults."""
    chosen = {kind: _choose(kind, settings.devices[kind]) for kind in kinds if kind in settings.devices}
    return {kind: choice for kind, choice in chosen.items() if isinstance(choice, Choice)}


def _choose(kind: str, options: Mapping[str, str]) -> Choice | tuple[OptionProblem, ...]:
    return choose(kind, options.get("driver", ""), {key: text for key, text in options.items() if key != "driver"})


def run(settings: Settings) -> int:
    """The whole life of a terminal; returns its exit code. Must be called on the main thread (Kivy's).

    `settings` were loaded with `device_faults` as their check.
    """
    log = open_log(settings.terminal.state_dir, settings.log.level)
    log_uncaught(log)
    return _Program(mapped(settings, log), log).run()


def mapped(settings: Settings, log: Log | None = None) -> Settings:
    """With the devices where staff left them; what does not fit this machine any more is not taken."""
    overridden = with_overrides(settings, settings.terminal.state_dir / DEVICES_FILE)
    is_production = settings.terminal.mode == "production"
    if any(device_faults(kind, options, is_production) for kind, options in overridden.devices.items()):
        if log is not None:
            log.warning("mapping_not_taken")
        return settings
    return overridden


def open_devices(
    settings: Settings,
    post: Callable[[Event], None],
    clock: Clock,
    log: Log,
    **staff: Any,  # gate and watch, as Devices has them
) -> Devices:
    kinds = [kind for kind in DEVICE_SECTIONS if kind not in OPTIONAL_DEVICE_SECTIONS]
    built: dict[str, Any] = {kind: choice.build() for kind, choice in chosen_devices(settings, kinds).items()}
    return Devices(
        cast("hw.CardReader", built["card_reader"]),
        cast("hw.IdentityReader", built["identity_reader"]),
        cast("hw.CodeScanner", built["code_scanner"]),
        cast("hw.ReceiptPrinter", built["receipt_printer"]),
        post,
        clock,
        log,
        **staff,
    )


def open_client(settings: Settings, token: str) -> CentralClient:
    central = settings.central
    ca_file = str(central.ca_file) if central.ca_file else None
    return CentralClient(str(central.url), settings.terminal.id, token, ca_file=ca_file)


def report_without_terminal(settings: Settings, catalogue: Catalogue) -> ReadinessReport:
    """The readiness report while no terminal runs: the devices are opened for it and let go again."""
    clock, log = SystemClock(), silent_log()
    here = mapped(settings)
    client = open_client(here, _read_token(here.central.token_file))
    return report_alone(here, clock, catalogue, client, lambda post: open_devices(here, post, clock, log), log.bug)


class _Program:
    """One running terminal."""

    def __init__(self, settings: Settings, log: Log) -> None:
        self._settings = settings
        self._log = log
        self._clock = SystemClock()
        self._catalogue = load_catalogue(settings.display.locale_dir, self._report_text)
        self._token = _read_token(settings.central.token_file)
        self._exit_code = EXIT_OK
        self._stops_at_s: float | None = None

    def run(self) -> int:
        with ExitStack() as running:
            try:
                journal = self._start_journal(running)
                first = self._first_situation(journal)
            except JournalError as error:
                self._log.bug("journal_does_not_open", error)
                self._run_closed(running)
            else:
                self._run_screens(journal, first, running)
        return self._exit_code

    # --- starting, in order ----------------------------------------------------------------------------------------

    def _start_journal(self, running: ExitStack) -> Journal:
        path = self._settings.terminal.state_dir / "journal.sqlite"
        journal = Journal(lambda: open_store(path, self._clock.now))
        journal.start()
        running.callback(journal.stop)
        journal.commit((Step(StepKind.STARTED, self._settings.terminal.id),))
        return journal

    def _run_closed(self, running: ExitStack) -> None:
        """Nothing but the page that says so: a black glass would tell nobody where else to go."""
        app = self._screens(lambda _serial, _touch: None, lambda: None, lambda _event: None)
        app.publish(view_of(Terminal(self._site(), OutOfService("journal")), self._moment()))
        self._end_with_journal_code(self._stop_on_signals(app))
        self._show_remotely(app, running)
        app.run()

    def _run_screens(self, journal: Journal, first: OutOfService, running: ExitStack) -> None:
        engine: Engine | None = None
        desk: StaffDesk | None = None

        def post(event: Event) -> None:
            if engine is not None:
                engine.post(event)

        def watch_device(name: str, reading: hw.Reading) -> None:
            if desk is not None:
                desk.watch_device(name, reading)

        def post_of_central(event: Event) -> None:
            if desk is not None:
                desk.watch_event(event)
            post(event)

        office = StaffOffice(
            self._settings, journal, self._open_client, self._clock, self._moment, self._catalogue, self._log
        )
        devices = self._devices(post, office.gate, watch_device)
        carrier = self._open_client()
        outbox = OutboxSender(
            journal,
            Delivery(carrier, post, office.uploads(carrier).deliver).send,
            random.random,
            self._log.bug,
            self._clock.monotonic_s,
            carrier.cancel,
        )
        central = CentralDesk(
            self._open_client,
            post_of_central,
            self._clock,
            self._log,
            self._settings.central.health_every_s,
            outbox.wake,
        )
        errands = ErrandsDesk(self._open_client, post, self._clock, self._log)
        access, speech = self._speech(post)
        typing = self._typing(post)
        app = self._screens(
            lambda serial, touch: engine.touch(serial, touch) if engine else None, devices.preview, post
        )
        settling = Settling(
            journal, self._open_client, self._moment, random.random, outbox.wake, central.start, self._log.bug
        )
        loud = ToneSpeaker(access.play) if "speaker" in self._settings.devices else None
        desk = office.open(devices, post, outbox.wake, settling.wake, threading.Event().wait, self._power(app), loud)
        upkeep = Upkeep(journal, self._log.bug)
        outside = RealOutside(
            devices, central, outbox, self._catalogue, settling.wake, upkeep.tidy, desk.perform, typing, errands.perform
        )
        engine = Engine(
            Terminal(self._site(has_pinyin=typing.is_ready), first),
            self._clock,
            lambda: uuid.uuid4().hex,
            journal,
            outside,
            _Faces(app, speech),
            self._log,
        )
        self._install_hooks(engine)
        ask_stop = self._stop_on_signals(app)
        journal.when_failed(partial(self._journal_failed, post, ask_stop))
        running.callback(self._stop, central)  # started by `settling`: the attract screen waits for its word
        for part in (engine, desk, devices, typing, errands, speech, access, outbox, upkeep, settling):
            part.start()
            running.callback(self._stop, part)
        self._show_remotely(app, running)
        self._open_door(desk, running)
        self._log.info("started", version="0.1.0")
        app.run()

    def _show_remotely(self, app: Any, running: ExitStack) -> None:  # TerminalApp
        """Once the window is open: whoever asks what is on the screen before that waits for nothing."""
        if self._settings.bench.remote_view_port:
            app.bind(on_start=partial(self._start_remote_view, running))

    def _start_remote_view(self, running: ExitStack, app: Any) -> None:  # TerminalApp
        """The terminal serves people without it, so a port that is taken is no reason to stay closed."""
        try:
            view = RemoteView(self._settings.bench.remote_view_port, app.ask_description)
        except OSError as error:
            self._log.bug("remote_view_failed", error)
            return
        view.start()
        running.callback(view.stop)

    def _open_door(self, desk: StaffDesk, running: ExitStack) -> None:
        """For the command line of this machine; the terminal serves people without it."""
        door = ControlDoor(
            self._settings.terminal.state_dir / DOOR_FILE, {"readiness": desk.readiness_asked}, self._log.bug
        )
        try:
            door.start()
        except OSError as error:
            self._log.bug("control_failed", error)
            return
        running.callback(self._stop, door)

    def _power(self, app: Any) -> Power:  # TerminalApp
        def end_program(exit_code: int) -> None:
            self._exit_code = exit_code
            app.ask_stop()

        if self._settings.terminal.mode == "production":
            return SystemdPower(end_program, EXIT_RESTART)
        return BenchPower(end_program, EXIT_RESTART)

    # --- parts -----------------------------------------------------------------------------------------------------

    def _first_situation(self, journal: Journal) -> OutOfService:
        set_aside = journal.ask(lambda store: store.figures().set_aside)
        if set_aside:
            self._log.error("journal_set_aside", detail=set_aside)
        return OutOfService("journal" if set_aside else "starting")

    def _site(self, *, has_pinyin: bool = False) -> Site:
        terminal, times = self._settings.terminal, self._settings.timeouts
        timeouts = Timeouts(**times.model_dump())
        names = terminal.office_name_zh, terminal.office_name_en
        return Site(terminal.id, terminal.office_id, *names, timeouts, has_pinyin)

    def _typing(self, post: Callable[[Event], None]) -> TypingDesk:
        try:
            engine = RimeEngine(self._settings.display.pinyin_dir)
        except EngineMissingError as error:
            self._log.bug("pinyin_missing", error)
            engine = None
        return TypingDesk(engine, post, self._log)

    def _moment(self) -> Moment:
        return Moment(self._clock.monotonic_s(), self._clock.now(), uuid.uuid4().hex)

    def _devices(self, post: Callable[[Event], None], gate: StaffGate, watch: Watch) -> Devices:
        return open_devices(self._settings, post, self._clock, self._log, gate=gate, watch=watch)

    def _speech(self, post: Callable[[Event], None]) -> tuple[AccessDevices, Speech]:
        built: dict[str, Any] = {
            kind: choice.build() for kind, choice in chosen_devices(self._settings, OPTIONAL_DEVICE_SECTIONS).items()
        }
        speech: Speech | None = None

        def hear(news: hw.SoundBegun | hw.SoundsEnded) -> None:
            if speech is not None:
                speech.hear(news)

        access = AccessDevices(built.get("speaker"), built.get("keypad"), post, hear, self._log)
        settings, trace = self._settings.speech, self._settings.bench.speech_trace
        synthesis = Synthesis(load_pronunciation(settings.pronunciation))
        clips = Clips(settings.clips_dir, synthesis, lambda what: self._log.warning("speech_fault", detail=what))
        speech = Speech(self._catalogue, clips, access, self._log, Trace(trace) if trace else None)
        return access, speech

    def _open_client(self) -> CentralClient:
        return open_client(self._settings, self._token)

    def _screens(
        self, on_touch: Callable[[int, Any], None], frames: Callable[[], Any], post: Callable[[Event], None]
    ) -> Any:
        from screens.settings import ScreenSettings  # opens the window: only when everything else is ready
        from screens.terminal_app import build

        display = self._settings.display
        return build(
            ScreenSettings(
                fonts_dir=display.fonts_dir,
                width_px=display.width_px,
                height_px=display.height_px,
                diagonal_inch=display.diagonal_inch,
                is_fullscreen=display.fullscreen,
                new_page_guard_s=display.new_page_guard_s,
                shows_cursor=self._settings.terminal.mode == "bench",
            ),
            self._catalogue,
            on_touch,
            frames,
            partial(self._screens_crashed, post),
        )

    def _screens_crashed(self, post: Callable[[Event], None], error: BaseException) -> None:
        self._log.bug("screens_failed", error)
        post(Failed("screens"))

    def _report_text(self, fault: CatalogueFault) -> None:
        self._log.warning("text_fault", kind=fault.kind.value, detail=fault.key)

    def _install_hooks(self, engine: Engine) -> None:
        """What no thread caught: log the type and place, and close for the public."""

        def on_thread(args: threading.ExceptHookArgs) -> None:
            if args.exc_value is not None:
                self._log.bug("thread_failed", args.exc_value)
            engine.post(Failed("engine"))

        threading.excepthook = on_thread

    # --- stopping --------------------------------------------------------------------------------------------------

    def _journal_failed(self, post: Callable[[Event], None], ask_stop: Callable[[], None]) -> None:
        """Sales stop now, not only at the next step; who stands there reads why and where else to go."""
        self._log.error("closes_for_journal")
        post(Failed("journal"))
        self._end_with_journal_code(ask_stop)

    def _end_with_journal_code(self, ask_stop: Callable[[], None]) -> None:
        """In a while, when the page has been read: a program that starts anew looks at the disk with fresh eyes."""
        self._exit_code = EXIT_JOURNAL
        told = threading.Timer(self._settings.terminal.restart_after_s, ask_stop)
        told.daemon = True
        told.start()

    def _stop_on_signals(self, app: Any) -> Callable[[], None]:  # TerminalApp
        """A handler may interrupt anything, so it only leaves a word for a thread. Set before SDL sets its own.

        Returns what asks for the same, from any thread and at any time.
        """
        asked: SimpleQueue[int] = SimpleQueue()
        is_open = threading.Event()

        def on_start(_app: Any) -> None:
            is_open.set()

        def wait() -> None:
            asked.get()
            is_open.wait(START_LIMIT_S)
            app.ask_stop()

        app.bind(on_start=on_start)
        for number in STOP_SIGNALS:
            signal.signal(number, lambda number, _frame: asked.put(number))
        threading.Thread(target=wait, name="signals", daemon=True).start()
        return lambda: asked.put(0)

    def _stop(self, part: Part) -> None:
        """The parts share one limit, which begins with the first of them."""
        now_s = self._clock.monotonic_s()
        self._stops_at_s = self._stops_at_s or now_s + STOP_LIMIT_S
        part.stop(max(0.0, self._stops_at_s - now_s))


class _Faces:
    """The engine's `Screen`: the Kivy app draws each display, the voice says it."""

    def __init__(self, app: Any, speech: Speech) -> None:  # TerminalApp; Kivy has no types
        self._app = app
        self._speech = speech

    def publish(self, display: Display) -> None:
        self._app.publish(display)
        self._speech.publish(display)


def _read_token(path: Path) -> str:
    """Empty when there is none: the backend then refuses, and the page says so."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
