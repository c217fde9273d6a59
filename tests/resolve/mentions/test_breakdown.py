"""The steps of a confidence: they add up to it, whatever decided."""

import math

import pytest
from support import add_corpus

from kgraph.base.lexicon import LexiconEntry, build_lexicon
from kgraph.base.model import REJECTED, EpisodeFile, Row
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.knowledge import load_model, prepare_knowledge
from kgraph.resolve.mentions.breakdown import (
    MAX_FEATURE_STEPS,
    break_down_confidence,
    log_odds,
)
from kgraph.resolve.mentions.context import build_context
from kgraph.resolve.mentions.decide import build_row, conclude_decision
from kgraph.resolve.mentions.explain import load_phrases
from kgraph.resolve.mentions.weigh import weigh_row
from kgraph.resolve.name_counts import count_names

ENTRIES = [
    LexiconEntry("Nvidia", "company", misheard=("Nvidea",)),
    LexiconEntry("Gemini", "product", is_common_word=True, cues=("google", "model")),
    LexiconEntry("Gemini (exchange)", "company", is_common_word=True, cues=("exchange",)),
    LexiconEntry("Scale AI", "company"),
    LexiconEntry("Zorbook", "product"),
    LexiconEntry("Ann Example", "person"),
]
PREPARED = prepare_knowledge(build_lexicon(ENTRIES), load_model())

LLM = {"category": "tech", "confidence": "high", "source": "llm_enhanced"}
SAID = "what they said about it yesterday when they met"

ROWS = {
    "one entry has the name": {"name": "Nvidia", "context": "It makes chips.", **LLM},
    "misheard": {"name": "Nvidea", "context": f"{SAID} Nvidea in the end", "position": 4},
    "by cues": {"name": "Gemini", "context": "An exchange for coins.", **LLM},
    "by cues of the other": {"name": "Gemini", "context": "A model that Google made.", **LLM},
    "the name as it stands": {"name": "Zorblax", "context": "A start-up.", **LLM},
    "part of a name": {"name": "Example", "context": f"{SAID} Example there", "position": 9},
    "rejected": {"name": "So then", "context": f"{SAID} So then the", "position": 7},
    "an ordinary word": {"name": "Scale", "context": "and we scale it up", "position": 7},
    "listed": {"name": "Pentavox"},
    "listed, of the lexicon": {"name": "Nvidia", "category": "chips"},
    "listed, of two entries": {"name": "Gemini"},
    "the lexicon decides the type": {
        "name": "Zorbook",
        "context": "A company, employer of engineers.",
        **LLM,
    },
    "markup": {"name": "<b>{0} %s</b>", "context": "{kind} {rival}", **LLM},
    "empty": {"name": "", "context": "", **LLM},
}


def weighed(values):
    """The row, weighed, with the decision that follows."""
    rows = (Row("companies", 0, values),)
    episode = EpisodeFile("a.md", "", {"title": "A talk with Ann Example"}, {"companies": rows}, {})
    knowledge = add_corpus(PREPARED, count_names(episode), JudgementTable())
    context = build_context(episode)
    weighing = weigh_row(build_row(context.mentions[0], context, knowledge))
    return weighing, conclude_decision(weighing)


@pytest.mark.parametrize("values", ROWS.values(), ids=ROWS)
def test_the_steps_add_up_to_the_confidence(values):
    weighing, decision = weighed(values)
    steps = break_down_confidence(weighing, decision)
    total = math.fsum(step.weight for step in steps)
    assert total == pytest.approx(log_odds(decision.confidence), abs=1e-9)


def test_the_rows_cover_what_decides():
    decisions = [weighed(values)[1] for values in ROWS.values()]
    assert {d.type == REJECTED for d in decisions} == {True, False}
    assert {"known", "partial", "itself", "listed-by-hand"} <= {d.rule for d in decisions}
    cued = [weighed(ROWS[name])[0] for name in ("by cues", "by cues of the other")]
    assert [w.by_features is w.probabilities for w in cued] == [False, False]


def parts(name):
    weighing, decision = weighed(ROWS[name])
    return [step.part for step in break_down_confidence(weighing, decision)]


def test_the_prior_comes_first_and_the_label_before_the_type():
    named = parts("the name as it stands")
    assert named[:3] == ["named", "type", "found"]
    assert named.index("spread") < named.index("prior") < named.index("name")
    assert parts("rejected")[:3] == ["noise", "prior", "name"]
    assert parts("listed")[:3] == ["prior", "listed", "name"]


def test_cues_and_a_sole_entry_have_steps_of_their_own():
    assert "cues" in parts("by cues")
    assert "cues" not in parts("one entry has the name")
    assert "sure" in parts("one entry has the name")
    assert "sure" not in parts("the name as it stands")


def test_a_type_that_the_lexicon_decides_is_not_called_the_likeliest():
    weighing, decision = weighed(ROWS["the lexicon decides the type"])
    assert (weighing.type, decision.type) == ("company", "product")
    words = {step.part: step.words for step in break_down_confidence(weighing, decision)}
    assert words["type"] == "its likeliest type is a company"
    assert words["prior"] == (
        "where every row starts, for a company rather than a product: a company is likeliest by "
        "what follows, though the lexicon's entry makes it a product"
    )
    weighing, decision = weighed(ROWS["one entry has the name"])
    [prior] = [s for s in break_down_confidence(weighing, decision) if s.part == "prior"]
    assert "lexicon" not in prior.words


def test_a_listed_name_is_capped():
    weighing, decision = weighed(ROWS["listed, of the lexicon"])
    step = break_down_confidence(weighing, decision)[-1]
    assert decision.confidence == 0.98
    assert (step.part, step.words) == ("cap", "a listed name counts for at most 98 %")
    assert step.weight < 0


def test_only_the_heaviest_features_have_steps_and_the_others_are_added_up():
    weighing, decision = weighed(ROWS["the name as it stands"])
    steps = break_down_confidence(weighing, decision)
    own = [s for s in steps if s.part not in load_phrases().steps and s.part != "name"]
    [lighter] = [step for step in steps if step.part == "lighter"]
    assert len(own) == MAX_FEATURE_STEPS
    assert len(weighing.weighed) > MAX_FEATURE_STEPS + 1  # and the prior
    assert lighter.words == "lighter evidence for or against a product, added up"


def test_words_of_names_are_not_formatted():
    weighing, decision = weighed(ROWS["markup"])
    words = [step.words for step in break_down_confidence(weighing, decision)]
    assert any("{0} %s" in text for text in words)
