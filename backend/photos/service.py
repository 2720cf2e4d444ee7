"""Photos between the phone, the draft and the application."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.applications.tables import ApplicationRow
from backend.clock import Clock, Numbers, city_day
from backend.photos.processing import IdPhoto
from backend.photos.tables import PhotoRow
from kiosk.domain.application import ApplicationState

_UNUSED_STATES = (ApplicationState.CANCELLED, ApplicationState.PAYMENT_EXPIRED, ApplicationState.REJECTED)


@dataclass(frozen=True)
class Photos:
    """Each call runs inside the caller's transaction."""

    clock: Clock
    numbers: Numbers

    def keep(self, session: Session, draft_number: str, photo: IdPhoto) -> PhotoRow:
        """The draft's one photo from now on; an earlier one is deleted."""
        self.forget(session, draft_number)
        now = self.clock.now()
        row = PhotoRow(
            photo_number=self.numbers.number("ZP", city_day(now)),
            draft_number=draft_number,
            made_at=now,
            width_px=photo.width_px,
            height_px=photo.height_px,
            jpeg=photo.jpeg,
        )
        session.add(row)
        session.flush()
        return row

    def of_application(self, session: Session, application_number: str) -> PhotoRow | None:
        return session.scalars(select(PhotoRow).where(PhotoRow.application_number == application_number)).one_or_none()

    def forget(self, session: Session, draft_number: str) -> None:
        """Deletes what a draft holds and no application uses."""
        unused = (PhotoRow.draft_number == draft_number) & PhotoRow.application_number.is_(None)
        session.execute(delete(PhotoRow).where(unused))

    def forget_unused(self, session: Session) -> None:
        """Deletes photos of applications that came to nothing."""
        ended = select(ApplicationRow.application_number).where(ApplicationRow.state.in_(_UNUSED_STATES))
        session.execute(delete(PhotoRow).where(PhotoRow.application_number.in_(ended)))
