"""Styles, shapes and plurals of types in every picture: one row for each type.

The types of entities are those of ``ontology/types.yaml``. A shape has vis-network's name; its
corners are around 0, 0 in radii, y growing downwards.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

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


def css_system_variables(more: Mapping[str, tuple[str, str]] = {}) -> str:
    """Return CSS custom properties ``--TYPE`` of plain colours, by the system's preference.

    ``more`` are further names, each with its colour on a light and on a dark background.
    """
    pairs = {type_: (style.light, style.dark) for type_, style in TYPE_STYLES.items()} | dict(more)
    light = "".join(f"--{name}: {pair[0]}; " for name, pair in pairs.items())
    dark = "".join(f"--{name}: {pair[1]}; " for name, pair in pairs.items())
    return f":root {{ {light}}}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"


def css_switched_variables() -> str:
    """Return CSS custom properties ``--TYPE`` that follow the element's ``color-scheme``."""
    rows = (
        f"--{type_}: light-dark({style.light}, {style.dark}); "
        for type_, style in TYPE_STYLES.items()
    )
    return f":root {{ {''.join(rows)}}}\n"


# -- shapes ------------------------------------------------------------------------

Corner = tuple[float, float]


def _polygon(number: int, turn: float, inner: float = 1.0) -> tuple[Corner, ...]:
    """Compute a regular polygon of ``number`` corners.

    The first corner is ``turn`` turns from the top. Every other corner is at ``inner`` of the
    radius: below 1 gives a star.
    """
    unit = [(inner if n % 2 else 1.0, math.tau * (turn + n / number)) for n in range(number)]
    return tuple((r * math.sin(angle), -r * math.cos(angle)) for r, angle in unit)


#: Corners of each shape; a ``dot`` has none, and is a disc.
SHAPE_CORNERS: dict[str, tuple[Corner, ...]] = {
    "dot": (),
    "square": _polygon(4, 1 / 8),
    "diamond": _polygon(4, 0),
    "triangle": _polygon(3, 0),
    "triangleDown": _polygon(3, 1 / 2),
    "hexagon": _polygon(6, 0),
    "star": _polygon(10, 0, 0.5),
    "cross": tuple(
        (sx * x, sy * y)
        for sx, sy, corners in (
            (1, -1, ((0.3, 0.95), (0.3, 0.3), (0.95, 0.3))),
            (1, 1, ((0.95, 0.3), (0.3, 0.3), (0.3, 0.95))),
            (-1, 1, ((0.3, 0.95), (0.3, 0.3), (0.95, 0.3))),
            (-1, -1, ((0.95, 0.3), (0.3, 0.3), (0.3, 0.95))),
        )
        for x, y in corners
    ),
}


def svg_points(shape: str, x: float, y: float, radius: float) -> str:
    """Write the corners around a point as an SVG ``points`` attribute; "" for a disc.

    >>> svg_points("diamond", 10, 10, 5)
    '10.0,5.0 15.0,10.0 10.0,15.0 5.0,10.0'
    """
    return " ".join(
        f"{x + radius * dx:.1f},{y + radius * dy:.1f}" for dx, dy in SHAPE_CORNERS[shape]
    )


def css_clip_path(shape: str) -> str:
    """Write the shape as a value of CSS's ``clip-path``.

    >>> css_clip_path("diamond"), css_clip_path("dot")
    ('polygon(50.0% 0.0%, 100.0% 50.0%, 50.0% 100.0%, 0.0% 50.0%)', 'circle()')
    """
    corners = [f"{50 + 50 * dx:.1f}% {50 + 50 * dy:.1f}%" for dx, dy in SHAPE_CORNERS[shape]]
    return f"polygon({', '.join(corners)})" if corners else "circle()"
