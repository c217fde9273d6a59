from kgraph.base.model import Episode, Row
from kgraph.graph.assemble import assemble
from kgraph.resolve.corpus import Survey, conclude, look, survey
from kgraph.resolve.judgements import Rulings

PAYS, TALK = "Sponsor of the podcast, a maker of widgets.", "A maker of widgets."


def episode(number, text):
    name = {"name": "Widgetron", "context": text, "source": "llm_enhanced"}
    said = Row("quotes", 0, {"text": "What I do on a Monday I do with Widgetron."})
    quotes = () if number else (said,)
    rows = {"companies": (Row("companies", 0, name),), "quotes": quotes}
    title = f"Show {number}: the widget of day {number}"
    return Episode(f"{number}.md", "", {"title": title}, rows, {})


def adverts(*texts):
    """The probability that the quote of the first of some episodes is an advert."""
    found = [look(episode(number, text)) for number, text in enumerate(texts)]
    total = Survey()
    for one in found:
        total.add(survey(one))
    tables, recordings = conclude(total, Rulings())
    assert len(recordings) == len(texts)
    [occurrence] = assemble(recordings[0].slug, found[:1], tables).quotes
    return occurrence.advert


def test_the_corpus_says_whether_a_quote_that_names_a_sponsor_is_an_advert():
    assert adverts(PAYS) > 0.6
    assert adverts(PAYS, PAYS, PAYS) > adverts(PAYS)
    assert adverts(PAYS, *[TALK] * 9) < 0.2
    assert adverts(TALK, PAYS, PAYS) < 0.02
