"""What fits a search, counted: each facet as if it were not filtered by itself."""

from types import SimpleNamespace

import msgspec
import pytest

from kgraph.base.errors import AmbiguousNameError, InputError
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph import Entity, SharedData
from kgraph.search import Filters, Index, search
from kgraph.search.filters import FacetCount, Facets, count_facets, find_thing_number
from kgraph.search.writer import IndexWriter
from kgraph.store import layout


def counts(*pairs):
    return tuple(FacetCount(value, things) for value, things in pairs)


def test_hits_are_counted_by_kind_type_and_show(index):
    found = count_facets(index, "stablecoin OR nvidia")
    assert (found.total, found.kinds, found.types) == (
        6,
        counts(("quote", 3), ("entity", 1), ("insight", 1), ("theme", 1)),
        counts(("company", 1)),
    )
    assert found.shows == counts(("Lantern Talks", 3))


def test_a_facet_ignores_its_own_filter_and_obeys_the_others(index):
    filters = Filters(kinds=frozenset({"quote"}), since="2025-10-01")
    found = count_facets(index, "stablecoin OR nvidia", filters)
    kinds = counts(("quote", 1), ("entity", 1), ("theme", 1))
    assert (found.total, found.kinds) == (1, kinds)


@pytest.mark.parametrize(
    ("filters", "shows"),
    [
        # NVIDIA stands in an earlier episode of no show, too.
        (Filters(), [("Lantern Talks", 1)]),
        (Filters(until="2025-10-01"), []),
        (Filters(since="2025-10-02", min_relevance=0.1), [("Lantern Talks", 1)]),
    ],
)
def test_a_thing_counts_for_the_shows_of_the_episodes_that_are_wanted(index, filters, shows):
    wanted = msgspec.structs.replace(filters, kinds=frozenset({"entity"}))
    assert count_facets(index, "nvidia", wanted).shows == counts(*shows)
    for name, number in shows:
        chosen = msgspec.structs.replace(wanted, show=name)
        assert count_facets(index, "nvidia", chosen).total == number


@pytest.mark.parametrize("name", ["NASDAQ:NVDA", "$NVDA", "https://en.wikipedia.org/wiki/Nvidia"])
def test_a_filter_takes_ids_of_other_registers(index, name):
    found = count_facets(index, "nvidia OR stablecoin", Filters(company=name))
    assert found == count_facets(index, "nvidia OR stablecoin", Filters(company="company/nvidia"))
    assert found.total


@pytest.fixture(scope="module")
def share_and_token(tmp_path_factory):
    """An index of a token and a share that have one ticker symbol."""
    build = tmp_path_factory.mktemp("build")
    entities = [
        Entity("crypto", "dash", "Dash", {"Dash": 4}, 2, tickers=("DASH",)),
        Entity("company", "doordash", "DoorDash", {}, 6, ids=(("ticker", "NASDAQ:DASH"),)),
    ]
    with IndexWriter(build / layout.SEARCH_FILE) as writer:
        writer.finish(SharedData({entity.id: entity for entity in entities}))
    checksums = SimpleNamespace(check_files=lambda *files: None)
    meta = SimpleNamespace(base=BASE_IRI)
    return Index(SimpleNamespace(build=build, meta=meta, checksums=checksums))


@pytest.mark.parametrize("name", ["DASH", "$DASH"])
def test_a_ticker_of_a_share_and_a_token_is_refused(share_and_token, name):
    with pytest.raises(AmbiguousNameError) as raised:
        find_thing_number(share_and_token, "company", name)
    assert str(raised.value) == (
        f"company {name}: a ticker of company/doordash, crypto/dash: give one of the ids"
    )
    assert raised.value.suggestions == ("company/doordash", "crypto/dash")


@pytest.mark.parametrize(
    ("name", "id_"),
    [("NASDAQ:DASH", "company/doordash"), ("Dash", "crypto/dash"), ("dash", "crypto/dash")],
)
def test_an_exchange_or_the_name_tells_a_share_from_a_token(share_and_token, name, id_):
    number = find_thing_number(share_and_token, "company", name)
    assert share_and_token.rows("SELECT id FROM thing WHERE number = ?", (number,)) == [(id_,)]


def test_what_is_counted_is_what_is_found(index):
    for text in ("stablecoin", "nvidia", "yield -bank", "比特"):
        assert count_facets(index, text).total == len(search(index, text, limit=100).hits)


def test_nothing_fits(index):
    assert count_facets(index, "zebra") == Facets(0)


def test_a_text_without_words_is_said(index):
    with pytest.raises(InputError, match="nothing to search for"):
        count_facets(index, '"" --')


def test_a_search_goes_on_where_it_stopped(index):
    text = "stablecoin OR nvidia"
    whole = search(index, text, limit=10).hits
    for per_episode in (0, 5):
        parts = [
            search(index, text, limit=2, offset=n, per_episode=per_episode).hits for n in (0, 2, 4)
        ]
        assert tuple(hit for part in parts for hit in part) == whole
    with pytest.raises(InputError, match="offset"):
        search(index, text, offset=-1)
