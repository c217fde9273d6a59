"""kgraph.draw.legend: every type has a look that can be told from its ground."""

import pytest

from kgraph.atlas.model import NODE_TYPES
from kgraph.draw.legend import (
    BACKGROUNDS,
    SHAPE_CORNERS,
    TYPE_STYLES,
    css_switched_variables,
    css_system_variables,
)
from kgraph.server.app import ASSETS_FOLDER, type_styles


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_type_has_a_look():
    assert set(TYPE_STYLES) == set(NODE_TYPES)


@pytest.mark.parametrize("type_", TYPE_STYLES)
def test_a_colour_stands_out_from_its_ground(type_):
    light, dark = BACKGROUNDS
    assert contrast(TYPE_STYLES[type_].light, light) >= 3
    assert contrast(TYPE_STYLES[type_].dark, dark) >= 3


def test_every_colour_is_a_variable():
    assert "--company: #0072b2; " in css_system_variables().partition("@media")[0]
    assert "--company: #56b4e9; " in css_system_variables().partition("@media")[2]
    assert "--company: light-dark(#0072b2, #56b4e9); " in css_switched_variables()


RAISED = ("#ffffff", "#1d2126")
"""The ground of cards and pictures on pages, light and dark."""


@pytest.mark.parametrize("type_", TYPE_STYLES)
def test_a_mark_stands_out_on_pages_that_are_served(type_):
    for colour, ground in zip(
        (TYPE_STYLES[type_].light, TYPE_STYLES[type_].dark), RAISED, strict=True
    ):
        assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("shape", SHAPE_CORNERS)
def test_a_shape_stays_inside_of_its_radius(shape):
    assert all(x * x + y * y <= 1 + 1e-9 for x, y in SHAPE_CORNERS[shape])


def test_pages_take_colours_and_shapes_from_the_table():
    assert {look.shape for look in TYPE_STYLES.values()} <= SHAPE_CORNERS.keys()
    page = (ASSETS_FOLDER / "page.css").read_text()
    for type_, look in TYPE_STYLES.items():
        assert f"--{type_}: light-dark({look.light}, {look.dark})" in type_styles()
        assert f".type.{type_}::before" in type_styles() and f".picture .{type_} " in type_styles()
        assert f"--{type_}:" not in page and f".{type_}::" not in page
    for colour in {look.light for look in TYPE_STYLES.values()}:
        assert colour not in page
