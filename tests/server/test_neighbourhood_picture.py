"""The drawing of a neighbourhood: all of it is inside its frame."""

import pytest

from kgraph.server.pages.neighbourhood_picture import draw_neighbourhood
from kgraph.views.neighbourhood import Neighbourhood, Node, Tie
from kgraph.views.values import EntityRef


def node(id_, x, y, label="A name"):
    return Node(EntityRef(id_, label, id_.partition("/")[0]), 3, 0.9, x, y, 10.0)


TYPES = ("company", "institution", "crypto", "product", "person", "place", "show", "other")


@pytest.mark.parametrize("type_", TYPES)
def test_a_picture_holds_all_of_it(type_):
    one, other = node(f"{type_}/a", -50, -20, "W" * 60), node("company/b", 70, 30, "比特幣" * 9)
    found = draw_neighbourhood(
        Neighbourhood(one.thing, [one, other], [Tie(one.thing.id, "company/b", 2, 0.5, 0.4)])
    )
    for mark in found.marks:
        half = max(mark.radius, 14 * 0.54 * 24 / 2)
        assert half <= mark.x <= found.width - half
        assert mark.radius <= mark.y < mark.text_y <= found.height
    (line,) = found.lines
    assert (line.width, line.dashed) == (2.8, True)
    assert {(line.x1, line.y1), (line.x2, line.y2)} == {(m.x, m.y) for m in found.marks}
    assert [mark.is_focus for mark in found.marks] == [True, False]
    assert bool(found.marks[0].points) == (type_ not in ("company", "other"))
