"""Views that say nothing: screens are built with them before anybody comes and get their real view when shown."""

from __future__ import annotations

from kiosk.flow import views
from kiosk.flow.texts import literal

_NO_TEXT = literal("")

BLANKS: tuple[views.View | views.Overlay, ...] = (
    views.ChoiceView(_NO_TEXT, ()),
    views.DeviceView(_NO_TEXT, _NO_TEXT, views.Picture.TICK, views.Phase.WAITING),
    views.RecordView(_NO_TEXT, (), _NO_TEXT),
    views.KeypadView(_NO_TEXT, "", _NO_TEXT, _NO_TEXT),
    views.TextEntryView(_NO_TEXT, "", _NO_TEXT, _NO_TEXT),
    views.CheckView(_NO_TEXT, _NO_TEXT, (), _NO_TEXT),
    views.PayCodeView(_NO_TEXT, _NO_TEXT, "", _NO_TEXT, _NO_TEXT, 0),
    views.PayScanView(_NO_TEXT, _NO_TEXT, _NO_TEXT, views.Picture.TICK, views.Phase.WAITING, None, shows_preview=False),
    views.WorkingView(_NO_TEXT, _NO_TEXT),
    views.DoneView(_NO_TEXT, _NO_TEXT, "", (), (), _NO_TEXT),
    views.ReceiptView(_NO_TEXT, views.Phase.WAITING, _NO_TEXT, None, _NO_TEXT, ()),
    views.IdleWarning(0),
    views.HelpOverlay(_NO_TEXT, (), _NO_TEXT),
    views.EndQuestion(_NO_TEXT),
)
"""In the order in which a visit needs them. Screens whose list sizes its drawings by its first lines are built when
needed: built ahead they would look different."""
