import json
import re
from pathlib import Path

import pytest

from kgraph.base.errors import DataError
from kgraph.base.external_id import ID_KINDS, ExternalId, is_well_formed
from kgraph.base.identity import LexiconName, load_identities, load_shipped_identities
from kgraph.base.lexicon import LexiconEntry, build_lexicon, load_lexicon

PACKAGE = {
    "registry": "npm",
    "name": "acme-list",
    "version": "1.0.0",
    "date": "2026-01-02",
    "licence": "CC0-1.0",
}
ACME = {
    "wikidata": {"Q1": "list"},
    "isin": {"US67066G1040": "list"},
    "cik": {"0000001234": "list"},
    "ticker": {"NASDAQ:ACME": "list", "NYSE:AC.B": "list"},
    "website": {"https://acme.example/": "list"},
    "enwiki": {"Moody's_&_Café": "list"},
}
ENTRIES = {
    "company": {"Acme": ACME},
    "crypto": {"Bolt": {"coingecko": {"bolt-2": "list"}, "caip2": {"eip155:99": "list"}}},
    "place": {"Atlantis": {"geonames": {"77": "list"}, "iso3166": {"US-AT": "list"}}},
}


def write(folder: Path, entries, **other) -> Path:
    path = folder / "identity.yaml"
    file = {"about": "", "packages": {"list": PACKAGE}, "entries": entries, **other}
    path.write_text(json.dumps(file, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def identities(tmp_path):
    return load_identities(write(tmp_path, ENTRIES))


def test_ids_of_an_entry_come_in_one_order_with_their_packages(identities):
    ids = identities.ids_of("company", "Acme")
    assert [(external.kind, external.id) for external in ids] == [
        ("wikidata", "Q1"),
        ("isin", "US67066G1040"),
        ("cik", "0000001234"),
        ("ticker", "NASDAQ:ACME"),
        ("ticker", "NYSE:AC.B"),
        ("website", "https://acme.example/"),
        ("enwiki", "Moody's_&_Café"),
    ]
    assert {external.packages for external in ids} == {("list",)}
    assert identities.packages["list"].licence == "CC0-1.0"
    assert identities.ids_of("product", "Acme") == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("$ACME", "Acme"),
        ("NASDAQ:ACME", "Acme"),
        ("XNAS:ACME", "Acme"),
        ("xnas:acme", "Acme"),
        ("$AC.B", "Acme"),
        ("XNYS:AC.B", "Acme"),
        ("Q1", "Acme"),
        (" wd:Q1 ", "Acme"),
        ("wikidata:Q1", "Acme"),
        ("http://www.wikidata.org/entity/Q1", "Acme"),
        ("<https://www.wikidata.org/wiki/Q1>", "Acme"),
        ("US67066G1040", "Acme"),
        ("cik:1234", "Acme"),
        ("cik:0000001234", "Acme"),
        ("https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=1234", "Acme"),
        ("https://www.sec.gov/cgi-bin/browse-edgar?CIK=0000001234", "Acme"),
        ("http://www.acme.example", "Acme"),
        ("www.acme.example", "Acme"),
        ("https://en.wikipedia.org/wiki/Moody's_%26_Caf%C3%A9", "Acme"),
        ("http://dbpedia.org/resource/Moody's_&_Café", "Acme"),
        ("coingecko:bolt-2", "Bolt"),
        ("https://www.coingecko.com/en/coins/bolt-2", "Bolt"),
        ("eip155:99", "Bolt"),
        ("https://sws.geonames.org/77/", "Atlantis"),
        ("https://www.geonames.org/77", "Atlantis"),
        ("https://www.geonames.org/77/the-city-of-atlantis.html", "Atlantis"),
        ("http://sws.geonames.org/77/about.rdf", "Atlantis"),
        ("https://www.wikidata.org/wiki/Special:EntityPage/Q1#P31", "Acme"),
        ("geonames:77", "Atlantis"),
        ("US-AT", "Atlantis"),
        ("iso:US-AT", "Atlantis"),
        ("https://www.iso.org/obp/ui/#iso:code:3166:US-AT", "Atlantis"),
    ],
)
def test_an_entry_is_found_by_all_ways_to_write_its_ids(identities, text, name):
    assert [entry.name for entry in identities.find(text)] == [name]


@pytest.mark.parametrize("text", ["", "Acme", "ACME", "77", "Q2", "$", "bolt-2", "http://", "iso:"])
def test_a_text_that_is_no_id_finds_nothing(identities, text):
    assert identities.find(text) == ()


def test_every_iri_of_an_id_finds_its_entry(identities):
    lost = [
        iri
        for entry, ids in identities.ids.items()
        for external in ids
        for iri in external.iris
        if identities.find(iri) != (entry,)
    ]
    assert lost == []


def test_a_ticker_of_two_exchanges_finds_both(tmp_path):
    entries = {"company": {"A": {"ticker": {"NYSE:X": "list"}}, "B": {"ticker": {"LON:X": "list"}}}}
    identities = load_identities(write(tmp_path, entries))
    assert [entry.name for entry in identities.find("$X")] == ["A", "B"]
    assert identities.find("LON:X") == (LexiconName("company", "B"),)


def test_iris_are_those_of_other_knowledge_bases():
    ids = [
        ExternalId("wikidata", "Q182477"),
        ExternalId("cik", "0001045810"),
        ExternalId("coingecko", "bitcoin"),
        ExternalId("geonames", "5128581"),
        ExternalId("iso3166", "US-CA"),
        ExternalId("website", "https://acme.example/"),
        ExternalId("enwiki", 'Café_"No"_%3F'),
        ExternalId("isin", "US67066G1040"),
        ExternalId("ticker", "NASDAQ:NVDA"),
        ExternalId("caip2", "eip155:1"),
    ]
    assert [external.iris for external in ids] == [
        ("http://www.wikidata.org/entity/Q182477",),
        ("https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=0001045810",),
        ("https://www.coingecko.com/en/coins/bitcoin",),
        ("https://sws.geonames.org/5128581/",),
        ("https://www.iso.org/obp/ui/#iso:code:3166:US-CA",),
        ("https://acme.example/",),
        (
            "https://en.wikipedia.org/wiki/Caf%C3%A9_%22No%22_%253F",
            "http://dbpedia.org/resource/Caf%C3%A9_%22No%22_%253F",
        ),
        (),
        (),
        (),
    ]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("wikidata", "Q42", ["42", "Q042", "q42", "Q42 ", "P31", "Q4\n"]),
        ("isin", "GB0002634946", ["GB0002634947", "GB000263494", "0B0002634946"]),
        ("cik", "0001045810", ["1045810", "CIK1045810", "00010458101"]),
        ("ticker", "NYSE:BRK.B", ["NYSE", "BRK.B", "nyse:BRK", "NYSE:", "NYSE:a b"]),
        ("coingecko", "usd-coin", ["USD Coin", "", "usd/coin"]),
        ("caip2", "bip122:000000000019d6689c085ae165831e93", ["eip155", "eip155:", "E:1", "ab:1"]),
        ("geonames", "5128581", ["05", "x", ""]),
        ("iso3166", "GB-ENG", ["gb", "GBR", "GB-", "GB-ENGL"]),
        (
            "website",
            "https://acme.example/",
            ["acme.example", "https://acme.example/x", "https:///"],
        ),
        ("enwiki", "Moody's", ["Moody's Corporation", "", "A|B", "A<b>"]),
    ],
)
def test_an_id_has_the_form_of_its_kind(kind, good, bad):
    assert [is_well_formed(kind, id_) for id_ in (good, *bad)] == [True] + [False] * len(bad)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            {"company": {"Acme": {"isin": {"US67066G1041": "list"}}}},
            "entries.company['Acme'].isin: 'US67066G1041' is no well-formed id of that kind",
        ),
        (
            {
                "company": {
                    "Acme": {"wikidata": {"Q1": "list"}},
                    "Bolt": {"wikidata": {"Q1": "list"}},
                }
            },
            "entries.company['Bolt'].wikidata: 'Q1' is also the id of entries.company['Acme']",
        ),
        (
            {"company": {"Acme": {"wikidata": {"Q1": "list rumour"}}}},
            "entries.company['Acme'].wikidata: 'Q1' is from 'rumour', which is not in packages",
        ),
        (
            {"company": {"Nobody": {"wikidata": {"Q1": "list"}}}},
            "entries.company['Nobody']: no company of that name in the lexicon",
        ),
        (
            {"product": {"Acme": {"wikidata": {"Q1": "list"}}}},
            "entries.product['Acme']: no product of that name in the lexicon",
        ),
    ],
)
def test_an_error_names_file_entry_and_value(tmp_path, entries, message):
    path = write(tmp_path, entries)
    lexicon = build_lexicon([LexiconEntry("Acme", "company"), LexiconEntry("Bolt", "company")])
    with pytest.raises(DataError) as error:
        load_identities(path, lexicon)
    assert str(error.value) == f"{path}: {message}: delete it, or see data/README.md"


@pytest.mark.parametrize(
    ("entries", "other", "message"),
    [
        ({"company": {"Acme": {"lei": {"1": "list"}}}}, {}, "Invalid enum value 'lei'"),
        ({"firm": {}}, {}, "Invalid enum value 'firm'"),
        ({"company": {"Acme": {"cik": ["1"]}}}, {}, "Expected `object`, got `array`"),
        ({}, {"extra": 1}, "Object contains unknown field `extra`"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path, entries, other, message):
    path = write(tmp_path, entries, **other)
    with pytest.raises(DataError, match=rf"^{re.escape(str(path))}: {re.escape(message)}"):
        load_identities(path)


def test_plain_yaml_is_read_and_a_missing_file_named(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(
        "about: mine\npackages: {list: {registry: npm, name: l, version: '1', date: '2026', "
        "licence: MIT}}\nentries:\n  company:\n    Acme: {wikidata: {Q1: list}}\n",
        "utf-8",
    )
    assert load_identities(path).find("Q1") == (LexiconName("company", "Acme"),)
    with pytest.raises(DataError, match="No such file or directory: check the folder"):
        load_identities(tmp_path / "none.yaml")


# -- the shipped file --------------------------------------------------------------


def test_the_shipped_file_is_valid_and_its_entries_are_in_the_lexicon():
    load_identities(lexicon=load_lexicon())


def test_every_shipped_id_finds_its_entry():
    identities = load_shipped_identities()
    lost = [
        (entry.name, text)
        for entry, ids in identities.ids.items()
        for external in ids
        for text in (f"{external.kind}:{external.id}", *external.iris)
        if entry not in identities.find(text)
    ]
    assert lost == []


def test_things_have_one_id_of_a_kind_but_for_stocks():
    several = [
        (entry.name, kind)
        for entry, ids in load_shipped_identities().ids.items()
        for kind in ID_KINDS
        if kind not in ("isin", "ticker") and sum(external.kind == kind for external in ids) > 1
    ]
    assert several == []


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("$NVDA", "Nvidia"),
        ("Q2283", "Microsoft"),
        ("eip155:1", "Ethereum"),
        ("coingecko:bitcoin", "Bitcoin"),
        ("iso:US", "United States"),
        ("US-CA", "California"),
        ("https://anthropic.com", "Anthropic"),
    ],
)
def test_well_known_ids_find_well_known_things(text, entry):
    assert [found.name for found in load_shipped_identities().find(text)] == [entry]
