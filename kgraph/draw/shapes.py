"""Polygons of the shapes in :mod:`kgraph.draw.legend`, for SVG and CSS.

Takes a shape by vis-network's name, returns its corners around 0, 0 in radii, y growing
downwards; a ``dot`` has none, and is a disc.
"""

from __future__ import annotations

import math

Corner = tuple[float, float]


def _polygon(number: int, turn: float, inner: float = 1.0) -> tuple[Corner, ...]:
    """Compute a regular polygon of ``number`` corners.

    The first corner is ``turn`` turns from the top. Every other corner is at ``inner`` of the
    radius: below 1 gives a star.
    """
    unit = [(inner if n % 2 else 1.0, math.tau * (turn + n / number)) for n in range(number)]
    return tuple((r * math.sin(angle), -r * math.cos(angle)) for r, angle in unit)


#: Corners of each shape.
SHAPE_CORNERS: dict[str, tuple[Corner, ...]] = {
    "dot": (),
    "square": _polygon(4, 1 / 8),
    "diamond": _polygon(4, 0),
    "triangle": _polygon(3, 0),
    "triangleDown": _polygon(3, 1 / 2),
    "hexagon": _polygon(6, 0),
    "star": _polygon(10, 0, 0.5),
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
