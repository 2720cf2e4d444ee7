"""Composition root: the only file that knows everyone. Starts in one order, stops in the mirrored one."""

from __future__ import annotations

import random
import signal
import threading
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

from hardware import ports as hw
from kiosk.central.client import CentralClient
from kiosk.clock import SystemClock
from kiosk.config import OPTIONAL_DEVICE_SECTIONS, Settings
from kiosk.flow.display import view_of
from kiosk.flow.enrolling.situations import AwaitingTicket
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
from kiosk.logs import LOG_FILE, Log, log_uncaught, open_log, silent_log
from kiosk.machine_devices import chosen_devices, mapped, open_devices
from kiosk.services.access_devices import AccessDevices
from kiosk.services.central_desk import CentralDesk
from kiosk.services.control import DOOR_FILE, ControlDoor
from kiosk.services.delivery import Delivery
from kiosk.services.devices import Devices, StaffGate, Watch
from kiosk.services.engine import Engine
from kiosk.services.errands_desk import ErrandsDesk
from kiosk.services.fleet.desk import FleetDesk, Surroundings
from kiosk.services.fleet.member import Member, make_enroller, member_of
from kiosk.services.outside import EnrolmentOutside, RealOutside, WitnessedOutside
from kiosk.services.records import reference_of
from kiosk.services.recovery import Settling
from kiosk.services.remote_hands import remote_hands
from kiosk.services.remote_view import RemoteView
from kiosk.services.speaking import Speech, Trace
from kiosk.services.staff.backend_entrance import entrance_of
from kiosk.services.staff.machine import BenchPower, Power, SpokenTest, SystemdPower
from kiosk.services.staff.office import StaffOffice
from kiosk.services.staff.readiness_alone import report_alone
from kiosk.services.staff_desk import StaffDesk
from kiosk.services.typing_desk import TypingDesk
from kiosk.services.upkeep import Upkeep
from kiosk.speech.clips import Clips
from kiosk.speech.pronouncing import load_pronunciation
from kiosk.speech.synthesis import Synthesis
from kiosk.typing.ports import EngineMissingError
from kiosk.typing.rime import RimeEngine
from kiosk.version import APP_VERSION_TEXT

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


def run(settings: Settings) -> int:
    """The whole life of a terminal; returns its exit code. Must be called on the main thread (Kivy's).

    `settings` were loaded with `device_faults` as their check.
    """
    log = open_log(settings.terminal.state_dir, settings.log.level)
    log_uncaught(log)
    here = mapped(settings, log)
    member = member_of(here)
    if here.fleet.enabled and member is None:
        return _Program(here, log).enrol()
    return _Program(member.settings(here) if member is not None else here, log, member).run()


def open_client(settings: Settings, token: str, member: Member | None = None) -> CentralClient:
    """Over mutual TLS for whoever has joined a fleet, with the token of `kiosk.ini` for everybody else."""
    if member is not None:
        return member.client()
    central = settings.central
    ca_file = str(central.ca_file) if central.ca_file else None
    return CentralClient(str(central.url), settings.terminal.id, token, ca_file=ca_file)


def report_without_terminal(settings: Settings, catalogue: Catalogue) -> ReadinessReport:
    """The readiness report while no terminal runs: the devices are opened for it and let go again."""
    clock, log = SystemClock(), silent_log()
    here = mapped(settings)
    member = member_of(here)
    client, entrance = (
        open_client(here, _read_token(here.central.token_file), member),
        member.entrance if member else entrance_of(here),
    )

    def devices(post: Callable[[Event], None]) -> Devices:
        return open_devices(here, post, clock, log)

    return report_alone(here, clock, catalogue, client, entrance, devices, log.bug)


class _Program:
    """One running terminal."""

    def __init__(self, settings: Settings, log: Log, member: Member | None = None) -> None:
        self._settings = settings
        self._member = member
        self._log = log
        self._clock = SystemClock()
        self._catalogue = load_catalogue(settings.display.locale_dir, self._report_text)
        self._token = _read_token(settings.central.token_file)
        self._exit_code = EXIT_OK
        self._stops_at_s: float | None = None
        self._ask_stop: Callable[[], None] = lambda: None
        """Set when there is a window."""

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

    def _run_screens(  # noqa: PLR0915  one line per part
        self, journal: Journal, first: OutOfService, running: ExitStack
    ) -> None:
        engine: Engine | None = None
        desk: StaffDesk | None = None
        fleet: FleetDesk | None = None

        def post(event: Event) -> None:
            if fleet is not None:
                fleet.watch_event(event)
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
            self._settings, journal, self._open_client, self._clock, self._moment, self._catalogue, self._log,
            self._member.entrance if self._member else entrance_of(self._settings),
        )  # fmt: skip
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
        fleet = self._fleet(journal, post, outbox.wake)
        central = CentralDesk(
            self._open_client,
            post_of_central,
            self._clock,
            self._log,
            self._settings.central.health_every_s,
            outbox.wake,
            fleet.in_force.shape if fleet is not None else reference_of,
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
        self._ask_stop = app.ask_stop
        loud = SpokenTest(access, speech.say) if "speaker" in self._settings.devices else None
        desk = office.open(devices, post, outbox.wake, settling.wake, threading.Event().wait, self._power(), loud)
        if fleet is not None:
            log_file = self._settings.terminal.state_dir / LOG_FILE
            fleet.lend_hands(remote_hands(self._power(), desk, log_file, journal, self._moment, outbox.wake))
        upkeep = Upkeep(journal, self._log.bug)
        outside = RealOutside(
            devices, central, outbox, self._catalogue, settling.wake, upkeep.tidy, desk.perform, typing, errands.perform
        )
        engine = Engine(
            Terminal(self._site(has_pinyin=typing.is_ready), first),
            self._clock,
            lambda: uuid.uuid4().hex,
            journal,
            outside if fleet is None else WitnessedOutside(outside, fleet.watch_effect),
            _Faces(app, speech, fleet.watch_display if fleet is not None else _unseen),
            self._log,
        )
        self._install_hooks(engine)
        ask_stop = self._stop_on_signals(app)
        journal.when_failed(partial(self._journal_failed, post, ask_stop))
        running.callback(self._stop, central)  # started by `settling`: the attract screen waits for its word
        guests = () if fleet is None else (fleet,)
        for part in (engine, desk, devices, typing, errands, speech, access, outbox, upkeep, settling, *guests):
            part.start()
            running.callback(self._stop, part)
        self._show_remotely(app, running)
        self._open_door(desk, running)
        self._log.info("started", version=APP_VERSION_TEXT)
        app.run()

    # --- joining a fleet -------------------------------------------------------------------------------------------

    def enrol(self) -> int:
        """Serves nobody: asks for a ticket, joins, and ends so that it is started again as one of the fleet."""
        with ExitStack() as running:
            try:
                journal = self._start_journal(running)
            except JournalError as error:
                self._log.bug("journal_does_not_open", error)
                self._run_closed(running)
            else:
                self._run_enrolment(journal, running)
        return self._exit_code

    def _run_enrolment(self, journal: Journal, running: ExitStack) -> None:
        engine: Engine | None = None

        def post(event: Event) -> None:
            if engine is not None:
                engine.post(event)

        devices = open_devices(self._settings, post, self._clock, self._log)
        app = self._screens(
            lambda serial, touch: engine.touch(serial, touch) if engine else None, devices.preview, post
        )
        self._ask_stop = app.ask_stop
        enroller = make_enroller(self._settings, post, self._power().restart_program, self._log)
        terminal = Terminal(self._site(), AwaitingTicket())
        outside = EnrolmentOutside(devices.set_activities, enroller.perform)
        engine = Engine(terminal, self._clock, lambda: uuid.uuid4().hex, journal, outside, app, self._log)
        self._install_hooks(engine)
        self._stop_on_signals(app)
        for part in (engine, devices, enroller):
            part.start()
            running.callback(self._stop, part)
        self._show_remotely(app, running)
        app.run()

    def _fleet(
        self, journal: Journal, post: Callable[[Event], None], wake_outbox: Callable[[], None]
    ) -> FleetDesk | None:
        if self._member is None:
            return None
        restart = self._power().restart_program
        around = Surroundings(
            journal, self._open_client, post, wake_outbox, restart, self._catalogue, self._clock, self._moment,
            random.random, self._log,
        )  # fmt: skip
        return self._member.desk(self._settings, around)

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

    def _power(self) -> Power:
        def end_program(exit_code: int) -> None:
            self._exit_code = exit_code
            self._ask_stop()

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
        return open_client(self._settings, self._token, self._member)

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

    def __init__(  # the app is a TerminalApp; Kivy has no types
        self, app: Any, speech: Speech, watch: Callable[[Display], None]
    ) -> None:
        self._app = app
        self._speech = speech
        self._watch = watch

    def publish(self, display: Display) -> None:
        self._app.publish(display)
        self._speech.publish(display)
        self._watch(display)


def _unseen(_display: Display) -> None:
    pass


def _read_token(path: Path) -> str:
    """Empty when there is none: the backend then refuses, and the page says so."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
