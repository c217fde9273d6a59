"""kgraph.view.legend: every type has a look that can be told from its ground."""

import pytest

from kgraph.atlas.tables import TYPES
from kgraph.view.legend import GROUND, LOOKS, plain_variables, switched_variables


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_type_has_a_look():
    assert set(LOOKS) == set(TYPES)


@pytest.mark.parametrize("type_", LOOKS)
def test_a_colour_stands_out_from_its_ground(type_):
    light, dark = GROUND
    assert contrast(LOOKS[type_].light, light) >= 3
    assert contrast(LOOKS[type_].dark, dark) >= 3


def test_every_colour_is_a_variable():
    assert "--company: #0072b2; " in plain_variables().partition("@media")[0]
    assert "--company: #56b4e9; " in plain_variables().partition("@media")[2]
    assert "--company: light-dark(#0072b2, #56b4e9); " in switched_variables()
