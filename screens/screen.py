"""The base of every screen: a column that draws one frozen view and keeps nothing of its own."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from screens.widgets.block import Column


class Screen(Column):
    """Made with its first view; later views of the same class replace it whole."""

    view = ObjectProperty(None, rebind=True)
