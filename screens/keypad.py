"""Digits on our own keypad."""

from __future__ import annotations

from screens.screen import Screen


class KeypadScreen(Screen):
    pass
