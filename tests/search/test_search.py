"""Asking the index: what is found, in which order, and what it shows."""

import sqlite3
from shutil import copytree

import pytest
from support import OF_A, OF_B, build_once, episode_text

from kgraph.base.checksums import write_checksums
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.pipeline import build
from kgraph.resolve.judgement import make_judgement
from kgraph.resolve.judgements_file import append_judgements
from kgraph.search import Filters, Index, Segment, Source, search
from kgraph.search.documents import HIT_KINDS
from kgraph.search.filters import count_facets
from kgraph.store import Store, layout


def texts(index, text, **filters):
    found = search(index, text, Filters(**filters))
    return [hit.name or hit.text for hit in found.hits]


def quotes(index, text, **filters):
    return texts(index, text, kinds=frozenset({"quote"}), **filters)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stablecoin yield", [OF_A[0]]),
        ("zurich", [OF_A[1]]),
        ("ZÜRICH", [OF_A[1]]),
        ("比特", [OF_A[2]]),
        ("幣特", []),
        ('"walk into"', [OF_B[0]]),
        ('"into walk"', []),
        ("shovel* OR walk", [OF_A[1], OF_B[0]]),
        ("stablecoin -yield", [OF_B[0]]),
        ("$2.5", [OF_B[1]]),
        ("round trip", [OF_B[1]]),
        ("isn't", [OF_B[1]]),
        ("signs NOT three", []),
    ],
)
def test_words_find_quotes(index, text, expected):
    assert quotes(index, text) == expected


@pytest.mark.parametrize(
    ("text", "partial", "expected"),
    [
        (
            "why do stablecoins yield nothing to regulators",
            ("stablecoins", "yield", "nothing", "regulators"),
            [OF_A[0]],
        ),
        ("what about the shovels", (), [OF_A[1]]),
        ("who walks to the casino -yield", ("walks", "casino"), [OF_B[0]]),
        ("stablecoins casinos revenue -bank", ("stablecoins", "casinos", "revenue"), []),
        ('"walk over" a bank', (), []),
        ("casino", (), []),
    ],
)
def test_where_nothing_has_all_words_half_of_them_will_do(index, text, partial, expected):
    found = search(index, text, Filters(kinds=frozenset({"quote"})))
    assert [hit.text for hit in found.hits] == expected
    assert found.partial == (partial if expected else ())


def test_of_partial_fits_the_one_with_more_of_the_words_is_first(index):
    found = search(index, "stablecoin bank casino", Filters(kinds=frozenset({"quote"})))
    assert [hit.text for hit in found.hits] == [OF_B[0]]
    found = search(index, "stablecoin yield casino", Filters(kinds=frozenset({"quote"})))
    assert [hit.text for hit in found.hits] == [OF_A[0]]
    assert found.explain_partial() == (
        "nothing has all of the words: each hit has at least 2 of stablecoin, yield, casino"
    )


def test_a_page_behind_the_last_hit_is_empty_and_not_partial(index):
    found = search(index, "the stablecoin", Filters(kinds=frozenset({"quote"})), offset=50)
    assert (found.hits, found.partial, found.instead) == ((), (), "")


def test_a_text_of_the_most_words_may_be_met_by_half(index):
    text = " ".join(["stablecoin", "yield", *(f"word{n}" for n in range(62))])
    assert search(index, text).hits == ()
    assert len(search(index, " ".join(text.split()[:4])).hits) > 0


def test_a_hit_says_what_where_and_why(index):
    [hit] = search(index, "walk", Filters(kinds=frozenset({"quote"}))).hits
    url = "https://www.youtube.com/watch?v=bbbbbbbbbbb"
    title = "On banks & <b>bold</b> claims"
    assert hit.episode == Source(
        "youtube-bbbbbbbbbbb", title, "2025-10-02", "Lantern Talks", url, True
    )
    assert hit.segments == (
        Segment("Two stablecoins "),
        Segment("walk", match=True),
        Segment(" into a bank."),
    )
    assert hit.iri == index.base + hit.id
    assert (hit.kind, hit.type, hit.text, hit.episodes) == ("quote", "", OF_B[0], 1)
    assert 0 <= hit.weight <= 1 and hit.score > 0


def test_every_kind_is_found(index):
    kinds = {(hit.kind, hit.name) for hit in search(index, "stablecoin OR yield OR nvidia").hits}
    assert {kind for kind, _ in kinds} >= {"quote", "episode", "entity", "insight"}
    assert ("episode", "On yield") in kinds


def test_what_is_called_so_comes_first(index):
    first = search(index, "nvidia").hits[0]
    assert (first.kind, first.id, first.episodes, first.episode) == (
        *("entity", "company/nvidia", 2),
        None,
    )


def test_a_title_is_text(index):
    [hit] = search(index, "bold").hits
    assert "".join(piece.text for piece in hit.segments) == "On banks & <b>bold</b> claims"


def test_a_summary_is_shown_where_it_fits(index):
    [hit] = search(index, "floats", Filters(kinds=frozenset({"episode"}))).hits
    assert "".join(piece.text for piece in hit.segments) == "On yield: Of floats."


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"company": "coinbase"}, [OF_B[0]]),
        ({"company": "NVIDIA"}, [OF_B[0], OF_A[0]]),
        ({"show": "lantern talks"}, [OF_B[0]]),
        ({"since": "2025-10-01"}, [OF_B[0]]),
        ({"until": "2025-09-30"}, [OF_A[0]]),
        ({"min_relevance": 1.0}, []),
    ],
)
def test_filters_keep_what_stands_in_such_episodes(index, filters, expected):
    assert quotes(index, "stablecoin", **filters) == expected


def test_an_entity_stands_where_it_is_mentioned(index):
    entities = frozenset({"entity"})
    assert texts(index, "circle", kinds=entities, since="2025-10-01") == []
    assert texts(index, "circle", kinds=entities, until="2025-09-30") == ["Circle"]
    assert texts(index, "nvidia", types=frozenset({"person"})) == []


@pytest.mark.parametrize(
    ("kinds", "types", "expected"),
    [
        ({"company"}, set(), ["Circle"]),
        ({"company"}, {"company"}, ["Circle"]),
        ({"person", "topic"}, set(), []),
        ({"company", "insight"}, set(), ["Banks will want the stablecoin float back.", "Circle"]),
    ],
)
def test_a_type_is_a_kind_of_entities(index, kinds, types, expected):
    filters = {"kinds": frozenset(kinds), "types": frozenset(types)}
    assert sorted(texts(index, "circle OR stablecoin", **filters)) == expected


@pytest.mark.parametrize(
    ("filters", "error", "words"),
    [
        ({"kinds": frozenset({"qoute"})}, InputError, "kind qoute: no such kind: did you mean q"),
        ({"types": frozenset({"firm"})}, InputError, "type firm: no such type: choose one of comp"),
        ({"company": "Coinbsae"}, UnknownNameError, "no such company.* did you mean Coinbase"),
        ({"show": "Lantern Talk"}, UnknownNameError, "no such show.* did you mean Lantern Talks"),
        ({"theme": "zzz"}, UnknownNameError, "theme zzz: no such theme in the graph: search for"),
    ],
)
def test_an_unknown_value_is_said_with_what_was_meant(index, filters, error, words):
    with pytest.raises(error, match=words):
        search(index, "yield", Filters(**filters))


def test_a_misspelt_name_is_taken_for_the_nearest(index):
    found = search(index, "Coinbsae")
    assert (found.instead, found.hits[0].name, found.suggestion) == ("Coinbase", "Coinbase", "")


def test_only_the_misspelt_word_is_replaced(index):
    assert search(index, "nvidia OR Coinbsae").suggestion == "nvidia OR Coinbase"


def test_a_word_that_one_text_has_is_not_replaced(tmp_path):
    said = "The gadget hour began, and nobody left."
    text = episode_text(companies=("Widget Works",), quotes=(said,))
    (tmp_path / "a.md").write_text(text)
    build([tmp_path], tmp_path / "store", workers=1)
    index = Index(Store(tmp_path / "store"))
    for words, suggestion in (("gadget hour", ""), ("hour of the widgt", "hour of the Widget")):
        found = search(index, words)
        assert ([hit.text for hit in found.hits], found.suggestion) == ([said], suggestion)


def test_a_rare_word_is_replaced_by_a_much_more_frequent_one(tmp_path):
    for number in range(10):
        quotes = ("The wigdet came first.",) if number == 0 else ()
        url = f"https://example.org/{number}"
        text = episode_text(f"Talk {number}", url, companies=("Widget Works",), quotes=quotes)
        (tmp_path / f"{number}.md").write_text(text)
    build([tmp_path], tmp_path / "store", workers=1)
    assert search(Index(Store(tmp_path / "store")), "wigdet").suggestion == "Widget"
    (tmp_path / "9.md").unlink()
    build([tmp_path], tmp_path / "store", workers=1)
    assert search(Index(Store(tmp_path / "store")), "wigdet").suggestion == ""


def test_few_fits_are_joined_by_those_with_half_of_the_words(index):
    """Each of the three words is a stablecoin's or a casino's; one quote has two of them."""
    quotes = Filters(kinds=frozenset({"quote"}))
    found = search(index, "the stablecoin walks into casino signs", quotes)
    assert (found.complete, found.partial) == (0, ("stablecoin", "walks", "casino", "signs"))
    found = search(index, "will stablecoins walk into a bank", quotes)
    assert [hit.text for hit in found.hits] == [OF_B[0]]
    assert (found.complete, found.partial) == (1, ("stablecoins", "walk", "bank"))
    assert found.explain_partial() == (
        "only 1 with all of the words: the other hits have at least 2 of stablecoins, walk, bank"
    )


def test_the_thing_that_a_name_means_is_the_first_hit(index):
    assert search(index, "coinbase").hits[0].name == "Coinbase"


def test_no_more_of_an_episode_than_asked_for(index):
    quotes = Filters(kinds=frozenset({"quote"}))
    text = "stablecoin OR round OR sells OR signs"
    found = search(index, text, quotes, per_episode=1).hits
    assert sorted(hit.episode.slug for hit in found) == [
        "youtube-abcdefghijk",
        "youtube-bbbbbbbbbbb",
    ]
    assert len(search(index, text, quotes).hits) == 5
    assert len(search(index, text, quotes, limit=2).hits) == 2


def test_themes_hold_what_is_filed_under_them(sample):
    from kgraph.search import Index

    index = Index(sample)
    [theme] = search(index, "regulation", Filters(kinds=frozenset({"theme"}))).hits
    assert (theme.name, theme.episode) == ("Regulation", None)
    filed = search(index, "stablecoin", Filters(theme="regulation"), limit=100).hits
    assert filed and {hit.kind for hit in filed} <= {"quote", "episode"}
    everything = search(index, "stablecoin", limit=100).hits
    assert {hit.id for hit in filed} < {hit.id for hit in everything}


def test_a_theme_has_the_episodes_of_narrower_ones(sample):
    index = Index(sample)
    themes = sample.shared.themes
    assert any(theme.broader in themes for theme in themes.values())
    for id_, theme in themes.items():
        hits = search(index, theme.label, Filters(kinds=frozenset({"theme"})), limit=50).hits
        assert [hit.episodes for hit in hits if hit.id == id_] == [theme.episodes]


def test_topics_and_tags_are_found_by_each_spelling(tmp_path):
    for number, terms in enumerate(
        ("topics: [Semiconductors]", "topics: [semi-conductors]", "tags: [Semiconductors, fabs]")
    ):
        head = f"title: Talk {number}\ndate: 2025-09-0{number + 1}\n{terms}"
        (tmp_path / f"{number}.md").write_text(f"---\n{head}\n---\n")
    build([tmp_path], tmp_path / "store", workers=1)
    index = Index(Store(tmp_path / "store"))

    def find(text, **filters):
        hits = search(index, text, Filters(**filters)).hits
        return [(hit.kind, hit.id, hit.name, hit.episodes) for hit in hits]

    topic = ("topic", "topic/semiconductors", "Semiconductors", 2)
    tag = ("tag", "tag/semiconductors", "Semiconductors", 1)
    assert sorted(find("semiconductors")) == [tag, topic]
    assert find("semi conductors") == [topic]
    assert find("semiconductors", kinds=frozenset({"topic"})) == [topic]
    assert find("semiconductors", until="2025-09-01") == [(*topic[:3], 1)]


@pytest.fixture(scope="session")
def letters(tmp_path_factory):
    """An index of names that are one letter with or without signs."""

    def make(home):
        (home / "episodes").mkdir()
        episodes = (
            ("topics: [C++, C]\ntags: [C#]", "Most engines are in C++17 and c, they said."),
            ("topics: [C]\ntags: [csharp]", "A USB-C plug in Washington, D.C. costs little."),
            ("topics: [Rust]", "They wrote it in c# (or F#), not in C or C+++."),
            ("topics: [c++]", "Disney+ is in C++and rust, for Catan is #1."),
        )
        for number, (terms, insight) in enumerate(episodes):
            head = f"title: Talk {number}\ndate: 2025-09-0{number + 1}\n{terms}"
            text = f"---\n{head}\ninsights:\n- text: '{insight}'\n---\n"
            (home / "episodes" / f"{number}.md").write_text(text)
        build([home / "episodes"], home / "store", workers=1)

    return Index(Store(build_once(tmp_path_factory, "letters", make) / "store"))


@pytest.mark.parametrize(
    ("text", "expected"),  # numbers of talks
    [
        ("C++", ["topic/cplusplus", "0"]),
        ("c#", ["tag/csharp", "2"]),
        ("C#", ["tag/csharp", "2"]),
        ("F#", ["2"]),
        ("G#", []),
        ('"in C++"', ["0"]),
        ("C++ engines", ["0"]),
        ("rust OR c#", ["2", "3", "tag/csharp", "topic/rust"]),
        ("wrote NOT C#", []),
        ("plug NOT C#", ["1"]),
        ("engines NOT C#", ["0"]),
        ("C#*", ["tag/csharp", "2"]),
    ],
)
def test_signs_behind_a_letter_are_searched_literally(letters, text, expected):
    ids = [hit.episode.title[-1] if hit.episode else hit.id for hit in search(letters, text).hits]
    if " " in text:
        ids.sort()
    assert ids == expected
    assert count_facets(letters, text).total == len(expected)


def test_a_topic_comes_after_the_theme_of_its_name(sample):
    hits = search(Index(sample), "investment", limit=50).hits
    ids = [hit.id for hit in hits if hit.id.partition("/")[2] == "investment"]
    assert ids == ["theme/investment", "tag/investment", "topic/investment"]


def test_adverts_are_left_out_unless_asked_for(sample):
    from kgraph.search import Index

    index = Index(sample)
    adverts = {
        quote.id: quote.text
        for episode in sample.graph
        for quote in episode.quotes
        if quote.is_advert
    }
    id_, text = min(adverts.items())
    words = f'"{text}"'
    assert id_ not in {hit.id for hit in search(index, words).hits}
    assert id_ in {hit.id for hit in search(index, words, Filters(adverts=True)).hits}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"company": "company/circle"}, {"company": "Circle"}),
        ({"show": "show/lanterntalks"}, {"show": "Lantern Talks"}),
    ],
)
def test_a_filter_takes_a_name_or_an_id(index, one, other):
    found = search(index, "stablecoin OR nvidia", Filters(**one)).hits
    assert found and found == search(index, "stablecoin OR nvidia", Filters(**other)).hits


def test_an_id_of_another_kind_names_nothing(index):
    with pytest.raises(UnknownNameError, match="company theme/regulation: no such company"):
        search(index, "bank", Filters(company="theme/regulation"))


@pytest.mark.parametrize("name", ["since", "until"])
def test_a_day_that_is_none_is_refused(index, name):
    with pytest.raises(
        InputError, match=f"{name} 2025-99-99: there is no such day or month"
    ) as error:
        search(index, "bank", Filters(**{name: "2025-99-99"}))
    assert error.value.parameter == name


def test_a_month_bounds_from_its_first_to_its_last_day(index):
    def found(since, until):
        return search(index, "stablecoin OR nvidia", Filters(since=since, until=until)).hits

    assert found("2025-09", "2025-09") == found("2025-09-01", "2025-09-30") != ()
    assert found("2025", "2025") == found("2025-01-01", "2025-12-31") != ()


def accept_changes(store):
    """Let the changed index of a store pass for the one that its build wrote."""
    write_checksums(store.build, [layout.META_FILE, layout.INDEX_FILE, layout.SEARCH_FILE])
    store.__dict__.pop("checksums", None)


def test_of_shows_of_one_name_the_one_with_episodes_is_meant(searched, tmp_path):
    copytree(searched.path, tmp_path / "store")
    store = Store(tmp_path / "store")
    with sqlite3.connect(store.build / layout.SEARCH_FILE) as file:
        # A show that is named so and has no episodes, whatever it is worth.
        file.execute(
            "UPDATE thing SET kind = ?, worth = 1e9 WHERE id = 'company/nvidia'",
            [HIT_KINDS.index("show")],
        )
        file.execute(
            "INSERT INTO name SELECT 'lanterntalks', number, 99 FROM thing "
            "WHERE id = 'company/nvidia'"
        )
    accept_changes(store)
    assert quotes(Index(store), "walk", show="Lantern Talks") == [OF_B[0]]


@pytest.mark.parametrize(
    ("meant", "found"), [(99, []), (0, [OF_A[1]]), (-1, [OF_A[1]])], ids=["more", "less", "before"]
)
def test_what_is_most_often_meant_by_a_name_is_what_an_episode_mentions(
    searched, tmp_path, meant, found
):
    copytree(searched.path, tmp_path / "store")
    store = Store(tmp_path / "store")
    with sqlite3.connect(store.build / layout.SEARCH_FILE) as file:
        # Of no type and in no episode, but called so, too.
        file.execute("INSERT INTO thing SELECT 9999, 'person/n', ?, 'person', 1, 0, 0, 1",
                     [HIT_KINDS.index("entity")])  # fmt: skip
        file.execute("INSERT INTO name VALUES ('nvidia', 9999, ?)", [meant])
    accept_changes(store)
    assert quotes(Index(store), "shovels", company="Nvidia") == found


def test_a_thing_is_found_by_what_it_was_called_before_a_judgement(folder_to_search, tmp_path):
    judgements = tmp_path / "judgements.yaml"
    append_judgements(judgements, [make_judgement("rename", ["NVIDIA", "Chipwright"])])
    build([folder_to_search], tmp_path / "store", workers=1, judgements=judgements)
    store = Store(tmp_path / "store")
    for name in ("Chipwright", "Nvidia", "company/nvidia", f"{store.meta.base}company/nvidia"):
        assert quotes(Index(store), "shovels", company=name) == [OF_A[1]]
