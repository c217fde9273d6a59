from hypothesis import given
from hypothesis import strategies as st

from kgraph.graph.combine import combine_confidences

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(CHANCES, st.floats(0, 1))
def test_another_row_never_lowers_the_confidence_and_never_makes_it_surer_than_itself(rows, more):
    assert combine_confidences([*rows, more]) == max(combine_confidences(rows), more)


@given(CHANCES)
def test_the_order_of_the_rows_does_not_count(chances):
    assert combine_confidences(chances) == combine_confidences(chances[::-1])
