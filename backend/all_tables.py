"""Imports every module named `tables`, so that `Base.metadata` is whole: for migrations and their test."""

from __future__ import annotations

import importlib
import pkgutil

from sqlalchemy import MetaData

import backend
from backend.database import Base


def whole_metadata() -> MetaData:
    """Every table of every package of the backend, those merged in later as well."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if module.name.rpartition(".")[2] == "tables":
            importlib.import_module(module.name)
    return Base.metadata
