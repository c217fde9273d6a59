"""What the caption of a picture says of its lines."""

import pytest

from kgraph.draw.draw import PictureContent, make_caption
from kgraph.graph.cooccurrence import CoMention


@pytest.mark.parametrize(
    ("association", "words"),
    [
        (0.2, "occur in the same episodes more often than chance would predict."),
        (-0.1, "occur in the same episodes, which are too few to tell from chance."),
    ],
)
def test_a_caption_promises_no_more_than_the_links_hold(association, words):
    pair = CoMention("company/a", "company/b", 2, 1.5, 1.2, association)
    caption = make_caption(PictureContent([], [pair], frozenset(), 6))
    assert caption.endswith(f"A line joins names that {words}")


def test_a_caption_tells_of_the_lines_that_may_be_chance():
    pairs = [CoMention("company/a", f"company/{n}", 2, 1.5, 1.2, n / 9) for n in (0, 1)]
    caption = make_caption(PictureContent([], pairs, frozenset(), 6))
    assert caption.endswith("than chance would predict; where it is dotted, that may be chance.")
