"""The parameters of a search, declared once."""

from kgraph.search import Filters, SearchRequest, search_page


def test_lists_are_apart_by_commas_and_names_are_stripped():
    request = SearchRequest("x", kind="quote, episode", type="company,", theme=" DeFi ")
    assert request.to_filters() == Filters(
        kinds=frozenset({"quote", "episode"}), types=frozenset({"company"}), theme="DeFi"
    )


def test_a_page_knows_whether_there_are_more_hits(index):
    every, more = search_page(index, SearchRequest("nvidia", limit=500))
    assert (len(every.hits) > 1, more) == (True, False)
    first, more = search_page(index, SearchRequest("nvidia", limit=1))
    assert (first.hits, more) == (every.hits[:1], True)
    second, _ = search_page(index, SearchRequest("nvidia", limit=1, offset=1))
    assert second.hits == every.hits[1:2]
