"""Photos that people sent for their new card."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Moment


class PhotoRow(Base):
    """A photo made fit by `processing`; one that no application uses ends with its draft."""

    __tablename__ = "photos"

    photo_number: Mapped[str] = mapped_column(String(32), primary_key=True)
    draft_number: Mapped[str] = mapped_column(String(32), index=True)
    application_number: Mapped[str | None] = mapped_column(ForeignKey("applications.application_number"), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    width_px: Mapped[int]
    height_px: Mapped[int]
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)
