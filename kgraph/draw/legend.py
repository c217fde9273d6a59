"""Styles and plurals of types in every picture: one row for each type.

The types of entities are those of ``ontology/types.yaml``.
"""

from __future__ import annotations

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES


class TypeStyle(msgspec.Struct, frozen=True):
    """Style of a type; colours are ``#rrggbb``."""

    plural: str
    light: str  #: colour on a light background
    dark: str  #: colour on a dark background
    shape: str = "dot"  #: a shape of vis-network that puts the label below


BACKGROUNDS = ("#fbfbfa", "#15181c")  #: of a page, light and dark

#: Style of each type, in the order of a legend.
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


def type_colours() -> dict[str, tuple[str, str]]:

    return {type_: (style.light, style.dark) for type_, style in TYPE_STYLES.items()}


def css_system_variables() -> str:
    """Return CSS custom properties ``--TYPE`` of plain colours, by the system's preference."""
    light = "".join(f"--{type_}: {style.light}; " for type_, style in TYPE_STYLES.items())
    dark = "".join(f"--{type_}: {style.dark}; " for type_, style in TYPE_STYLES.items())
    return f":root {{ {light}}}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"


def css_switched_variables() -> str:
    """Return CSS custom properties ``--TYPE`` that follow the element's ``color-scheme``."""
    rows = (
        f"--{type_}: light-dark({style.light}, {style.dark}); "
        for type_, style in TYPE_STYLES.items()
    )
    return f":root {{ {''.join(rows)}}}\n"
