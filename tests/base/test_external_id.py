"""An id of another register is read in all ways in which people and pages write it."""

import pytest

from kgraph.base.errors import InputError
from kgraph.base.external_id import find_external_id, parse_external_id, parse_id_of_kind


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("Q182477", "wikidata:Q182477"),
        (" <http://www.wikidata.org/entity/Q182477> ", "wikidata:Q182477"),
        ("https://m.wikidata.org/wiki/Q182477?uselang=de#P31", "wikidata:Q182477"),
        ("https://www.wikidata.org/wiki/Special:EntityData/Q182477.json", "wikidata:Q182477"),
        ("cik:1045810", "cik:0001045810"),
        ("CIK0001045810", "cik:0001045810"),
        ("https://data.sec.gov/submissions/CIK0001045810.json", "cik:0001045810"),
        ("https://www.sec.gov/edgar/browse/?CIK=1045810&owner=exclude", "cik:0001045810"),
        ("us67066g1040", "isin:US67066G1040"),
        ("NASDAQ:NVDA", "ticker:NASDAQ:NVDA"),
        ("nasdaq: nvda", "ticker:NASDAQ:NVDA"),
        ("ticker:XNYS:BRK.B", "ticker:NYSE:BRK.B"),
        ("HKG:0700", "ticker:HKG:0700"),
        ("coingecko:usd-coin", "coingecko:usd-coin"),
        ("https://www.coingecko.com/en/coins/usd-coin/historical_data", "coingecko:usd-coin"),
        ("eip155:1", "caip2:eip155:1"),
        ("caip2:eip155:1", "caip2:eip155:1"),
        ("geonames:5128581", "geonames:5128581"),
        ("https://www.geonames.org/5128581/new-york-city.html", "geonames:5128581"),
        ("iso:us-ca", "iso3166:US-CA"),
        ("https://www.iso.org/obp/ui/#iso:code:3166:US", "iso3166:US"),
        ("https://www.nvidia.com", "website:https://nvidia.com/"),
        ("website:nvidia.com", "website:https://nvidia.com/"),
        ("nvidia.com", "website:https://nvidia.com/"),
        ("https://en.m.wikipedia.org/wiki/Moody%27s_Corporation", "enwiki:Moody's_Corporation"),
        ("enwiki:Moody's Corporation", "enwiki:Moody's_Corporation"),
        ("http://dbpedia.org/resource/AC/DC", "enwiki:AC/DC"),
    ],
)
def test_an_id_is_read_in_each_of_its_forms(text, parsed):
    external = parse_external_id(text)
    assert str(external) == parsed
    assert parse_external_id(parsed) == external
    assert all(find_external_id(iri) == external for iri in external.iris)


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "Nvidia", "P31", "Q0", "5128581", "US67066G1041", "cik:x", "wikidata:Nvidia"),
        *("https://www.wikidata.org/wiki/Nvidia", "https://de.wikipedia.org/wiki/Nvidia"),
        *("https://nvidia.com/about", "http://[", "https://", "foo bar:baz", "ticker:NVDA"),
        *("iso:USA", "geonames:new-york", "https://www.geonames.org/maps/5128581"),
    ],
)
def test_a_text_that_is_no_id_is_refused(text):
    with pytest.raises(InputError, match="no id of another register: write one such as Q182477"):
        parse_external_id(text)


def test_a_ticker_needs_its_exchange():
    with pytest.raises(InputError) as raised:
        parse_external_id("$NVDA")
    assert str(raised.value) == (
        "'$NVDA': no id of another register: a ticker needs its exchange: "
        "write NASDAQ:NVDA or NYSE:NVDA"
    )


@pytest.mark.parametrize(
    ("kind", "text", "parsed"),
    [
        ("cik", "1045810", "cik:0001045810"),
        ("geonames", "5128581", "geonames:5128581"),
        ("geonames", "https://sws.geonames.org/5128581/", "geonames:5128581"),
        ("wikidata", "q42", "wikidata:Q42"),
        ("website", "https://nvidia.com", "website:https://nvidia.com/"),
        ("caip2", "eip155:1", "caip2:eip155:1"),
        ("ticker", "nyse:ibm", "ticker:NYSE:IBM"),
        ("ticker", "IBM", "None"),
        ("wikidata", "https://sws.geonames.org/5128581/", "None"),
        ("isin", "US67066G1041", "None"),
    ],
)
def test_an_id_of_a_known_kind_needs_no_prefix(kind, text, parsed):
    assert str(parse_id_of_kind(kind, text)) == parsed
