"""Every Sphinx role in the program's texts names something that there is.

A role may be short: it is looked for in its own module, then in its package, then in
``kgraph``, and last by its full name.
"""

import importlib
import re
from functools import cache
from types import ModuleType

from support import ROOT

ROLE = re.compile(r":(?:mod|func|class|data|meth|exc|attr):`~?([\w.]+)`")
FILES = sorted((ROOT / "kgraph").rglob("*.py"))
ABSENT = {"pandas", "polars"}
"""Libraries that an installation may be without."""


def stands(name):
    """Whether a whole name leads to something."""
    head, _, last = name.rpartition(".")
    if module(name) or name.partition(".")[0] in ABSENT:
        return True
    found = target(head)
    try:
        return found is not None and (hasattr(found, last) or last in annotations(found))
    except DeprecationWarning:  # an old name
        return False


def target(name):
    """The module or class of that name."""
    if not name or module(name):
        return module(name) if name else None
    head, _, last = name.rpartition(".")
    return getattr(target(head), last, None)


@cache
def module(name) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except (ModuleNotFoundError, DeprecationWarning):  # an old name is no name
        return None


def annotations(found):
    return getattr(found, "__annotations__", {})


def broken(here, text):
    """The roles of a module's text that lead nowhere."""
    package = here.rpartition(".")[0]
    for match in ROLE.finditer(text):
        name = match[1]
        places = (f"{here}.{name}", f"{package}.{name}", f"kgraph.{name}", name)
        if not any(map(stands, places)):
            yield match[0]


def test_every_role_leads_somewhere():
    wrong = {}
    for file in FILES:
        parts = file.relative_to(ROOT).with_suffix("").parts
        here = ".".join(part for part in parts if part != "__init__")
        if found := list(broken(here, file.read_text("utf-8"))):
            wrong[here] = found
    assert wrong == {}


def test_a_role_that_leads_nowhere_is_found():
    text = (
        ":func:`thin_pairs` :func:`kgraph.draw.select.backbone_of` :mod:`nowhere` "
        ":data:`base.model.REJECTED`"
    )
    assert list(broken("kgraph.draw.select", text)) == [
        ":func:`kgraph.draw.select.backbone_of`",
        ":mod:`nowhere`",
    ]
