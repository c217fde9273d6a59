"""The classes and properties that a graph uses."""

from kgraph.base.vocabulary import expand_curie
from kgraph.query.schema import describe_schema, label_term, tabulate_terms


def test_classes_and_properties_are_counted_with_an_example(store):
    terms = {(term.kind, term.term): term for term in describe_schema(store)}
    company = terms["class", "kg:Company"]
    assert (company.label, company.count) == ("company", 3)
    assert company.example in {"company/nvidia", "company/openai", "company/coinbase"}
    assert terms["class", "schema:PodcastEpisode"].count == 2
    assert terms["property", "kg:jsonPointer"].label == "JSON pointer"
    published = terms["property", "schema:datePublished"]
    assert (published.label, published.count) == ("date published", 2)
    assert published.example in {"2025-09-01", "2025-10-02"}


def test_every_statement_is_counted_once(store):
    counts = [term.count for term in describe_schema(store) if term.kind == "property"]
    assert sum(counts) == store.meta.triples
    assert counts == sorted(counts, reverse=True)


def test_the_same_graph_has_the_same_schema(store):
    first, again = (list(tabulate_terms(describe_schema(store)).rows) for _ in range(2))
    assert first == again


def test_a_term_without_a_label_is_called_by_the_words_of_its_name():
    assert label_term(expand_curie("kg:context")) == "context"
    assert label_term(expand_curie("schema:partOfSeries")) == "part of series"
    assert label_term("https://example.org/HTMLPage") == "html page"
    assert label_term("https://example.org/") == ""
