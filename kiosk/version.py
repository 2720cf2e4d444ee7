"""The version of the program, as bundles and reports mean it."""

from __future__ import annotations

from typing import Final

APP_VERSION: Final = (0, 1, 0)
APP_VERSION_TEXT: Final = ".".join(str(part) for part in APP_VERSION)
