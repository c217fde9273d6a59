from kgraph.base.model import Episode, Row
from kgraph.graph.assemble import assemble_episode
from kgraph.resolve.corpus import CorpusSurvey, build_tables, observe_episode, survey_episode
from kgraph.resolve.judgements import JudgementTable

SPONSOR, MAKER = "Sponsor of the podcast, a maker of widgets.", "A maker of widgets."


def episode(number, text):
    name = {"name": "Widgetron", "context": text, "source": "llm_enhanced"}
    quote = Row("quotes", 0, {"text": "What I do on a Monday I do with Widgetron."})
    quotes = () if number else (quote,)
    rows = {"companies": (Row("companies", 0, name),), "quotes": quotes}
    title = f"Show {number}: the widget of day {number}"
    return Episode(f"{number}.md", "", {"title": title}, rows, {})


def adverts(*texts):
    """The probability that the quote of the first of some episodes is an advert."""
    observed = [observe_episode(episode(number, text)) for number, text in enumerate(texts)]
    total = CorpusSurvey()
    for observation in observed:
        total.add(survey_episode(observation))
    tables, recordings = build_tables(total, JudgementTable())
    assert len(recordings) == len(texts)
    [occurrence] = assemble_episode(recordings[0].slug, observed[:1], tables).quotes
    return occurrence.advert


def test_the_corpus_says_whether_a_quote_that_names_a_sponsor_is_an_advert():
    assert adverts(SPONSOR) > 0.6
    assert adverts(SPONSOR, SPONSOR, SPONSOR) > adverts(SPONSOR)
    assert adverts(SPONSOR, *[MAKER] * 9) < 0.2
    assert adverts(MAKER, SPONSOR, SPONSOR) < 0.02
