"""The words of a breakdown: each feature has its own, for a reader who knows no code."""

import json
from itertools import permutations

import pytest

from kgraph.base.model import EpisodeFile, ParsedMention, Reason
from kgraph.base.vocabulary import data_path
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.mentions import context, explain, name_profile
from kgraph.resolve.mentions.classifier import MENTION_CLASSES, WeightedFeature
from kgraph.resolve.mentions.context import TextWindow
from kgraph.resolve.mentions.explain import (
    TYPE_PHRASES,
    describe_feature,
    explain_feature,
    explain_name,
    explain_source,
    find_likeliest_type,
    load_phrases,
)
from kgraph.resolve.mentions.ranking import RankedCandidate
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow, SurfaceForm

PROBABILITIES = [0.7, 0.2, *[0.0] * (len(MENTION_CLASSES) - 2)]

OF_THE_NAME = frozenset({
    *("corpus", "cut", "end", "first", "kind", "last", "lead", "lexicon", "marks"),
    *("part", "parts", "shape", "sound", "start", "step", "token", "tokens"),
})  # fmt: skip
"""Features of a name, which its breakdown sums up in one line."""


def weighed_features():
    """Every feature that the trained weights know, beside those of the name alone."""
    names = json.loads(data_path("data", "model", "resolver.json").read_text("utf-8"))["classifier"]
    return [name for name in names if name.partition(":")[0] not in OF_THE_NAME]


def test_every_feature_that_weighs_has_words():
    assert [
        name
        for name in weighed_features()
        if describe_feature(name) == name.replace(":", " ") and name != "rule:job-title"
    ] == []


def test_phrases_have_no_identifiers_or_loose_spaces():
    assert [
        phrase
        for phrase in load_phrases().features.values()
        if "_" in phrase or phrase != phrase.strip()
    ] == []


@pytest.mark.parametrize(
    ("feature", "phrase"),
    [
        ("right:'s", "“'s” just after it"),
        ("left::", "“:” just before it"),
        ("edge:aa", "a lower-case word just before it"),
        ("edge:,", "the mark “,” just before it"),
        ("category:tech", "“tech” in its category"),
        ("category=ai model", "its category is “ai model”"),
        ("stated:llm:high", "the language model states confidence high"),
        ("rows:1:False", "the name's only row here, by the transcript pass"),
        ("cue:none:crypto", "none of the lexicon's cues for a crypto-asset"),
        ("candidate:heard:person", "sounds like a person of the lexicon"),
        ("grown:often:0:1", "how it goes on into the capitalised words around it"),
        ("something:new", "something new"),
    ],
)
def test_a_feature_in_words(feature, phrase):
    assert describe_feature(feature) == phrase


def test_the_reason_of_a_feature_names_the_type_it_supports():
    assert [
        explain_feature("category=ai model", 1.2, "product", "company"),
        explain_feature("right:'s", -0.5, "company", "noise"),
    ] == [
        Reason("category", "its category is “ai model”: for a product", 1.2),
        Reason("right", "“'s” just after it: for no name, so less likely a company", -0.5),
    ]


def test_the_reason_of_a_name_names_both_types():
    assert [explain_name("person", "noise", 0.4), explain_name("person", "noise", -0.4)] == [
        Reason("name", "by itself, for a person rather than no name", 0.4),
        Reason("name", "by itself, for no name, so less likely a person", -0.4),
    ]


@pytest.mark.parametrize(
    ("source", "core", "weight", "reason"),
    [
        ("known", "Acme", 1.0, Reason("known", "the lexicon has Acme")),
        ("known", "ACM", 1.0, Reason("known", "the lexicon has “ACM” as a name of Acme")),
        ("heard", "Akme", 0.4, Reason("heard", "“Akme” sounds like Acme of the lexicon", 1.0)),
    ],
)
def test_a_candidate_without_rivals_has_no_number(source, core, weight, reason):
    assert (
        explain_source(core, RankedCandidate(EntityCandidate("Acme", source, weight=weight), 1.0))
        == reason
    )


@pytest.mark.parametrize("source", load_phrases().sources)
def test_braces_in_a_name_are_text(source):
    assert (
        "{0}"
        in explain_source("{core}", RankedCandidate(EntityCandidate("{0}", source), 1.0)).words
    )


def test_every_type_has_words():
    assert tuple(TYPE_PHRASES) == MENTION_CLASSES


@pytest.mark.parametrize("weight", [-0.4, 0.0, 0.4])
def test_the_reason_of_a_name_tells_the_likeliest_type_of_each_pair(weight):
    pairs = list(permutations(MENTION_CLASSES, 2))
    assert [find_likeliest_type(explain_name(*pair, weight)) for pair in pairs] == [
        likeliest for likeliest, _ in pairs
    ]
    assert find_likeliest_type(Reason("name", "of another version", weight)) == ""


def explain_company(
    name_weight: float, *weighed_features: WeightedFeature
) -> list[tuple[str, str]]:
    """The breakdown of a company against an institution."""
    knowledge = Knowledge()
    form = SurfaceForm(
        name_profile.build_profile("Acme", knowledge),
        (),
        (name_weight, *[0.0] * (len(MENTION_CLASSES) - 1)),
    )
    episode_context = context.build_context(EpisodeFile("a.md", "", {}, {}, {}))
    reasons = explain.explain_decision(
        MentionRow(ParsedMention("Acme"), form, TextWindow(), episode_context, knowledge),
        weighed_features,
        PROBABILITIES,
        None,
    )
    return [(reason.words, str(reason.weight)) for reason in reasons]


def weights(first: float, second: float) -> tuple[float, ...]:
    return (first, second, *[0.0] * (len(MENTION_CLASSES) - 2))


def test_only_the_heaviest_features_are_explained():
    features = [
        ("left:at", weights(0.5, 0.0)),
        ("right:said", weights(0.1, 0.0)),
        ("category:bank", weights(0.0, 2.0)),
        ("stated:llm:high", weights(1.0, 0.0)),
        ("always", weights(0.4, 0.0)),
    ]
    assert explain_company(1.0, *features) == [
        ("by itself, for a company rather than an institution", "1.0"),
        ("“bank” in its category: for an institution, so less likely a company", "-2.0"),
        ("the language model states confidence high: for a company", "1.0"),
        ("“at” just before it: for a company", "0.5"),
    ]


def test_a_zero_weight_has_no_sign():
    assert (
        explain_company(-0.001)
        == explain_company(0.001)
        == [("by itself, as much for a company as for an institution", "0.0")]
    )
