import pytest

from kgraph.errors import UnknownNameError
from kgraph.query.why import explain


def test_of_a_quote_it_is_said_where_its_decision_is_told(sample):
    episode = next(episode for episode in sample.graph if episode.quotes)
    quote = episode.quotes[0]
    for name in (f"quote/{quote.key}", quote.text, quote.text.upper()):
        with pytest.raises(UnknownNameError, match="`kgraph audit quotes`"):
            explain(episode, name)
    with pytest.raises(UnknownNameError, match="nothing called"):
        explain(episode, "quote/0123456789abcdef")
