import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import add_corpus

from kgraph.base.lexicon import LexiconEntry, build_lexicon
from kgraph.base.model import Decision, EpisodeFile, ParsedMention, Row
from kgraph.base.text import name_key
from kgraph.resolve import knowledge
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgement_table import JudgementTable, build_judgement_table
from kgraph.resolve.knowledge import Knowledge
from kgraph.resolve.mentions import candidates_in_context, decide, ranking
from kgraph.resolve.mentions.classifier import MENTION_CLASSES
from kgraph.resolve.mentions.context import build_context, parse_mention
from kgraph.resolve.mentions.decide import build_row, decide_mentions, final_type
from kgraph.resolve.mentions.features import own_features
from kgraph.resolve.mentions.ranking import RankedCandidate
from kgraph.resolve.mentions.row import EntityCandidate
from kgraph.resolve.mentions.weigh import filter_by_type, reweigh_by_cues
from kgraph.resolve.name_counts import NameStatistics, count_names, merge_statistics

ENTRIES = [
    LexiconEntry("Nvidia", "company", misheard=("Nvidea",)),
    LexiconEntry("Coinbase", "company"),
    LexiconEntry("Ethereum", "crypto", tickers=("ETH",)),
    LexiconEntry("Bitcoin", "crypto", tickers=("BTC",)),
    LexiconEntry("Gemini", "product", is_common_word=True, cues=("google", "model")),
    LexiconEntry(
        "Gemini (exchange)",
        "company",
        is_common_word=True,
        cues=("exchange", "trading", "winklevoss"),
    ),
    LexiconEntry("Ann Example", "person"),
    LexiconEntry("Figura (robots)", "company", is_common_word=True, cues=("robot", "humanoid")),
    LexiconEntry("Figura (loans)", "company", is_common_word=True, cues=("loans", "lender")),
    LexiconEntry("Scale AI", "company"),
]


PREPARED = knowledge.prepare_knowledge(build_lexicon(ENTRIES), knowledge.load_model())


def llm_row(
    name: str, category: str = "tech", context: str = "A company that was mentioned."
) -> dict:
    return {
        "name": name, "category": category, "context": context,
        "confidence": "high", "source": "llm_enhanced",
    }  # fmt: skip


def regex_row(name: str, context: str = "") -> dict:
    context = context or f"what they said about it yesterday when they met {name} in the end"
    return {
        "name": name, "category": "unknown", "context": context,
        "confidence": "medium", "position": 3,
    }  # fmt: skip


def episode(*rows: dict, title: str = "A talk") -> EpisodeFile:
    built = tuple(Row("companies", index, values) for index, values in enumerate(rows))
    return EpisodeFile("a.md", "", {"title": title}, {"companies": built}, {})


def knowledge_of(talk: EpisodeFile, judgements: JudgementTable | None = None) -> Knowledge:
    return add_corpus(PREPARED, count_names(talk), judgements or JudgementTable())


def decisions(*rows: dict, title: str = "A talk", judgements: JudgementTable | None = None) -> list:
    talk = episode(*rows, title=title)
    return [
        [(item.type, item.label) for item in row]
        for row in decide_mentions(talk, knowledge_of(talk, judgements))
    ]


@pytest.mark.parametrize(
    "names, label",
    [
        (["Quorvex Inc."], "Quorvex Inc."),
        (["Quorvex S.A. (QRX)"], "Quorvex S.A."),
        (["Quorvex Sr.", "Quorvex Sr"], "Quorvex Sr"),  # not most
        (["Quorvex B."], "Quorvex B."),
        (["Quorvex."], "Quorvex"),  # the end of a sentence
        (["Quorvex!", "Quorvex!", "QUORVEX!"], "Quorvex!"),
        (["Quorvex!", "Quorvex!", "Quorvex"], "Quorvex"),  # not all
        (["Quorvex..."], "Quorvex"),
    ],
)
def test_a_label_ends_as_its_name_does(names, label):
    decided = decide_mentions(talk := episode(*map(llm_row, names)), knowledge_of(talk))
    bare = episode(*[llm_row(name.rstrip(".!?")) for name in names])
    same = decide_mentions(bare, knowledge_of(bare))
    assert {decision.label for (decision,) in decided} == {label}
    assert [(d.key, d.type, d.confidence) for (d,) in decided] == [
        (d.key, d.type, d.confidence) for (d,) in same
    ]


def test_a_cut_sentence_ends_no_name_but_an_abbreviation():
    names = ("Quorvex Ltd.", "Quorvex B.", "Zorblat?")
    rows = map(regex_row, names * 2)
    counted = merge_statistics([count_names(episode(row)) for row in rows])
    spellings = [knowledge.choose_spelling(counts.spellings) for counts in counted.names.values()]
    assert spellings == ["Quorvex Ltd.", "Quorvex B", "Zorblat"]


def test_two_listed_names_that_sound_alike_stay_apart():
    decided = decisions(llm_row("Akmeworks"), llm_row("Acmeworks"))
    assert [label for [(_, label)] in decided] == ["Akmeworks", "Acmeworks"]
    [[(_, heard_label)], _] = decisions(regex_row("Akmeworks"), llm_row("Acmeworks"))
    assert heard_label == "Acmeworks"


def test_confidence_grows_with_the_episodes_of_a_name():
    sure = [confidence_of_a_name_in(episodes) for episodes in (1, 2, 20, 256, 1000)]
    assert sure == sorted(sure)
    assert len(set(sure)) == 4, "beyond 256 episodes more say no more"


def confidence_of_a_name_in(episodes: int) -> float:
    """Of one and the same decision, where so many episodes have the name."""
    talk = episode(regex_row("Akme Widgets"))
    corpus_knowledge = add_corpus(
        PREPARED, merge_statistics([count_names(talk)] * episodes), JudgementTable()
    )
    context = build_context(talk)
    row = build_row(context.mentions[0], context, corpus_knowledge)
    top = RankedCandidate(candidates_in_context.find_row_candidates(row)[0], 0.0)
    features = ranking.decision_features(
        "company", probabilities(company=0.9, product=0.1), row, top, 0.9
    )
    return ranking.decision_confidence(features, corpus_knowledge.model)


def probabilities(**values: float) -> list[float]:
    return [values.get(type_, 0.0) for type_ in MENTION_CLASSES]


def test_entries_of_other_types_than_the_likeliest_are_dropped():
    entries = [LexiconEntry("Gemini", "product"), LexiconEntry("Gemini (exchange)", "company")]
    product, company = (EntityCandidate(item.name, "known", item) for item in entries)
    itself = EntityCandidate("gemini", "itself")
    is_company, is_person = probabilities(company=0.6, product=0.4), probabilities(person=1.0)
    assert filter_by_type(is_company, [product, company, itself]) == [company, itself]
    assert filter_by_type(is_person, [product, company, itself]) == [product, company, itself]
    assert filter_by_type(is_person, [product, itself]) == [product, itself]
    assert filter_by_type(is_company, [itself]) == [itself]


def test_the_bare_name_is_dropped_beside_an_entry_of_its_type():
    entry = EntityCandidate("Nvidia", "known", LexiconEntry("Nvidia", "company", aliases=("NV",)))
    itself = EntityCandidate("NV", "itself")
    assert filter_by_type(probabilities(company=1.0), [entry, itself]) == [entry]
    assert filter_by_type(probabilities(person=1.0), [entry, itself]) == [entry, itself]


@pytest.mark.parametrize(
    ("row", "title", "likelier"),
    [
        (
            regex_row("Gemini", "the exchange of the Winklevoss twins, Gemini"),
            "A talk",
            "company",
        ),
        (
            regex_row("Gemini", "what Google said of its model, Gemini, then"),
            "A talk",
            "product",
        ),
        (regex_row("Gemini"), "The next model of Google", "product"),
        (regex_row("Gemini"), "An exchange for trading", "company"),
    ],
)
def test_the_cues_of_homographs_are_weighed_against_each_other(row, title, likelier):
    talk = episode(row, title=title)
    context = build_context(talk)
    built = build_row(context.mentions[0], context, knowledge_of(talk))
    reweighed = reweigh_by_cues(built, probabilities(company=0.5, product=0.5))
    assert MENTION_CLASSES[max(range(len(MENTION_CLASSES)), key=reweighed.__getitem__)] == likelier
    assert sum(reweighed) == pytest.approx(1)


def test_names_of_one_type_are_no_homographs():
    talk = episode(llm_row("Nvidia"))
    context = build_context(talk)
    even = probabilities(company=0.5, product=0.5)
    assert (
        reweigh_by_cues(build_row(context.mentions[0], context, knowledge_of(talk)), even) is even
    )


def test_a_part_of_a_name_needs_a_likely_type():
    part, itself = (
        EntityCandidate("Rome", "inner", LexiconEntry("Rome", "place")),
        EntityCandidate("Rome Card", "itself"),
    )
    assert filter_by_type(probabilities(place=0.7, product=0.3), [part, itself]) == [part, itself]
    assert filter_by_type(probabilities(place=0.3, product=0.6), [part, itself]) == [part, itself]
    assert filter_by_type(probabilities(place=0.2, product=0.6), [part, itself]) == [itself]


@pytest.mark.parametrize(
    ("row", "type_"),
    [
        (regex_row("Nvidia"), "company"),
        (regex_row("Gemini"), "product"),
        (llm_row("Nvidia"), "company"),
        (llm_row("Gemini"), "place"),
    ],
)
def test_the_type_is_the_entrys_unless_a_category_decides_a_homograph(row, type_):
    talk = episode(row)
    context = build_context(talk)
    built = build_row(context.mentions[0], context, knowledge_of(talk))
    [candidate, *_] = built.form.candidates
    place = [float(class_ == "place") for class_ in MENTION_CLASSES]
    assert final_type(place, built, RankedCandidate(candidate, 0.0)) == type_
    unknown = EntityCandidate("Rome", "itself")
    assert final_type(place, built, RankedCandidate(unknown, 0.0)) == "place"
    part = msgspec.structs.replace(candidate, source="inner")
    assert final_type(place, built, RankedCandidate(part, 0.0)) == candidate.entry.type


@pytest.mark.parametrize(("likelihood", "type_"), [(0.5, "product"), (0.1, "place")])
def test_the_type_of_a_homograph_is_the_entrys_where_it_is_nearly_as_likely(likelihood, type_):
    talk = episode(llm_row("Gemini"))
    context = build_context(talk)
    built = build_row(context.mentions[0], context, knowledge_of(talk))
    [product] = [c for c in built.form.candidates if c.trained_type == "product"]
    scores = [{"place": 1.0, "product": likelihood}.get(class_, 0.0) for class_ in MENTION_CLASSES]
    probabilities = [score / sum(scores) for score in scores]
    assert final_type(probabilities, built, RankedCandidate(product, 0.0)) == type_


def test_a_row_becomes_a_mention():
    assert parse_mention(
        Row("companies", 0, llm_row("Acme", "bank", "It lends."))
    ) == ParsedMention("Acme", "It lends.", "bank", "llm", "high", -1)
    assert parse_mention(Row("companies", 0, regex_row("Acme", "to Acme"))) == ParsedMention(
        "Acme", "to Acme", "unknown", "regex", "medium", 3
    )


@pytest.mark.parametrize("surface", ["And I", "But I", "So I", "Because I"])
def test_function_words_are_rejected_with_their_rule(surface):
    talk = episode(regex_row(surface))
    assert decide_mentions(talk, knowledge_of(talk))[0][0].rule == "function-words"


@pytest.mark.parametrize(
    ("words", "type_"),
    [
        ("Not mentioned.", "noise"),
        ("Not explicitly named, but it fits the subject.", "noise"),
        ("Implied by the subject, though not explicitly named.", "noise"),
        ("Implied by its product; an exchange for trading.", "company"),
        ("A company that is not mentioned by its rivals.", "company"),
    ],
)
def test_a_description_that_denies_its_name_rejects_the_row(words, type_):
    talk = episode(llm_row("Coinbase", "exchange", words))
    [[decision]] = decide_mentions(talk, knowledge_of(talk))
    assert decision.type == type_
    assert (decision.rule == "not-mentioned") == (type_ == "noise")


def test_names_are_cleaned_and_looked_up():
    decided = decisions(
        llm_row("Nvidea"), regex_row("So Coinbase"), llm_row("ETH", "Layer 1 Blockchain")
    )
    assert decided == [[("company", "Nvidia")], [("company", "Coinbase")], [("crypto", "Ethereum")]]


def test_context_and_category_decide_homographs():
    exchange = llm_row(
        "Gemini", "exchange", "A crypto exchange of the Winklevoss twins for trading."
    )
    model = llm_row("Gemini", "ai_model", "A large language model made by Google.")
    assert decisions(exchange) == [[("company", "Gemini (exchange)")]]
    assert decisions(model) == [[("product", "Gemini")]]


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("A company that builds a humanoid robot.", "Figura (robots)"),
        ("A lender, known for its loans.", "Figura (loans)"),
    ],
)
def test_cues_decide_between_two_companies_of_one_name(words, label):
    assert decisions(llm_row("Figura", "tech", words)) == [[("company", label)]]


def test_ordinary_words_that_a_transcript_has_in_lower_case_are_no_name():
    talk = episode(regex_row("Scale Ai", "now that Enterprises scale AI across all of their teams"))
    context = build_context(talk)
    built = build_row(context.mentions[0], context, knowledge_of(talk))
    assert "rule:ordinary-word" in own_features(built)
    talk = episode(regex_row("World War I", "since the end of World War I nobody had seen it"))
    context = build_context(talk)
    assert "rule:ordinary-word" not in own_features(
        build_row(context.mentions[0], context, knowledge_of(talk))
    )
    talk = episode(regex_row("Scale Ai", "now that Enterprises use Scale AI across their teams"))
    context = build_context(talk)
    built = build_row(context.mentions[0], context, knowledge_of(talk))
    assert "rule:ordinary-word" not in own_features(built)


def test_a_row_may_name_several_entities():
    assert decisions(llm_row("BTC/ETH", "Cryptocurrency")) == [
        [("crypto", "Bitcoin"), ("crypto", "Ethereum")]
    ]


def test_judgements_overrule_everything():
    judgements = build_judgement_table(
        [Judgement("reject", ("Nvidia",)), Judgement("rename", ("Coinbase", "Coinbase Global"))]
    )
    decided = decisions(llm_row("Nvidia"), regex_row("So Coinbase"), judgements=judgements)
    assert decided == [[("noise", "Nvidia")], [("company", "Coinbase Global")]]


def test_a_decision_has_reasons():
    talk = episode(llm_row("Nvidia"))
    item = decide_mentions(talk, knowledge_of(talk))[0][0]
    assert "the lexicon has Nvidia" in [reason.words for reason in item.reasons]


def test_knowledge_from_disk_decides_the_same():
    talk = episode(
        llm_row("Nvidea"),
        regex_row("Ann Exampel"),
        regex_row("And I"),
        llm_row("Acme Rockets"),
    )
    built = knowledge_of(talk)
    data = msgspec.msgpack.encode(built, order="deterministic")
    decoded = msgspec.msgpack.decode(data, type=knowledge.Knowledge)
    assert decide_mentions(talk, decoded) == decide_mentions(talk, built)
    assert msgspec.msgpack.encode(decoded, order="deterministic") == data


HOSTILE = st.text(max_size=60)
KNOWLEDGE = add_corpus(PREPARED, NameStatistics(0, {}), JudgementTable())


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE, st.booleans()), max_size=4), HOSTILE)
def test_hostile_rows_are_decided_without_errors(rows, title):
    built = [
        {
            "name": name,
            "context": context,
            "category": category,
            **({"source": "llm_enhanced"} if by_llm else {}),
        }
        for name, context, category, by_llm in rows
    ]
    decided = decide_mentions(episode(*built, title=title), KNOWLEDGE)
    assert len(decided) == len(rows)
    for row in decided:
        assert row
        assert all(isinstance(item, Decision) and 0 <= item.confidence <= 1 for item in row)


def test_the_name_of_a_show_of_the_corpus_means_that_show():
    with_show = msgspec.structs.replace(KNOWLEDGE, shows={"widgethour": "The Widget Hour"})
    row = Row("companies", 0, regex_row("The Widget Hour"))
    [[decision]] = decide_mentions(
        EpisodeFile("a.md", "", {}, {"companies": (row,)}, {}), with_show
    )
    assert (decision.type, decision.label, decision.rule) == ("show", "The Widget Hour", "own-show")


@pytest.mark.parametrize(("name", "type_"), [("Ann Lee", "person"), ("Widget Hour", "show")])
def test_a_host_is_a_person_or_the_show_itself(name, type_):
    with_show = msgspec.structs.replace(KNOWLEDGE, shows={name_key(name): name})
    row = Row("companies", 0, {"name": name, "category": "host"})
    [[decision]] = decide_mentions(
        EpisodeFile("a.md", "", {}, {"companies": (row,)}, {}), with_show
    )
    assert (decision.type, decision.label) == (type_, name)


@pytest.mark.parametrize(
    ("date", "label"),
    [("2025-12-31", "Prism"), ("2026-01-01", "Prism (Acme)"), ("", "Prism (Acme)")],
)
def test_an_entry_is_not_meant_before_it_appeared(date, label):
    young = LexiconEntry("Prism (Acme)", "product", since="2026-01")
    prepared = knowledge.prepare_knowledge(build_lexicon([*ENTRIES, young]), knowledge.load_model())
    built = (Row("companies", 0, llm_row("Prism", "software tool")),)
    talk = EpisodeFile("a.md", "", {"title": "A talk", "date": date}, {"companies": built}, {})
    known = add_corpus(prepared, count_names(talk), JudgementTable())
    [[decision]] = decide_mentions(talk, known)
    assert decision.label == label


def test_few_forms_are_kept(monkeypatch):
    talk = episode(*map(regex_row, ["Coinbase", "Ethereum", "Nvidia", "Coinbase", "ETH"]))
    wanted = decide_mentions(talk, knowledge_of(talk))
    monkeypatch.setattr(decide, "MAX_FORMS", 2)
    known = knowledge_of(talk)
    assert decide_mentions(talk, known) == wanted
    assert decide.surface_forms(known).cache_info().currsize == 2
