"""How types of things look and are called, in every picture: one row a type.

The types of entities are those of ``ontology/types.yaml``.
"""

from __future__ import annotations

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES


class TypeStyle(msgspec.Struct, frozen=True):
    """How a type looks.

    Attributes:
        plural: what several of it are called.
        light, dark: its colour on light and on dark ground, ``#rrggbb``.
        shape: of its mark: a shape of vis-network whose label stands below it.
    """

    plural: str
    light: str
    dark: str
    shape: str = "dot"


BACKGROUNDS = ("#fbfbfa", "#15181c")
"""The ground of a page, light and dark."""

TYPE_STYLES = {
    **{
        type_: TypeStyle(spec.plural, spec.light, spec.dark, spec.shape)
        for type_, spec in ENTITY_TYPES.items()
    },
    "theme": TypeStyle("themes", "#8c4a32", "#d9a08a"),
    "topic": TypeStyle("topics", "#8c4a32", "#d9a08a"),
    "tag": TypeStyle("tags", "#6b7178", "#9aa1a9"),
    "episode": TypeStyle("episodes", "#6a7078", "#8d949d"),
    "quote": TypeStyle("quotes", "#868a90", "#767d86"),
}
"""By type, in the order of a legend."""


def type_colours() -> dict[str, tuple[str, str]]:
    """Of each type its colours on light ground and on dark, as scripts take them."""
    return {type_: (look.light, look.dark) for type_, look in TYPE_STYLES.items()}


def css_system_variables() -> str:
    """The colours as custom properties of CSS, ``--TYPE``, by what the reader's system prefers.

    A script that reads one gets a colour.
    """
    light = "".join(f"--{type_}: {look.light}; " for type_, look in TYPE_STYLES.items())
    dark = "".join(f"--{type_}: {look.dark}; " for type_, look in TYPE_STYLES.items())
    return f":root {{ {light}}}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"


def css_switched_variables() -> str:
    """The same by the ``color-scheme`` of the element, which a page may switch."""
    rows = (
        f"--{type_}: light-dark({look.light}, {look.dark}); " for type_, look in TYPE_STYLES.items()
    )
    return f":root {{ {''.join(rows)}}}\n"
