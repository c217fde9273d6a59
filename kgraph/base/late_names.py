"""Names that a package exports from modules which are imported when a name is first asked for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module


def add_late_names(package: str, modules: Mapping[str, str]) -> None:
    """Give a package a module-level ``__getattr__`` (PEP 562) for names of slow modules.

    It is set here, since a ``__getattr__`` in the package's own text would let a type checker
    accept any name.

    Args:
        modules: name -> the module that has it.
    """
    names = sys.modules[package].__dict__

    def __getattr__(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        names[name] = getattr(import_module(modules[name]), name)
        return names[name]

    names["__getattr__"] = __getattr__
