"""Comparisons and pairs of the sample corpus, held against its records and other views."""

import pytest

from kgraph.base.errors import AmbiguousNameError, InputError, UnknownNameError
from kgraph.base.media import link_minute

ENDS = {"company/circle", "company/coinbase"}


def test_a_comparison_has_the_months_of_each_things_page(ask_sample):
    found = ask_sample("compare", x=["NVIDIA", "openai", "theme/regulation"])
    assert [each.thing.label for each in found.things] == ["Nvidia", "OpenAI", "Regulation"]
    for each in found.things:
        kind = "theme" if each.thing.type == "theme" else "entity"
        page = ask_sample(kind, name=each.thing.id)
        assert (each.timeline, each.episodes, each.undated) == (
            page.timeline,
            page.episodes,
            page.undated,
        )


def test_a_pair_has_the_figures_of_both_pages(sample_graph, ask_sample):
    found = ask_sample("pair", one="Circle", other="Coinbase", limit=50)
    page = ask_sample("entity", name="Circle")
    [tie] = [
        row
        for g in page.beside
        for row in g.rows + g.uncertain
        if row.thing.id == "company/coinbase"
    ]
    assert (found.both.episodes, found.weighted, found.lift, found.association) == (
        tie.episodes,
        tie.weighted,
        tie.lift,
        tie.association,
    )
    assert found.is_tie
    assert (found.one.timeline, found.one.episodes) == (page.timeline, page.episodes)
    assert sum(month.episodes for month in found.both.timeline) == (
        found.both.episodes - found.both.undated
    )
    both = {slug for slug, s in sample_graph.summaries.items() if s.mentions.keys() >= ENDS}
    assert {row.episode.id for row in found.episodes} == {f"episode/{slug}" for slug in both}
    keys = [
        (min(row.of_one, row.of_other), row.of_both, row.of_one + row.of_other)
        for row in found.episodes
    ]
    assert keys == sorted(keys, reverse=True)
    assert found.quotes[0].quote == tie.quote
    assert found.quotes[0].sentence == tie.sentence


def test_quotes_of_a_pair_name_both_and_lead_to_their_recordings(sample_graph, ask_sample):
    found = ask_sample("pair", one="Circle", other="Coinbase", limit=50)
    texts = {}
    for episode in sample_graph.store.graph:
        for quote in episode.quotes:
            if {id_ for id_, _ in quote.entities} >= ENDS and not quote.is_advert:
                texts[quote.id] = (quote.text, episode.main_file.text("original_url"))
    assert len(found.quotes) == found.quotes_total == len(texts) > 1
    for row in found.quotes:
        text, address = texts[row.quote.id]
        recording = link_minute(address, row.quote.minute)
        assert (row.quote.text, row.quote.recording) == (text, recording)
    relevances = [row.quote.relevance for row in found.quotes]
    assert relevances == sorted(relevances, reverse=True)


def test_what_stands_beside_both_stands_beside_each(ask_sample):
    found = ask_sample("pair", one="Circle", other="Coinbase", limit=50)
    assert found.shared_total == len(found.shared) > 3
    for end, attribute in (("Circle", "one"), ("Coinbase", "other")):
        rows = [row for g in ask_sample("entity", name=end).beside for row in g.rows + g.uncertain]
        figures = {row.thing.id: (row.episodes, row.association) for row in rows}
        for row in found.shared:
            if row.thing.id in figures:  # a page lists the first of each type
                assert figures[row.thing.id] == (
                    getattr(row, f"episodes_with_{attribute}"),
                    getattr(row, f"association_with_{attribute}"),
                )


def test_two_that_no_episode_mentions_together_are_a_pair_without_episodes(ask_sample):
    found = ask_sample("pair", one="Tether", other="AMD")
    assert (found.both.episodes, found.is_tie, found.quotes, found.episodes) == (0, False, [], [])
    assert (found.lift, found.association) == (0.0, -1.0)


@pytest.mark.parametrize(
    ("view", "parameters", "words"),
    [
        ("compare", {}, "nothing to compare: name one to 6 things"),
        ("compare", {"x": ["NVIDIA", "nvidia"]}, "NVIDIA and nvidia are the same thing: Nvidia"),
        ("compare", {"x": [*"abcdefg"]}, "7 names: one chart compares at most 6 things"),
        ("compare", {"x": ["Fernweh Coffee"]}, "no episode mentions it; 3 only advertise it"),
        ("pair", {"one": "NVIDIA", "other": "Nvidia"}, "both names mean Nvidia"),
        (
            "pair",
            {"one": "NVIDIA", "other": "Fernweh Coffee"},
            "no episode mentions it; 3 only adv",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(ask_sample, view, parameters, words):
    with pytest.raises(InputError, match=words):
        ask_sample(view, **parameters)


def test_unknown_and_ambiguous_names_are_told(ask_sample, monkeypatch):
    with pytest.raises(UnknownNameError) as caught:
        ask_sample("pair", one="NVIDIA", other="Opnai")
    assert "OpenAI" in caught.value.suggestions

    def find(lookup, name, types=()):
        raise AmbiguousNameError(f"{name}: a ticker of two", ())

    monkeypatch.setattr("kgraph.graph.lookup.Lookup.find", find)
    with pytest.raises(AmbiguousNameError, match="META: a ticker of two"):
        ask_sample("compare", x=["META"])
