from support import add_corpus

from kgraph.base.lexicon import LexiconEntry
from kgraph.base.lexicon import build_lexicon as lexicon_of
from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve import knowledge
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.mentions import candidates_in_context, decide
from kgraph.resolve.mentions import context as setting
from kgraph.resolve.mentions.row import EntityCandidate, find_entry
from kgraph.resolve.name_counts import NameStatistics

ENTRIES = [
    LexiconEntry("Bank of Acmé", "company"),
    LexiconEntry("Acme", "company"),
    LexiconEntry("Smith & Rocket", "company"),
    LexiconEntry("Ann O'Brien", "person"),
    LexiconEntry("J. D. Example", "person"),
    LexiconEntry("Acmecoin", "crypto", tickers=("ROC",)),
    LexiconEntry("Rocket Works", "company", tickers=("RKT",)),
    LexiconEntry("Robert Q. Sample", "person", aliases=("Sample",)),
    LexiconEntry("Roadmap Yuan", "other"),
    LexiconEntry("Roadmap Acme", "other"),
    LexiconEntry("Artificial intelligence", "other", aliases=("AI",)),
    LexiconEntry("Acme government", "institution"),
    LexiconEntry("Rocket 5", "product"),
    LexiconEntry("Tenwell Example", "person", aliases=("Tenwell",)),
]
KNOWN = add_corpus(
    knowledge.prepare_knowledge(lexicon_of(ENTRIES), knowledge.load_model()),
    NameStatistics(0, {}),
    JudgementTable(),
)


def candidates(*rows: dict[str, object]) -> list[EntityCandidate]:
    """Candidates of the first of an episode's rows."""
    built = tuple(Row("companies", number, values) for number, values in enumerate(rows))
    around = setting.build_context(EpisodeFile("a.md", "", {}, {"companies": built}, {}))
    return candidates_in_context.find_row_candidates(
        decide.build_row(around.mentions[0], around, KNOWN)
    )


def transcript_row(name: str, context: str = "") -> dict[str, object]:
    return {"name": name, "context": context, "position": 1}


def found(source: str, name: str, context: str = "") -> list[tuple[str, str]]:
    """Labels of the candidates of a source, and what they say first."""
    every = candidates(transcript_row(name, context))
    return [(one.label, one.features[0]) for one in every if one.source == source]


def longer(name: str, context: str) -> list[tuple[str, str]]:
    """Entries that go by the name and the words around it, and how many on each side."""
    return found("longer", name, context)


def test_a_cut_name_matches_an_entry_with_the_words_around_it():
    assert longer("Acme", "so the Bank of Acme said") == [("Bank of Acmé", "longer:name:2:0")]
    assert longer("Smith", "then Smith & Rocket came") == [("Smith & Rocket", "longer:name:0:2")]


def test_words_beyond_the_name_must_belong_to_it():
    assert longer("Acme", "so the bank, Acme said") == []


def test_a_name_cut_at_an_apostrophe_or_initial_is_extended():
    assert longer("Ann O", "so Ann O'Brien said") == [("Ann O'Brien", "longer:name:0:1")]
    assert longer("J", "so J. D. Example said") == [("J. D. Example", "longer:name:0:2")]
    assert found("grown", "Bob O", "so Bob O'Neil said")[0][0] == "Bob O'Neil"


def test_a_name_ends_with_its_sentence():
    assert longer("Acme", "the bank of Acme. Example said") == [("Bank of Acmé", "longer:name:2:0")]
    assert found("grown", "Acme", "so to Acme. Example said") == []


def test_a_token_matches_its_symbol_written_as_a_word():
    assert found("ticker", "And Roc") == [("Acmecoin", "ticker:marks:")]
    assert found("ticker", "ROC") == []  # in capitals it is known by it
    assert found("ticker", "Rkt") == []  # nobody says the symbol of a share as a word


def said(name: str) -> dict[str, set[str]]:
    """What sounds like a name -> all that is said of it."""
    every = candidates(transcript_row(name))
    return {one.label: set(one.features) for one in every if one.source == "heard"}


def test_a_surname_does_not_match_behind_another_given_name():
    assert found("inner", "Taco Sample")[0][0] == "Robert Q. Sample"
    assert found("inner", "Roberta Sample")[0][0] == "Robert Q. Sample"
    assert found("inner", "Matt Sample") == []


def test_a_sound_match_that_lacks_a_known_word_is_marked():
    assert "heard:lacks:end:acronym" in said("Roadmap AI")["Roadmap Yuan"]
    both = said("Roadmapp Acme")
    assert "heard:lacks:end:name" in both["Roadmap Yuan"]
    assert "heard:lacks:end:name" not in both["Roadmap Acme"]


def test_a_name_goes_on_in_lower_case_where_an_entry_has_the_whole():
    assert longer("Acme", "so the Acme government said") == [("Acme government", "longer:name:0:1")]
    assert longer("Acme", "so the Acme people said") == []


def test_an_owner_may_be_left_out_of_a_longer_name():
    labels = [label for label, _ in found("grown", "Bob", "as Acme's Bob Fuller said")]
    assert labels == ["Bob Fuller", "Acme's Bob Fuller"]


def test_the_article_belongs_to_a_title_inside_a_sentence():
    assert found("titled", "The Void", "his book, The Void, came")[0][0] == "The Void"
    assert found("titled", "The Void", "it came. The Void is here") == []
    assert found("titled", "The Acme", "his book, The Acme, came") == []  # a known name


def test_a_name_that_goes_on_to_a_known_one_is_the_known_one():
    labels = [label for label, _ in found("grown", "Rocket", "and The Rocket-Works said")]
    assert "Rocket Works" in labels
    assert "Rocket-Works" not in labels


def test_of_several_entries_of_a_key_the_one_as_written_is_meant():
    entries = [
        LexiconEntry("Private example", "other", aliases=("PE",)),
        LexiconEntry("Ratio of prices", "other", aliases=("P/E",)),
    ]
    known = knowledge.prepare_knowledge(lexicon_of(entries), knowledge.load_model())
    found_entries = [find_entry(name, known) for name in ("P/E", "PE", "P.E")]
    assert [e.name for e in found_entries if e] == [
        "Ratio of prices", "Private example", "Private example",
    ]  # fmt: skip


def described(name: str, words: str) -> list[str]:
    """Labels of the candidates that a language model's description names."""
    every = candidates({"name": name, "context": words, "source": "llm_enhanced"})
    return [one.label for one in every if one.source == "described"]


def test_a_description_may_say_what_is_meant():
    assert described("Obrian", "A guest (likely referring to Ann O'Brien).") == ["Ann O'Brien"]
    assert described("Rok", "A token, likely Acmecoin, that rose.") == ["Acmecoin"]
    assert described("Rok", "Likely refers to Acmecoin.") == ["Acmecoin"]
    assert described("Rok", "A token that Acmecoin is likely to beat.") == []
    assert described("Rok", "likely " * 50_000) == []


def test_what_a_description_relates_a_name_to_is_not_what_it_means():
    assert described("Rok", "A token, likely related to Acmecoin.") == []
    assert described("Rok", "Likely a small project on Acmecoin.") == []
    assert described("Rok", "Refers to a fund associated with Ann O'Brien.") == []
    assert described("Rok", "This refers to the stock ticker for Acme.") == ["Acme"]


def heard_here(name: str, listed: str) -> list[str]:
    """Labels that a name of the transcript has as a misheard one that the episode lists."""
    row = {"name": listed, "context": "", "source": "llm_enhanced"}
    return [one.label for one in candidates(transcript_row(name), row) if one.source == "here"]


def test_a_name_of_the_episode_is_misheard_only_where_the_words_that_differ_sound_alike():
    assert heard_here("Zorgol Joule", "Zorgol Jules") == ["Zorgol Jules"]
    assert heard_here("Taco Zorb", "Taco Sorb") == ["Taco Sorb"]
    assert heard_here("Zorgol Joule", "Zorgol Opal") == []
    assert heard_here("Peter Hsu", "Peter Rahal") == []
    assert heard_here("Frobnik CEO", "Frobnik Z") == []
    assert heard_here("Frobnik 1", "Frobnik 2") == []


def test_what_somebody_owns_is_no_name_that_is_misheard():
    assert heard_here("Frobnik AI", "Frobniks AI") == ["Frobniks AI"]
    assert heard_here("Frobnik AI", "Frobnik's AI") == []


def test_another_version_does_not_sound_alike():
    assert "Rocket 5" in said("Rokket 5")
    assert "Rocket 5" not in said("Rocket 4")


def test_a_full_name_of_the_episode_is_a_candidate_beside_a_known_bearer():
    every = candidates(transcript_row("Tenwell"), transcript_row("Zoe Tenwell"))
    assert "Zoe Tenwell" in [one.label for one in every]
