"""The bench's one control interface (HTTP, JSON) and its page in the browser.

| request | what |
|---|---|
| GET  / | the page |
| GET  /api/bench | what there is: screen (is_virtual, display, width, height), peripherals |
| GET  /api/state | every peripheral's `state`; one that does not run has {"ok": false, "error"} |
| GET  /api/drawer | the invented people, each with `document` and `card` as the verbs take them |
| GET  /api/staff-cards | the bench's staff cards, each with `holder`, `role` and `pin` |
| POST /api/{peripheral}/{verb} | a verb of one peripheral; the body is its fields |
| GET  /api/screen/elements | what is on the terminal's screen, machine-readable |
| GET  /api/screen/picture.png | the screen now |
| GET  /api/screen/live | the screen as a stream of pictures (multipart) |
| POST /api/screen/tap | {"x": .., "y": ..} in pixels, or {"id": "confirm"} |
| POST /api/screen/stroke | {"points": [[x, y], ...], "seconds": 0.5}: down at the first, up at the last |
| POST /api/phone/{act} | the payer's phone: passed on to the payment sandbox's /phone |
| GET  /api/payment | the sandbox's orders; POST /api/payment/{act}: its faults, release, clock |
| GET  /api/office | start_url: the page on which a phone begins |
| POST /api/office/e-cards | {document_number} -> {code}: of that person's electronic card |
| POST /api/office/production | {application_number, state}: card production tells the backend |
| GET  /api/camera/picture.jpg | what the camera sees now |
| GET  /api/code.svg?content= | a QR code, for the phone that the page draws |
| GET  /api/receipts/{name} | a printed receipt as PNG |

Peripherals: card, reader (pcscd), identity, camera, printer, speaker, keypad, network. For `card insert` and `identity
place` the field `person` may be the `special` of somebody in the drawer; other fields go before what the drawer says.
An act that is refused answers 409, a request that makes no sense 400 or 404, each with {"error": ...}.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import segno
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from hardware.bench.drawer import read_people
from hardware.bench.peripheral import Peripheral, PeripheralError
from hardware.bench.screen import Screen, ScreenError, small_jpeg
from hardware.bench.staff_cards import read_cards, shown

PAGE = Path(__file__).parent / "page"
LIVE_LONGEST_PX = 1280
LIVE_PAUSE_S = 0.1
NEXT_PART = b"\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n"
PASSED_ON_LIMIT_S = 10.0
CAMERA_LIMIT_S = 3.0
NO_FIELDS = frozenset({"self", "verb"})
"""Names that `Peripheral.call` has for itself."""
FRESH = {"Cache-Control": "no-store"}
"""Receipts and pictures of another run have the same names."""


@dataclass(frozen=True)
class Bench:
    """Everything on the bench, already running. `ending` ends the live pictures when the bench is put away."""

    peripherals: Mapping[str, Peripheral]
    screen: Screen
    sandbox_url: str
    people_file: Path
    spool: Path
    camera_picture_url: str = ""
    backend_url: str = ""
    staff_cards_file: Path = Path("var/bench/staff/cards.json")
    ending: threading.Event = field(default_factory=threading.Event)


class RefusedError(Exception):
    """A request that cannot be followed: the words and the HTTP status."""

    def __init__(self, words: str, status: int = 409) -> None:
        super().__init__(words)
        self.status = status


def create_app(bench: Bench) -> Starlette:
    handlers = _Handlers(bench)
    return Starlette(
        routes=[
            Route("/", handlers.page),
            Route("/api/bench", handlers.bench),
            Route("/api/state", handlers.state),
            Route("/api/drawer", handlers.drawer),
            Route("/api/staff-cards", handlers.staff_cards),
            Route("/api/screen/elements", handlers.elements),
            Route("/api/screen/picture.png", handlers.picture),
            Route("/api/screen/live", handlers.live),
            Route("/api/screen/tap", handlers.tap, methods=["POST"]),
            Route("/api/screen/stroke", handlers.stroke, methods=["POST"]),
            Route("/api/phone/{act}", handlers.phone, methods=["POST"]),
            Route("/api/payment", handlers.payment),
            Route("/api/payment/{act}", handlers.payment_act, methods=["POST"]),
            Route("/api/office", handlers.office),
            Route("/api/office/{act}", handlers.office_act, methods=["POST"]),
            Route("/api/camera/picture.jpg", handlers.camera_picture),
            Route("/api/code.svg", handlers.code),
            Route("/api/receipts/{name}", handlers.receipt),
            Route("/api/{peripheral}/{verb}", handlers.verb, methods=["POST"]),
            Mount("/page", StaticFiles(directory=PAGE)),
        ],
        exception_handlers={PeripheralError: _refuse, ScreenError: _refuse, RefusedError: _refuse},
    )


def _refuse(_request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, RefusedError) else 409
    return JSONResponse({"error": str(error)}, status)


class _Handlers:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def page(self, _request: Request) -> Response:
        return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def bench(self, _request: Request) -> Response:
        screen = await run_in_threadpool(self._bench.screen.facts)
        return JSONResponse({"screen": screen, "peripherals": list(self._bench.peripherals)})

    async def state(self, _request: Request) -> Response:
        calls = [run_in_threadpool(_state_of, peripheral) for peripheral in self._bench.peripherals.values()]
        states = await asyncio.gather(*calls)
        return JSONResponse(dict(zip(self._bench.peripherals, states, strict=True)))

    async def drawer(self, _request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(read_people, self._bench.people_file))

    async def staff_cards(self, _request: Request) -> Response:
        try:
            cards = await run_in_threadpool(read_cards, self._bench.staff_cards_file)
        except LookupError as error:
            raise RefusedError(str(error)) from None
        return JSONResponse([shown(card) for card in cards], headers=FRESH)

    async def verb(self, request: Request) -> Response:
        name, verb = request.path_params["peripheral"], request.path_params["verb"]
        peripheral = self._bench.peripherals.get(name)
        if peripheral is None:
            raise RefusedError(f"no such peripheral; there are {', '.join(self._bench.peripherals)}", 404)
        fields = self._from_drawer(name, await _body(request))
        if not NO_FIELDS.isdisjoint(fields):
            raise RefusedError(f"{' and '.join(sorted(NO_FIELDS))} are no fields", 400)
        return JSONResponse(await run_in_threadpool(lambda: peripheral.call(verb, **fields)))

    def _from_drawer(self, peripheral: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Fields with somebody's document or card filled in, where `person` is a word."""
        part = {"identity": "document", "card": "card"}.get(peripheral)
        special = fields.get("person")
        if part is None or not isinstance(special, str):
            return fields
        people = {person["special"]: person for person in read_people(self._bench.people_file)}
        if special not in people:
            raise RefusedError(f"nobody called {special} in the drawer; there are {', '.join(people)}")
        return {**people[special][part], **{name: value for name, value in fields.items() if name != "person"}}

    # --- screen ----------------------------------------------------------------------------------------------------

    async def elements(self, _request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self._bench.screen.elements))

    async def picture(self, _request: Request) -> Response:
        return Response(await run_in_threadpool(self._bench.screen.png), media_type="image/png", headers=FRESH)

    async def live(self, request: Request) -> Response:
        await run_in_threadpool(self._bench.screen.picture)  # refuse before the stream begins
        return StreamingResponse(self._frames(request), media_type="multipart/x-mixed-replace; boundary=frame")

    async def _frames(self, request: Request) -> AsyncIterator[bytes]:
        """Only pictures that differ from the last one. Chromium shows a part once it has the head of the next one."""
        last = b""
        yield NEXT_PART
        while not self._bench.ending.is_set() and not await request.is_disconnected():
            try:
                raw = await run_in_threadpool(self._bench.screen.memory)
            except ScreenError:
                return
            if raw != last:
                last = raw
                frame = await run_in_threadpool(small_jpeg, raw, LIVE_LONGEST_PX)
                yield frame + NEXT_PART
            await asyncio.sleep(LIVE_PAUSE_S)

    async def tap(self, request: Request) -> Response:
        fields = await _body(request)
        if "id" in fields:
            return JSONResponse(await run_in_threadpool(self._bench.screen.tap_element, str(fields["id"])))
        with _understood('needs {"x": .., "y": ..} or {"id": ..}'):
            x, y = int(fields["x"]), int(fields["y"])
        await run_in_threadpool(self._bench.screen.tap, x, y)
        return JSONResponse({"ok": True})

    async def stroke(self, request: Request) -> Response:
        fields = await _body(request)
        with _understood('needs {"points": [[x, y], ...], "seconds": ..}'):
            points = [(int(x), int(y)) for x, y in fields["points"]]
            seconds = float(fields.get("seconds", 0.3))
        await run_in_threadpool(self._bench.screen.stroke, points, seconds)
        return JSONResponse({"ok": True})

    # --- the payer's phone, the camera's picture, the paper --------------------------------------------------------

    async def phone(self, request: Request) -> Response:
        return await self._sandbox("POST", f"phone/{request.path_params['act']}", await _body(request))

    async def payment(self, _request: Request) -> Response:
        return await self._sandbox("GET", "control/state")

    async def payment_act(self, request: Request) -> Response:
        return await self._sandbox("POST", f"control/{request.path_params['act']}", await _body(request))

    async def office(self, _request: Request) -> Response:
        return JSONResponse({"start_url": f"{self._bench.backend_url}/start"})

    async def office_act(self, request: Request) -> Response:
        url = f"{self._bench.backend_url}/bench/{request.path_params['act']}"
        return await _passed_on("POST", url, "the backend", await _body(request))

    async def _sandbox(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Response:
        return await _passed_on(method, f"{self._bench.sandbox_url}/{path}", "the payment sandbox", fields)

    async def camera_picture(self, _request: Request) -> Response:
        url = self._bench.camera_picture_url
        answer = await _fetched(lambda: requests.get(url, timeout=CAMERA_LIMIT_S), "the camera")
        return Response(answer.content, answer.status_code, media_type="image/jpeg", headers=FRESH)

    async def code(self, request: Request) -> Response:
        with _understood("needs ?content=, not too long for a QR code"):
            code = segno.make(request.query_params["content"], micro=False)
        drawing = io.BytesIO()
        code.save(drawing, kind="svg", xmldecl=False, omitsize=True, border=1)
        return Response(drawing.getvalue(), media_type="image/svg+xml", headers=FRESH)

    async def receipt(self, request: Request) -> Response:
        file = self._bench.spool / Path(request.path_params["name"]).name
        if not file.is_file():
            raise RefusedError("no such receipt", 404)
        return FileResponse(file, headers=FRESH)


def _state_of(peripheral: Peripheral) -> dict[str, Any]:
    try:
        return peripheral.call("state")
    except PeripheralError as error:
        return {"ok": False, "error": str(error)}


async def _passed_on(method: str, url: str, who: str, fields: dict[str, Any] | None) -> Response:
    answer = await _fetched(lambda: requests.request(method, url, json=fields, timeout=PASSED_ON_LIMIT_S), who)
    return Response(answer.content, answer.status_code, media_type="application/json")


async def _fetched(ask: Callable[[], requests.Response], who: str) -> requests.Response:
    try:
        return await run_in_threadpool(ask)
    except requests.RequestException:
        raise RefusedError(f"{who} does not answer") from None


async def _body(request: Request) -> dict[str, Any]:
    """The fields of a request; none is none."""
    with _understood("the body is not a JSON object"):
        fields = await request.json() if await request.body() else {}
        return dict(fields.items())


@contextmanager
def _understood(needed: str) -> Generator[None]:
    """Reading what the request says; when it cannot be read, `needed` is the answer."""
    try:
        yield
    except (KeyError, AttributeError, ValueError, TypeError, OverflowError):
        raise RefusedError(needed, 400) from None
