"""Keeps people out of logs and tracebacks."""

from __future__ import annotations


class Personal:
    """Mixed into records with personal data: nothing of them reaches a log or a traceback by accident.

    Use together with `@dataclass(frozen=True, repr=False)`, else the dataclass writes its own `repr`.
    """

    def __repr__(self) -> str:
        return f"<{type(self).__name__} withheld>"

    __str__ = __repr__
