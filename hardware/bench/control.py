"""The bench's one control interface (HTTP, JSON) and its page in the browser.

| request | what |
|---|---|
| GET  / | the page |
| GET  /api/state | every peripheral's `state` |
| GET  /api/drawer | the invented people and their cards |
| POST /api/{peripheral}/{verb} | a verb of one peripheral; the body is its fields |
| GET  /api/screen/elements | what is on the terminal's screen, machine-readable |
| GET  /api/screen/picture.png | the screen now |
| GET  /api/screen/live | the screen as a stream of pictures (multipart) |
| POST /api/screen/tap | {"x": .., "y": ..} in pixels, or {"id": "confirm"} |
| POST /api/phone/{act} | the payer's phone: passed on to the payment sandbox |
| GET  /api/receipts/{name} | a printed receipt as PNG |

Peripherals: card, reader (pcscd), identity, camera, printer, network. An act that is refused answers 409 with
{"error": ...}.
"""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from hardware.bench.peripheral import Peripheral, PeripheralError
from hardware.bench.screen import Screen, ScreenError

PAGE = Path(__file__).parent / "page"
LIVE_WIDTH_PX = 540
LIVE_PAUSE_S = 0.1
PHONE_LIMIT_S = 10.0


@dataclass(frozen=True)
class Bench:
    """Everything on the bench, already running."""

    peripherals: Mapping[str, Peripheral]
    screen: Screen
    sandbox_url: str
    people_file: Path
    spool: Path


def create_app(bench: Bench) -> Starlette:
    handlers = _Handlers(bench)
    return Starlette(
        routes=[
            Route("/", handlers.page),
            Route("/api/state", handlers.state),
            Route("/api/drawer", handlers.drawer),
            Route("/api/screen/elements", handlers.elements),
            Route("/api/screen/picture.png", handlers.picture),
            Route("/api/screen/live", handlers.live),
            Route("/api/screen/tap", handlers.tap, methods=["POST"]),
            Route("/api/phone/{act}", handlers.phone, methods=["POST"]),
            Route("/api/receipts/{name}", handlers.receipt),
            Route("/api/{peripheral}/{verb}", handlers.verb, methods=["POST"]),
            Mount("/page", StaticFiles(directory=PAGE)),
        ]
    )


class _Handlers:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def page(self, _request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def state(self, _request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self._states))

    def _states(self) -> dict[str, Any]:
        states: dict[str, Any] = {}
        for name, peripheral in self._bench.peripherals.items():
            try:
                states[name] = peripheral.call("state")
            except PeripheralError as error:
                states[name] = {"ok": False, "error": str(error)}
        return states

    async def drawer(self, _request: Request) -> Response:
        return JSONResponse(tomllib.loads(self._bench.people_file.read_text(encoding="utf-8"))["person"])

    async def verb(self, request: Request) -> Response:
        peripheral = self._bench.peripherals.get(request.path_params["peripheral"])
        if peripheral is None:
            return _refused(f"no such peripheral; there are {', '.join(self._bench.peripherals)}", 404)
        fields = await _body(request)
        if fields is None:
            return _refused("the body is not a JSON object", 400)
        try:
            return JSONResponse(await run_in_threadpool(lambda: peripheral.call(request.path_params["verb"], **fields)))
        except PeripheralError as error:
            return _refused(str(error))

    # --- screen ----------------------------------------------------------------------------------------------------

    async def elements(self, _request: Request) -> Response:
        try:
            return JSONResponse(await run_in_threadpool(self._bench.screen.elements))
        except ScreenError as error:
            return _refused(str(error))

    async def picture(self, _request: Request) -> Response:
        try:
            return Response(await run_in_threadpool(self._bench.screen.png), media_type="image/png")
        except ScreenError as error:
            return _refused(str(error))

    async def live(self, request: Request) -> Response:
        return StreamingResponse(self._frames(request), media_type="multipart/x-mixed-replace; boundary=frame")

    async def _frames(self, request: Request) -> AsyncIterator[bytes]:
        """Only pictures that differ from the last one are sent."""
        last = b""
        while not await request.is_disconnected():
            with suppress(ScreenError):
                frame = await run_in_threadpool(self._bench.screen.jpeg, LIVE_WIDTH_PX)
                if frame != last:
                    last = frame
                    yield b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + frame + b"\r\n"
            await asyncio.sleep(LIVE_PAUSE_S)

    async def tap(self, request: Request) -> Response:
        fields = await _body(request) or {}
        try:
            if "id" in fields:
                return JSONResponse(await run_in_threadpool(self._bench.screen.tap_element, str(fields["id"])))
            await run_in_threadpool(self._bench.screen.tap, int(fields["x"]), int(fields["y"]))
        except ScreenError as error:
            return _refused(str(error))
        except (KeyError, ValueError, TypeError):
            return _refused('needs {"x": .., "y": ..} or {"id": ..}', 400)
        return JSONResponse({"ok": True})

    # --- the payer's phone and the paper ---------------------------------------------------------------------------

    async def phone(self, request: Request) -> Response:
        fields = await _body(request)
        url = f"{self._bench.sandbox_url}/phone/{request.path_params['act']}"
        try:
            answer = await run_in_threadpool(lambda: requests.post(url, json=fields or {}, timeout=PHONE_LIMIT_S))
        except requests.RequestException:
            return _refused("the payment sandbox does not answer")
        return Response(answer.content, answer.status_code, media_type="application/json")

    async def receipt(self, request: Request) -> Response:
        file = self._bench.spool / Path(request.path_params["name"]).name
        return FileResponse(file) if file.is_file() else _refused("no such receipt", 404)


async def _body(request: Request) -> dict[str, Any] | None:
    content = await request.body()
    if not content:
        return {}
    try:
        fields = await request.json()
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _refused(words: str, status: int = 409) -> Response:
    return JSONResponse({"error": words}, status)
