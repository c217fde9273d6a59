"""Workers look up in the tables of a corpus what these say."""

from hypothesis import given, settings
from random_surveys import surveys

from kgraph.pipeline.tables import decode_tables, encode_tables
from kgraph.resolve.corpus import LOOKUP_TABLES, build_tables
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.lookups import get_table
from kgraph.resolve.surveys import EncodedSurveys


@settings(max_examples=20)
@given(surveys())
def test_tables_are_the_same_to_workers(encoded):
    tables = build_tables(EncodedSurveys(encoded), JudgementTable()).tables
    received = decode_tables(memoryview(encode_tables(tables)))
    for path in (*LOOKUP_TABLES, ("knowledge", "names")):
        assert get_table(received, path) == get_table(tables, path), path
    assert received.shows == tables.shows


def test_every_table_of_judgements_that_decisions_look_up_is_logged():
    logged = {path[-1] for path in LOOKUP_TABLES if path[:2] == ("knowledge", "judgements")}
    of_entities = {"same_ids", "wrong_ids"}  # applied to what episodes share
    assert logged | of_entities == {*JudgementTable.__struct_fields__}
