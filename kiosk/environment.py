"""What must be set before Kivy is imported for the first time: it reads its environment on import, and only then."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Final

KIVY_ENVIRONMENT: Final = {
    "KIVY_LOG_MODE": "PYTHON",  # otherwise it takes over the root logger and stderr
    "KIVY_NO_CONFIG": "1",  # no config.ini of whoever used this account before
    "KIVY_NO_FILELOG": "1",  # with the line above: nothing is written to the home directory
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_NO_ARGS": "1",  # the command line is ours
    "KIVY_NO_ENV_CONFIG": "1",  # no KCFG_... overrides
    "KIVY_METRICS_DENSITY": "1",  # sizes come from the configured glass
    "KIVY_METRICS_FONTSCALE": "1",
}

SDL_ENVIRONMENT: Final = {
    "SDL_MOUSE_TOUCH_EVENTS": "0",  # one finger is one event
    "SDL_TOUCH_MOUSE_EVENTS": "1",
    "SDL_QUIT_ON_LAST_WINDOW_CLOSE": "0",
    "SDL_AUDIODRIVER": "dummy",  # sound is the speaker's business
}


def prepare_environment(environ: MutableMapping[str, str], *, is_headless: bool = False) -> None:
    """Sets every variable; `is_headless` draws without any display at all."""
    environ.update(KIVY_ENVIRONMENT)
    environ.update(SDL_ENVIRONMENT)
    if is_headless:
        environ["SDL_VIDEODRIVER"] = "offscreen"


def missing_settings(environ: MutableMapping[str, str]) -> tuple[str, ...]:
    """Variables that are not as they must be."""
    return tuple(name for name, value in KIVY_ENVIRONMENT.items() if environ.get(name) != value)
