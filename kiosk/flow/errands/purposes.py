"""What a person comes for, and where each errand goes on once the person is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from kiosk.domain.application import CardAction, CardState, allowed_actions
from kiosk.flow.errands.effects import ReadProgress
from kiosk.flow.errands.facts import Purpose
from kiosk.flow.errands.situations_own import ExplainingLossOnly, LossOnlyStopped, ReadingProgress
from kiosk.flow.facts import Moment, Person
from kiosk.flow.situations import Troubled
from kiosk.flow.terminal import Result, Terminal, go, session_of
from kiosk.flow.texts import text
from kiosk.flow.views import ExplainView, Line, Picture

BY_OPTION: Final[Mapping[str, Purpose]] = {
    "replace": Purpose.REPLACE,
    "progress": Purpose.PROGRESS,
    "certificate": Purpose.CERTIFICATE,
    "loss_only": Purpose.LOSS_ONLY,
}
PICTURES: Final[Mapping[Purpose, Picture]] = {
    Purpose.REPLACE: Picture.CARD,
    Purpose.PROGRESS: Picture.CALENDAR,
    Purpose.CERTIFICATE: Picture.CERTIFICATE,
    Purpose.LOSS_ONLY: Picture.CARD_LOST,
}


def purposed(terminal: Terminal, purpose: Purpose) -> Terminal:
    return replace(terminal, session=replace(session_of(terminal), purpose=purpose))


def view_notice(purpose: Purpose) -> ExplainView:
    """Before the document is read: what for, and what becomes of what is read."""
    return ExplainView(
        title=text(f"own.notice.{purpose.value}"),
        lines=(
            Line(text("own.notice.document"), Picture.ID_CARD),
            Line(text("own.notice.free"), Picture.MONEY),
            Line(text("notice.privacy"), Picture.SHIELD),
        ),
        confirm=text("notice.confirm"),
        decline=text("notice.decline"),
    )


def identified(terminal: Terminal, person: Person, now: Moment) -> Result:
    """The person said: this is me."""
    if session_of(terminal).purpose is Purpose.LOSS_ONLY:
        return _to_the_loss(terminal, person, now)
    return read_progress(terminal, now)


def _to_the_loss(terminal: Terminal, person: Person, now: Moment) -> Result:
    card = person.card
    if card is not None and CardAction.REPORT_LOSS in allowed_actions(card.state):
        return go(terminal, ExplainingLossOnly(), now)
    if card is not None and card.state is CardState.PRE_LOST:
        return go(terminal, LossOnlyStopped(is_earlier=True), now)
    is_final = card is not None and card.state is CardState.LOST
    return go(terminal, Troubled("loss_final" if is_final else "no_card_to_stop", ("finish",)), now)


def read_progress(terminal: Terminal, now: Moment) -> Result:
    """Asks for the person's applications; before anybody is known it leads nowhere."""
    session = session_of(terminal)
    person = session.answers.person
    if person is None:
        return terminal, ()
    tracking = terminal if session.purpose is Purpose.CERTIFICATE else purposed(terminal, Purpose.PROGRESS)
    return go(tracking, ReadingProgress(now.fresh_id), now, ReadProgress(now.fresh_id, person.token))
