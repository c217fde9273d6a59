"""How types of things look on pages: a style sheet made from :mod:`kgraph.draw.legend`.

Takes nothing, gives the colours as custom properties (``--company``), the mark before a type's
name (``.type.company``) and the marks of a picture (``.picture .company``). Marks are seen
beside words and never are words, so 3:1 on the ground is enough (WCAG 2.2, 1.4.11).
"""

from __future__ import annotations

from kgraph.draw.legend import TYPE_STYLES, css_switched_variables
from kgraph.draw.shapes import css_clip_path


def type_styles() -> str:
    """The style sheet."""
    rules = (
        f".type.{type_}::before {{ background: var(--{type_}); clip-path: {css_clip_path(look.shape)}; }}\n"
        f".picture .{type_} :is(circle, polygon) {{ fill: var(--{type_}); }}\n"
        for type_, look in TYPE_STYLES.items()
    )
    return css_switched_variables() + "".join(rules)
