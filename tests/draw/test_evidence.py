"""kgraph.draw.evidence: episodes and quotes, no adverts, no dangerous addresses."""

import pytest
from draw.factories import EPISODES, graph

from kgraph.base.web_address import safe_web_url
from kgraph.draw.evidence import MAX_EPISODES as LISTED
from kgraph.draw.evidence import Support, gather_evidence
from kgraph.graph.cooccurrence import CoMention

PAIR = CoMention("company/acme", "company/beta", 2, 1.2, 1.5, 0.5, 0.81)


def test_a_link_has_the_episodes_that_mention_both_and_the_quotes_that_name_both():
    found = gather_evidence(graph(), ["company/acme", "company/beta"], [PAIR])
    support = found.supports["company/acme", "company/beta"]
    shown = [(found.episodes[number].date, sure) for number, sure in support.episodes]
    assert support.count == 2
    assert shown == [("2025-06-01", 0.81), ("2025-07-01", 0.36)]
    assert [found.quotes[number].text for number in support.quotes] == [
        "Acme bought Beta Works, they say."
    ]


def test_adverts_are_no_evidence():
    found = gather_evidence(graph(), ["company/acme"], [])
    assert not any("ten percent" in quote.text for quote in found.quotes)


def test_what_nothing_speaks_for_is_empty():
    assert gather_evidence(graph([]), ["company/acme"], []).supports == {
        ("company/acme",): Support()
    }


def test_lists_are_short_and_the_count_says_so():
    support = gather_evidence(graph(EPISODES[:1] * 20), ["company/acme"], []).supports[
        "company/acme",
    ]
    assert (support.count, len(support.episodes)) == (20, LISTED)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https:",
        "",
        "http://[",
        "file:///etc",
    ],
)
def test_only_web_pages_are_linked(address):
    assert safe_web_url(address) == ""
