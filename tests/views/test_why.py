import pytest
from sample_graph import handmade

from kgraph.base.errors import UnknownNameError
from kgraph.views.why import SHOW_EDGE_RULE, explain_edges


def test_of_a_quote_it_is_said_where_its_decision_is_told(sample):
    episode = next(episode for episode in sample.graph if episode.quotes)
    quote = episode.quotes[0]
    for name in (f"quote/{quote.key}", quote.text, quote.text.upper()):
        with pytest.raises(UnknownNameError, match="`kgraph audit quotes`"):
            explain_edges(episode, name)
    with pytest.raises(UnknownNameError, match="nothing called"):
        explain_edges(episode, "quote/0123456789abcdef")


@pytest.mark.parametrize(
    "name", ["Ours", "ours", "show/ours", "https://w3id.org/kgraph/id/show/ours"]
)
def test_that_an_episode_is_of_its_show_has_reasons_too(name):
    [episode] = handmade()
    [edge] = explain_edges(episode, name)
    assert (edge.rule, edge.target, edge.confidence, edge.rows) == (
        SHOW_EDGE_RULE,
        "show/ours",
        0.9,
        [],
    )
    assert edge.reasons == episode.show.reasons


def test_another_show_is_none_of_its_edges():
    [episode] = handmade()
    with pytest.raises(UnknownNameError, match="nothing called 'Theirs'"):
        explain_edges(episode, "Theirs")


def test_an_edge_goes_by_the_ids_that_its_entity_has_in_other_registers():
    [episode] = handmade()
    with pytest.raises(UnknownNameError):
        explain_edges(episode, "NASDAQ:NVDA")
    [edge] = explain_edges(episode, "NASDAQ:NVDA", ["company/nvidia"])
    assert edge.target == "company/nvidia"
