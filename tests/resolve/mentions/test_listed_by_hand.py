import pytest

from kgraph.base.lexicon import Lexicon
from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.judgements import JudgementTable
from kgraph.resolve.knowledge import add_corpus, load_model, prepare_knowledge
from kgraph.resolve.mentions.decide import decide_mentions
from kgraph.resolve.name_counts import count_names


def decisions(*rows):
    listed = tuple(Row("companies", number, values) for number, values in enumerate(rows))
    episode = EpisodeFile("a.md", "", {"title": "A note"}, {"companies": listed}, {})
    corpus_knowledge = add_corpus(
        prepare_knowledge(Lexicon(), load_model()), count_names(episode), JudgementTable()
    )
    return [decision for (decision,) in decide_mentions(episode, corpus_knowledge)]


@pytest.mark.parametrize("name", ["My Tiny Startup GmbH", "Zorblax", "Kestrel Metrics", "pentavox"])
def test_a_company_listed_by_a_person_is_accepted(name):
    (decision,) = decisions({"name": name})
    assert (decision.type, decision.label, decision.rule) == ("company", name, "listed-by-hand")
    assert 0.75 <= decision.confidence <= 0.98
    assert [reason.part for reason in decision.reasons][-1] == "hand"


def test_the_same_name_from_a_transcript_has_another_rule():
    row = {"name": "My Tiny Startup GmbH", "position": 7, "category": "unknown"}
    (decision,) = decisions(row)
    assert decision.rule != "listed-by-hand"


@pytest.mark.parametrize(
    ("values", "extractor"),
    [
        ({"name": "Acme"}, "hand"),
        ({"name": "Acme", "category": "bank", "context": "we met them"}, "hand"),
        ({"name": "Acme", "position": 0}, "regex"),
        ({"name": "Acme", "source": "a program"}, "regex"),
        ({"name": "Acme", "source": "llm_enhanced"}, "llm"),
    ],
)
def test_who_wrote_a_row_shows_in_its_fields(values, extractor):
    assert Row("companies", 0, values).extractor == extractor
