"""A given name that several well-known people share tells of none of them."""

import math

import pytest
from support import add_corpus

from kgraph.base.lexicon import LexiconEntry, build_lexicon
from kgraph.base.model import Decision, EpisodeFile, Reason, Row
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.knowledge import load_model, prepare_knowledge
from kgraph.resolve.mentions.breakdown import break_down_confidence, log_odds
from kgraph.resolve.mentions.context import build_context
from kgraph.resolve.mentions.decide import (
    MAX_NAMESAKE_CONFIDENCE,
    build_row,
    conclude_decision,
)
from kgraph.resolve.mentions.weigh import weigh_row
from kgraph.resolve.name_counts import count_names, merge_statistics

SURNAMES = ("Zorblax", "Frobnik", "Quuxley", "Wibbleton")
SHARED = [LexiconEntry(f"Gary {surname}", "person") for surname in SURNAMES]
RARE = LexiconEntry("Hugo Zwickel", "person")
DESCRIBED = {
    "category": "Person", "confidence": "high", "context": "A guest.", "source": "llm_enhanced",
}  # fmt: skip


def episode(*names: str, title: str = "A talk") -> EpisodeFile:
    rows = tuple(
        Row("companies", number, {"name": name, **DESCRIBED}) for number, name in enumerate(names)
    )
    return EpisodeFile("a.md", "", {"title": title}, {"companies": rows}, {})


def decide_first(
    entries: list[LexiconEntry], *names: str, title: str = "A talk"
) -> tuple[Decision, tuple[Reason, ...]]:
    """Decision on the first of an episode's names, with the steps of its confidence."""
    talk = episode(*names, title=title)
    others = [episode("Gary Frobnik")] * 20
    statistics = merge_statistics(map(count_names, [talk, *others]))
    prepared = prepare_knowledge(build_lexicon(entries), load_model())
    context, known = build_context(talk), add_corpus(prepared, statistics, JudgementTable())
    weighing = weigh_row(build_row(context.mentions[0], context, known))
    decision = conclude_decision(weighing)
    return decision, break_down_confidence(weighing, decision)


def test_a_shared_given_name_alone_is_unlikely_to_mean_a_well_known_person():
    decision, steps = decide_first(SHARED, "Gary")
    assert (decision.label, decision.rule) == ("Gary Frobnik", "partial")
    assert decision.confidence == MAX_NAMESAKE_CONFIDENCE
    assert steps[-1].part == "namesake"
    assert steps[-1].words == (
        "a given name of several well-known people counts for at most 32 % "
        "where the episode lacks the surname"
    )
    total = math.fsum(step.weight for step in steps)
    assert total == pytest.approx(log_odds(decision.confidence), abs=1e-9)


@pytest.mark.parametrize(
    "entries, names, title",
    [
        (SHARED, ("Gary",), "What Frobnik said"),
        (SHARED, ("Gary", "Frobnik Example"), "A talk"),
        (SHARED[:3], ("Gary",), "A talk"),
        ([*SHARED, RARE], ("Hugo",), "A talk"),
        (SHARED, ("Frobnik",), "A talk"),
    ],
    ids=["surname in the title", "in a row", "three people", "one bearer", "a surname"],
)
def test_it_may_well_where_the_surname_is_told_or_few_share_the_name(
    entries: list[LexiconEntry], names: tuple[str, ...], title: str
):
    decision, steps = decide_first(entries, *names, title=title)
    assert decision.confidence > MAX_NAMESAKE_CONFIDENCE
    assert "namesake" not in {step.part for step in steps}
