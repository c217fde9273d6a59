import msgspec

from kgraph.base.model import EpisodeFile, Row
from kgraph.resolve.quotes import decide
from kgraph.resolve.quotes.fingerprints import fingerprint_quotes, quote_key
from kgraph.resolve.quotes.quote_table import QuoteTable
from kgraph.resolve.quotes.repetition import CorpusHashes
from kgraph.resolve.quotes.sponsors import SponsorCounts, find_sponsors
from kgraph.resolve.recordings import Recording
from kgraph.resolve.survey_partitions import MemoryPartitions

LONG = "I would say this. The infrastructure layer is where the money goes, and it always was."
CUT = "The infrastructure layer is where the money goes, and it always was"
OTHER = "Nobody understands monetary policy, which is why it works at all."


def file(name, *texts):
    rows = tuple(Row("quotes", i, {"text": t, "relevance_score": 8}) for i, t in enumerate(texts))
    return EpisodeFile(name, "", {}, {"quotes": rows}, {"quotes": len(rows)})


NO_TABLE = QuoteTable()


def build_quote_table(files, recordings, sponsors):
    quotes = list(map(fingerprint_quotes, files))
    return CorpusHashes(quotes, MemoryPartitions(quotes), recordings).build_quote_table(sponsors)


def decided(files, table=NO_TABLE, sponsors=()):
    return decide.decide_quotes(files, table, list(map(fingerprint_quotes, files)), sponsors)


def test_one_text_in_two_files_is_one_quote():
    (quote,) = decided([file("a.md", OTHER), file("b.md", OTHER.upper())])
    assert (quote.key, quote.rows) == (quote_key(OTHER), ((0, 0), (1, 0)))


def test_a_text_within_a_longer_one_is_an_occurrence_of_it():
    first, second = decided([file("a.md", CUT, OTHER, LONG)])
    assert (first.key, first.text, first.rows) == (quote_key(LONG), LONG, ((0, 0), (0, 2)))
    assert second.rows == ((0, 1),)


def test_a_phrase_of_very_many_quotes_does_not_hide_containment(monkeypatch):
    phrase = "everybody remembers something about infrastructure every single afternoon"
    many = [" ".join([phrase, *(f"widget{n}of{k}" for k in range(12))]) for n in range(200)]
    compared = []
    trigrams = decide._list_trigrams
    monkeypatch.setattr(
        decide, "_list_trigrams", lambda words: compared.append(words) or trigrams(words)
    )
    quotes = decided([file("a.md", f"{CUT}, {phrase}", LONG, *many, CUT)])
    assert quote_key(CUT) not in {quote.key for quote in quotes}
    assert len(compared) < 20 * len(many), "each with each would be 200 times as many"


def test_every_row_is_in_exactly_one_decision():
    files = [file("a.md", CUT, OTHER, "", LONG), file("b.md", "", LONG, OTHER + " Really.")]
    rows = sorted(p for quote in decided(files) for p in quote.rows)
    assert rows == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2)]


def test_two_recordings_agree_on_the_key():
    files = [file("a.md", CUT, OTHER), file("b.md", OTHER, LONG)]
    recordings = [Recording(f.file, "", (f.file,)) for f in files]
    table = build_quote_table(files, recordings, {})
    keys = [{quote.key for quote in decided([f], table)} for f in files]
    assert keys[0] == keys[1] or quote_key(CUT) in keys[0]
    assert quote_key(OTHER) in keys[0] & keys[1]


def test_an_advert_says_why_and_is_worth_less():
    text = "This episode is brought to you by the Widget Company, maker of 40 fine widgets."
    advert, plain = decided([file("a.md", text, OTHER)])
    assert advert.is_advert and [r.words for r in advert.reasons] == ["names a sponsor"]
    assert not plain.is_advert and plain.reasons == () and advert.relevance < plain.relevance


def test_a_quote_that_names_the_sponsor_of_its_recording_is_an_advert():
    text = "With Acme your widgets grow every single day."
    row = {"name": "Acme", "context": "Sponsor of the show.", "source": "llm_enhanced"}
    spoken = file("a.md", text, OTHER)
    described = EpisodeFile("b.md", "", {}, {"companies": (Row("companies", 0, row),)}, {})
    sponsors = find_sponsors([spoken, described], {"acme": SponsorCounts(7, 8)})
    advert, plain = decided([spoken, described], sponsors=sponsors)
    assert advert.is_advert and [reason.part for reason in advert.reasons] == ["sponsor"]
    assert not plain.is_advert
    assert not decided([spoken, described])[0].is_advert


def test_no_quotes_no_decisions():
    assert decided([EpisodeFile("a.md", "", {}, {}, {})]) == ()


def test_a_quote_is_an_advert_in_every_recording_or_in_none():
    text = "With Acme your widgets grow every single day, and nothing else matters here."
    row = {"name": "Acme", "context": "Sponsor of the show.", "source": "llm_enhanced"}
    described = msgspec.structs.replace(
        file("b.md", text),
        rows={"companies": (Row("companies", 0, row),), **file("b.md", text).rows},
    )
    files, counts = [file("a.md", text, OTHER), described], {"acme": SponsorCounts(7, 8)}
    recordings = [Recording(f.file, "", (f.file,)) for f in files]
    table = build_quote_table(files, recordings, counts)
    elsewhere, plain = decided(files[:1], table)
    [here] = decided(files[1:], table, find_sponsors(files[1:], counts))
    assert (elsewhere.advert, elsewhere.relevance) == (here.advert, here.relevance)
    assert [reason.part for reason in elsewhere.reasons] == ["elsewhere"]
    assert elsewhere.is_advert and not plain.is_advert


def test_near_equal_texts_of_one_conversation_are_one_quote():
    texts = [
        "And we began with pipes, we went to pumps, so now we are moving to taps.",
        "We began with pipes, we went to pumps, so now we are moving to taps.",
        "So the reason why it makes sense is right now taps are kind of frozen in the north.",
        "It may happen. The reason why it makes sense is right now taps are kind of frozen in the"
        " north.",
    ]
    quotes = decided([file("a.md", *texts)])
    assert [quote.rows for quote in quotes] == [((0, 0), (0, 1)), ((0, 2), (0, 3))]


def test_what_the_language_model_calls_promotion_is_an_advert_in_a_longer_cut_too():
    sold = "With Widgetron you can start your free trial and build the widgets of your dreams"
    rows = (
        Row("quotes", 0, {"text": f"Well, {sold}, I think.", "topics": [], "length": 99}),
        Row("quotes", 1, {"text": sold, "relevance_score": 9, "impact_reason": "Sponsored copy."}),
    )
    [quote] = decided([EpisodeFile("a.md", "", {}, {"quotes": rows}, {"quotes": 2})])
    assert quote.rows == ((0, 0), (0, 1)) and quote.text == rows[0].text("text")
    assert quote.is_advert and "stated" in {reason.part for reason in quote.reasons}
    assert quote.relevance < 0.1
