import pytest

from kgraph.base.model import EpisodeFile, Row
from kgraph.base.word_lists import Vocabulary
from kgraph.resolve.quotes.advert_mentions import (
    MAX_SEARCHED_NAMES,
    MIN_TALK_QUOTES,
    SpokenText,
    score_mention,
)
from kgraph.resolve.quotes.decide import QuoteDecision
from kgraph.resolve.quotes.fingerprints import (
    fingerprint_quotes,
    hash_shingles,
    tokenize_quote,
)
from kgraph.resolve.quotes.passages import (
    NOT_ADVERT,
    ContextFingerprints,
    RepetitionCounts,
    context_hashes,
    fingerprint_contexts,
)
from kgraph.resolve.quotes.repetition import CorpusHashes
from kgraph.resolve.quotes.sponsors import SponsorCounts, find_sponsors
from kgraph.resolve.recordings import Recording
from kgraph.resolve.survey_partitions import MemoryPartitions

BEFORE = "and so it goes that most of our listeners ask for "
AFTER = " and for nothing comparable, since everything else breaks early"


def transcript_row(name="Acme", before=BEFORE, after=AFTER):
    context = f"{before}{name}{after}"
    return Row("companies", 0, {"name": name, "context": context, "position": 7})


def llm_row(text, name="Acme"):
    return Row("companies", 1, {"name": name, "context": text, "source": "llm_enhanced"})


def episode(file, *rows):
    return EpisodeFile(file, "", {}, {"companies": rows}, {})


NO_REPETITION = RepetitionCounts()
NO_WORDS = Vocabulary()


def make_quote(text, advert=0.0):
    return QuoteDecision(text, text, ((0, 0),), 0.5, advert)


def score(rows, repeated=NO_REPETITION, *, other_rows=(), quotes=(), title=""):
    """Score a mention's rows in a recording with other rows and quotes."""
    recording = EpisodeFile("a.md", "", {"title": title}, {"companies": (*rows, *other_rows)}, {})
    return score_mention(rows, SpokenText([recording], quotes, repeated, NO_WORDS))


SPONSOR = llm_row("Sponsor of the podcast, a maker of widgets.")


@pytest.mark.parametrize(
    "text",
    [
        "A sponsor of the show that makes widgets.",
        "Mentioned as a company that has partnered with the podcast host's organization.",
        "Maker of widgets mentioned as sponsor",
        "Mentioned in an advertisement for widgets.",
        "Advertised platform for trading widgets.",
    ],
)
def test_the_language_model_says_that_it_is_a_sponsor(text):
    assert score([llm_row(text)]).is_likely


@pytest.mark.parametrize(
    "text",
    [
        "Launched a new widget; also a sponsor of the podcast.",
        "A widget team that is sponsored by Acme Fuels.",
        "Sponsor of the national widget prize.",
        "Mentioned for its advertising revenue.",
        "The guest's company, and a sponsor of the podcast.",
        "",
    ],
)
def test_other_uses_of_the_words_make_no_advert(text):
    assert score([llm_row(text)]) == NOT_ADVERT


@pytest.mark.parametrize(
    ("text", "is_likely"),
    [
        ("Mentioned as a firm whose head of widgets has been featured on the podcast.", True),
        ("Named for an executive thought leader who is featured there.", True),
        ("The guest's firm, featured on the podcast in this episode for its widgets.", False),
        ("A maker of widgets that the hosts featured in their argument.", False),
    ],
)
def test_the_guests_that_a_show_boasts_of_are_its_own_words(text, is_likely):
    assert score([llm_row(text)]).is_likely == is_likely


def test_one_row_outside_adverts_makes_it_talk():
    assert score([SPONSOR, transcript_row()]) == NOT_ADVERT
    assert score([SPONSOR, llm_row("A maker of widgets.")]) == NOT_ADVERT


ADVERT = transcript_row(before="Today's episode is brought to you by ")
MAKER = llm_row("A maker of widgets.")
LISTINGS = {"bolt": SponsorCounts(5, 5)}


SOLD_QUOTE = make_quote("Today's episode is brought to you by Acme, the home of widgets.", 0.9)


def test_a_description_of_a_thing_in_adverts_alone_was_written_from_them():
    least = score([ADVERT]).probability
    for scores in (
        score([MAKER, ADVERT]),
        score([MAKER], other_rows=[ADVERT]),
        score([MAKER], quotes=[SOLD_QUOTE]),
        score([MAKER, ADVERT], quotes=[SOLD_QUOTE]),
    ):
        assert scores.probability == least
    [wording, why] = score([MAKER], quotes=[SOLD_QUOTE]).reasons
    assert wording.words == "names a sponsor"
    assert "brought to you by Acme, the home" in why.words


def test_a_description_of_a_thing_named_elsewhere_is_talk():
    assert score([MAKER]) == NOT_ADVERT, "nobody knows what it was written from"
    assert score([MAKER, ADVERT], title="How Acme began") == NOT_ADVERT
    assert (
        score([MAKER, ADVERT], quotes=[make_quote("Then acme’s plant burned down.")]) == NOT_ADVERT
    )
    passage = Row("companies", 2, {"name": "Bolt", "context": "so Acme and Bolt merged"})
    assert score([MAKER, ADVERT], other_rows=[passage]) == NOT_ADVERT
    assert score([MAKER, ADVERT, transcript_row()]) == NOT_ADVERT


def test_a_passage_that_names_the_sponsor_is_no_advert_for_that():
    sponsors = find_sponsors([episode("a.md", llm_row("Sponsor of the show.", "Bolt"))], LISTINGS)
    passage = transcript_row("Bolt", before="We were told that Acme is twice as large as ")
    spoken = SpokenText([episode("a.md", MAKER, passage)], (), NO_REPETITION, NO_WORDS, sponsors)
    assert score_mention([MAKER], spoken) == NOT_ADVERT


def test_names_in_the_sentence_of_the_sponsor_are_advertised_too():
    sponsors = find_sponsors([episode("a.md", llm_row("Sponsor of the show.", "Bolt"))], LISTINGS)
    recording = episode("a.md", MAKER)
    for text, is_likely in (
        ("Bolt and Acme: together.", True),
        ("Acme won. This show runs on Bolt.", False),
        ("This show runs on a bolt and Acme.", False),
    ):
        spoken = SpokenText([recording], [make_quote(text, 0.9)], NO_REPETITION, NO_WORDS, sponsors)
        assert score_mention([MAKER], spoken).is_likely == is_likely, text


@pytest.mark.parametrize("row", [SPONSOR, ADVERT], ids=["told", "heard"])
def test_the_title_and_some_quotes_make_a_sponsor_talk(row):
    quotes = [make_quote(f"{n} things that Acme’s\nmakers said.") for n in range(MIN_TALK_QUOTES)]
    assert score([row], title="Why Acme won") == NOT_ADVERT
    assert score([row], quotes=quotes) == NOT_ADVERT
    assert score([row], quotes=quotes[1:]).is_likely
    assert score([row], title="The acmes of the year", quotes=quotes[1:]).is_likely
    adverts = [make_quote(quote.text, 0.9) for quote in quotes]
    assert score([row], quotes=adverts).is_likely


def test_a_word_in_a_title_or_at_the_start_of_a_quote_is_no_name():
    row = llm_row("Sponsor of the podcast.", "Circle")
    episode = EpisodeFile("a.md", "", {"title": "Circle Back"}, {"companies": (row,)}, {})
    words = Vocabulary(frozenset({"circle"}))
    begun = [make_quote(f"Circle {n} times!") for n in range(MIN_TALK_QUOTES)]
    within = [make_quote(f"I told Circle {n} times.") for n in range(MIN_TALK_QUOTES)]
    assert score_mention([row], SpokenText([episode], begun, NO_REPETITION, words)).is_likely
    assert score_mention([row], SpokenText([episode], within, NO_REPETITION, words)) == NOT_ADVERT
    assert score_mention([row], SpokenText([episode], begun, NO_REPETITION, NO_WORDS)) == NOT_ADVERT


def test_names_are_looked_for_in_the_order_of_their_rows(monkeypatch):
    asked = []
    monkeypatch.setattr(SpokenText, "is_discussed", lambda _, name: asked.append(name))
    names = [f"Acme {letter}" for letter in "QXBNAM"]
    score([llm_row("Sponsor of the podcast, a maker of widgets.", name) for name in names])
    assert asked == names


def test_an_opening_that_names_it_sells_nothing_either():
    opening = make_quote("Welcome back to the show. My guest today is Ann, who runs Acme.", 0.6)
    assert score([MAKER], quotes=[opening]) == NOT_ADVERT


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Acme", "Today's episode is brought to you by Bolt. The plant of Acme burned down."),
        ("Ada", "Today's episode is brought to you by Bolt, the home of shops in Canada."),
        ("Me", "Today's episode is brought to you by Acme, for some more time."),
    ],
)
def test_the_advert_must_be_of_the_name_itself(name, text):
    row = Row("companies", 0, {"name": name, "context": "A maker.", "source": "llm_enhanced"})
    assert score([row], quotes=[make_quote(text, 0.9)]) == NOT_ADVERT


def test_every_way_to_write_a_name_is_looked_for():
    row = Row("companies", 0, {"name": "Acme Widgets (AW)", "source": "llm_enhanced"})
    sold = make_quote("Today's episode is brought to you by AW.", 0.9)
    assert score([row], quotes=[sold]).is_likely
    assert score([row], quotes=[sold, make_quote("Acme Widgets is catching up.")]) == NOT_ADVERT


def test_the_passages_decide_for_a_name_that_no_text_contains():
    advert = transcript_row("Akme", before="Today's episode is brought to you by ")
    assert score([llm_row("A maker of pipes.", "Acme Pipes"), advert]).is_likely
    assert score([llm_row("A maker of pipes.", "Acme Pipes"), transcript_row("Akme")]) == NOT_ADVERT


def test_of_more_names_than_a_recording_has_no_advert_is_known():
    text = "Brought to you by " + ", ".join(f"Acme{n}" for n in range(MAX_SEARCHED_NAMES + 1))
    spoken = SpokenText(
        [EpisodeFile("a.md", "", {}, {}, {})], [make_quote(text, 0.9)], NO_REPETITION, NO_WORDS
    )
    scores = [spoken.score_names((f"acme{n}",)) for n in range(MAX_SEARCHED_NAMES + 1)]
    assert all(entry is not None and entry.is_likely for entry in scores[:-1])
    assert scores[-1] == NOT_ADVERT
    assert spoken.score_names(("acme0",)) == scores[0]
    recording = SpokenText(
        [EpisodeFile("a.md", "", {}, {}, {})], [make_quote(text, 0.9)], NO_REPETITION, NO_WORDS
    )
    assert (
        recording.score_names(tuple(f"acme{n}" for n in range(MAX_SEARCHED_NAMES + 1)))
        == NOT_ADVERT
    )


def test_the_sentence_that_holds_the_name_is_judged():
    before = "It rained. Today's episode is brought to you by "
    scores = score([transcript_row(before=before, after=". We saw it.")])
    assert scores.is_likely
    assert [reason.words for reason in scores.reasons] == ["names a sponsor"]
    after = ", they said. Today's episode is brought to you by no one."
    assert score([transcript_row(before="It rained on ", after=after)]) == NOT_ADVERT
    ended = "Today's episode is brought to you by no one. It rained on "
    assert score([transcript_row(before=ended)]) == NOT_ADVERT


def test_an_opening_sells_nothing():
    opening = transcript_row(before="I'm your host, and with me is the founder of ")
    assert score([opening]) == NOT_ADVERT


def count_repeated_contexts(passages, recordings):
    quotes = [fingerprint_quotes(episode(passage.file)) for passage in passages]
    return CorpusHashes(quotes, MemoryPartitions(quotes, passages), recordings).count_contexts()


def test_passages_that_several_recordings_read_out_are_adverts():
    files = [f"{n}.md" for n in range(4)]
    passages = [fingerprint_contexts(episode(file, transcript_row())) for file in files]
    recordings = [Recording(file, "", (file,)) for file in files]
    contexts = count_repeated_contexts(passages, recordings)
    assert list(contexts.values()) == [4, 4]
    assert score([transcript_row()], RepetitionCounts(contexts=contexts)).is_likely
    assert count_repeated_contexts(passages, recordings[:2]) == {}
    entry = [Recording("all", "", tuple(files))]
    assert count_repeated_contexts(passages, entry) == {}, "files of one recording are not several"


@pytest.mark.parametrize("before", ["Hey, ", "talk of one more name in an hour or longer: "])
def test_characters_before_a_name_do_not_count_with_those_after_it(before):
    sides = [
        context_hashes(transcript_row(before=text)) for text in (before, before.replace("e", "é"))
    ]
    assert sides[0][0] != sides[1][0] and sides[0][1] == sides[1][1]


def test_a_passage_that_opens_several_recordings_is_no_talk():
    row = transcript_row(before="Hey, ")
    files = [f"{n}.md" for n in range(4)]
    passages = [fingerprint_contexts(episode(file, row)) for file in files]
    recordings = [Recording(file, "", (file,)) for file in files]
    contexts = count_repeated_contexts(passages, recordings)
    assert score([row], RepetitionCounts(contexts=contexts)).is_likely
    other = transcript_row(before="So, ")
    assert score([other], RepetitionCounts(contexts=contexts)) == NOT_ADVERT


def test_words_that_repeat_on_one_side_only_are_a_phrase():
    files = [f"{n}.md" for n in range(4)]
    passages = [
        fingerprint_contexts(
            episode(file, transcript_row(before=f"there were then {n} of us who like "))
        )
        for n, file in enumerate(files)
    ]
    contexts = count_repeated_contexts(passages, [Recording(file, "", (file,)) for file in files])
    assert list(contexts.values()) == [4]
    elsewhere = transcript_row(before="another thing that we all know about is ")
    assert score([elsewhere], RepetitionCounts(contexts=contexts)) == NOT_ADVERT


def test_quotes_that_repeat_make_adverts_of_the_names_within():
    row = transcript_row()
    counts = dict.fromkeys(hash_shingles(tokenize_quote(row.text("context"))), 9)
    scores = score([row], RepetitionCounts(shingles=counts))
    assert scores.is_likely
    assert scores.reasons[0].words == "100% of its wording stands in at least 9 recordings"


@pytest.mark.parametrize(
    "row",
    [
        Row("companies", 0, {}),
        Row("companies", 0, {"name": "Acme"}),
        Row("companies", 0, {"name": "", "context": "x" * 300}),
        Row("companies", 0, {"name": "ẞ\udcff", "context": "\x00" * 40 + "ẞ\udcff" + "İ" * 40}),
        transcript_row(before="short ", after=" too"),
    ],
)
def test_odd_rows_are_talk(row):
    assert len(fingerprint_contexts(episode("a.md", row)).packed_hashes) in (0, 16)
    assert score([row]) == NOT_ADVERT


def test_a_file_without_rows_has_no_passages():
    assert fingerprint_contexts(EpisodeFile("a.md", "", {}, {}, {})) == ContextFingerprints(
        "a.md", b""
    )
