"""Small files of staff mode that must survive a kill: written whole, and on disk before anything is answered."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

M = TypeVar("M", bound=BaseModel)


class Kept(BaseModel):
    """Content of such a file. What an older program wrote is read, what a newer one added is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def write_whole(path: Path, content: bytes) -> None:
    """The old content or the new one, whatever happens meanwhile. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Makes a rename last. Raises OSError."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep(path: Path, content: Kept) -> None:
    write_whole(path, content.model_dump_json(indent=1).encode())


def kept(path: Path, model: type[M]) -> M | None:
    """None when there is no file. Raises ValueError when its content is none, OSError when it cannot be read."""
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        raise ValueError(f"{path.name} is not readable") from None
