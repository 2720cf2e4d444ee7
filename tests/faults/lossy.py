"""A network that does what networks do: lose, double, delay, fail. Below `requests`, above the real socket."""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from io import BytesIO
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter


class Fate(StrEnum):
    """What happens to one message and its answer."""

    WELL = "well"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    DOUBLED = "doubled"
    LATE = "late"
    """The sender has given up when it arrives."""
    BROKEN_AFTER = "500 after the work was done"
    BROKEN_BEFORE = "503 before anything was done"


class LossyNetwork(HTTPAdapter):
    """In front of the client's own adapter. `fates` are used up one a message; afterwards all is well."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self._inner = inner
        self.fates: deque[Fate] = deque()
        self.late: deque[tuple[requests.PreparedRequest, dict[str, Any]]] = deque()

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        fate = self.fates.popleft() if self.fates else Fate.WELL
        match fate:
            case Fate.WELL:
                return self._inner.send(request, **options)
            case Fate.REQUEST_LOST:
                raise requests.ConnectionError("lost on the way there")
            case Fate.ANSWER_LOST:
                self._arrives(request, options)
                raise requests.ReadTimeout("lost on the way back")
            case Fate.DOUBLED:
                self._arrives(request, options)
                return self._inner.send(request, **options)
            case Fate.LATE:
                self.late.append((request, options))
                raise requests.ReadTimeout("still on the way")
            case Fate.BROKEN_AFTER:
                self._arrives(request, options)
                return _answer(request, 500)
            case Fate.BROKEN_BEFORE:
                return _answer(request, 503)

    def close(self) -> None:
        super().close()
        self._inner.close()

    def late_ones_arrive(self) -> None:
        while self.late:
            self._arrives(*self.late.popleft())

    def _arrives(self, request: requests.PreparedRequest, options: dict[str, Any]) -> None:
        """It does its work there; nobody hears the answer."""
        super().send(request, **options).content  # noqa: B018  read to the end, so that the connection can go on


def _answer(request: requests.PreparedRequest, status: int) -> requests.Response:
    """A page of some machine in between, not of the backend."""
    response = requests.Response()
    response.status_code, response.request, response.url = status, request, request.url or ""
    response.raw = BytesIO(b"<html>Bad gateway</html>")
    return response
