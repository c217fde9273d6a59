"""Every caller finds an episode by the same names, and suggests similar ones."""

import msgspec
import pytest
from support import episode_text

from kgraph.analysis import fetch_answer_table
from kgraph.base.errors import AmbiguousNameError, InputError, UnknownNameError
from kgraph.graph import Entity, EpisodeSummary, Selection, SharedData, TaxonomyTerm
from kgraph.graph.episode_lookup import find_episode
from kgraph.graph.lookup import (
    Lookup,
    explain_naming,
    find_entity_or_theme,
    find_theme_or_show,
)
from kgraph.pipeline import build
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph
from kgraph.views.registry import VIEW_OPERATIONS
from kgraph.views.thing import look_up
from kgraph.views.why import WhyRequest, explain_edges
from kgraph.views.why_not import WhyNotRequest, explain_why_not

SUMMARIES = {
    "one": EpisodeSummary(("2025/talk-one.md", "copy.md"), "Rings the Bell"),
    "two": EpisodeSummary(("b.md",), "one"),  # its title is the other's slug
    "three": EpisodeSummary(("no-suffix",), "Rings the bell!", "2025-06-08"),
    "four": EpisodeSummary(("x/note.md",), "Four", "2025-06-01T10:00:00Z", True),
    "five": EpisodeSummary(("y/note.md",), "Five", "2025-06-02", True),
}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("one", "one"),
        ("episode/one", "one"),
        ("2025/talk-one.md", "one"),
        ("talk-one.md", "one"),
        ("talk-one", "one"),
        ("copy", "one"),
        ("Rings the Bell", "one"),
        ("Rings the bell!", "three"),
        ("FOUR", "four"),
        ("x/note.md", "four"),
        ("no-suffix", "three"),
        ("b.md", "two"),
    ],
)
def test_an_episode_goes_by_slug_id_file_or_title(name, slug):
    assert find_episode(SUMMARIES, name) == slug


@pytest.mark.parametrize(
    ("name", "words", "files"),
    [
        (
            "RINGS, the bell",
            "title: 2025/talk-one.md (undated), no-suffix (2025-06-08 (processed))",
            ("2025/talk-one.md", "no-suffix"),
        ),
        (
            "note.md",
            "file name: x/note.md (2025-06-01), y/note.md (2025-06-02)",
            ("x/note.md", "y/note.md"),
        ),
    ],
)
def test_a_name_of_several_episodes_is_refused_with_their_files(name, words, files):
    with pytest.raises(AmbiguousNameError) as raised:
        find_episode(SUMMARIES, name)
    assert str(raised.value) == f"{name}: 2 episodes have this {words}: give the file"
    assert raised.value.suggestions == files


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("Podcasts/b.md", "two"),
        ("./b.md", "two"),
        ("../Podcasts/2025/../b.md", "two"),
        ("/home/me/Podcasts/2025/talk-one.md", "one"),
        ("Podcasts/x/note.md", "four"),
        ("note/Podcasts/no-suffix", "three"),
    ],
)
def test_an_episode_goes_by_a_path_to_its_file(path, slug):
    assert find_episode(SUMMARIES, path) == slug


def test_of_files_that_a_path_ends_in_the_longest_is_meant():
    files = {"one": "note.md", "two": "a/note.md", "three": "x/b/note.md", "four": "y/b/note.md"}
    summaries = {slug: EpisodeSummary((file,), slug) for slug, file in files.items()}
    assert find_episode(summaries, "Podcasts/a/note.md") == "two"
    assert find_episode(summaries, "Podcasts/note.md") == "one"
    with pytest.raises(AmbiguousNameError, match="2 episodes have this file name") as raised:
        find_episode(summaries, "b/note.md")
    assert raised.value.suggestions == ("x/b/note.md", "y/b/note.md")
    with pytest.raises(UnknownNameError, match="Podcasts/c.md: no such episode"):
        find_episode(summaries, "Podcasts/c.md")


@pytest.mark.parametrize(
    ("name", "suggestions"),
    [
        ("episode-14.md", ("episode-014.md",)),
        ("Podcasts/episode-14", ("episode-014.md",)),
        ("Episode_014", ("episode-014.md",)),
        ("Rings the Bel", ("Rings the Bell",)),
        ("interview.md", ()),
    ],
)
def test_an_unknown_file_has_suggestions(name, suggestions):
    summaries = {"one": EpisodeSummary(("2025/episode-014.md",), "Rings the Bell")}
    with pytest.raises(UnknownNameError) as raised:
        find_episode(summaries, name)
    assert raised.value.suggestions == suggestions


def test_of_many_episodes_of_one_title_some_are_listed():
    summaries = {f"{n:02}": EpisodeSummary((f"{n:02}.md",), "News") for n in range(12)}
    listed = ", ".join(f"{n:02}.md (undated)" for n in range(5))
    with pytest.raises(
        AmbiguousNameError, match=r": 12 episodes have .* and 7 more: give the"
    ) as e:
        find_episode(summaries, "news")
    assert f": {listed}, and 7 more" in str(e.value)


def test_what_only_unlikely_mentions_name_is_behind_what_is_mentioned():
    unlikely = Entity("company", "boltpayments", "Bolt (payments)", {"Bolt": 3})
    mentioned = Entity("company", "boltridehailing", "Bolt (ride hailing)", {"Bolt": 1}, episodes=1)
    lookup = Lookup({entity.id: entity for entity in (unlikely, mentioned)})
    assert lookup.find_all("Bolt") == [mentioned, unlikely]
    assert lookup.find("Bolt (payments)") is unlikely


def test_of_a_ticker_the_most_mentioned_entity_comes_first():
    listed = ("ticker", "NASDAQ:GOOGL")
    google = Entity("company", "google", "Google", {}, 372, tickers=("GOOGL",))
    alphabet = Entity("company", "alphabet", "Alphabet", {}, 10, ids=(listed,))
    chain = Entity("crypto", "acmechain", "Acme Chain", {}, 3, tickers=("ACMX",))
    lookup = Lookup({entity.id: entity for entity in (alphabet, google, chain)})
    for name in ("NASDAQ:GOOGL", "xnas:googl", "$GOOGL", "GOOGL"):
        assert [entity.label for entity in lookup.find_all(name)] == ["Google", "Alphabet"]
    assert lookup.find("ACMX").label == "Acme Chain"
    assert lookup.find_all("acmx") == []


SHARE_AND_TOKEN = [
    Entity("crypto", "dash", "Dash", {"Dash": 4}, 2, tickers=("DASH",)),
    Entity("company", "doordash", "DoorDash", {}, 6, ids=(("ticker", "NASDAQ:DASH"),)),
]


@pytest.mark.parametrize("name", ["DASH", "$DASH", "$dash"])
def test_a_ticker_of_a_share_and_a_token_is_said_to_be_ambiguous(name):
    lookup = Lookup({entity.id: entity for entity in SHARE_AND_TOKEN})
    with pytest.raises(AmbiguousNameError) as raised:
        lookup.find(name)
    assert str(raised.value) == (
        f"{name!r} is the ticker of Dash (crypto/dash), DoorDash (company/doordash): "
        "give one of the ids"
    )
    assert raised.value.suggestions == ("crypto/dash", "company/doordash")
    assert [entity.id for entity in lookup.find_all(name)] == ["crypto/dash", "company/doordash"]


def test_a_type_an_exchange_or_the_name_itself_tells_a_share_from_a_token():
    lookup = Lookup({entity.id: entity for entity in SHARE_AND_TOKEN})
    assert lookup.find("DASH", ("company",)).id == "company/doordash"
    assert lookup.find("DASH", ("crypto",)).id == "crypto/dash"
    assert [entity.id for entity in lookup.find_all("NASDAQ:DASH")] == ["company/doordash"]
    assert lookup.find("Dash").id == lookup.find("dash").id == "crypto/dash"
    named = Entity("other", "dash", "DASH", {"DASH": 9}, 9)
    assert Lookup({e.id: e for e in (*SHARE_AND_TOKEN, named)}).find("DASH").id == "other/dash"


NVIDIA_IDS = (
    ("wikidata", "Q182477"),
    ("isin", "US67066G1040"),
    ("cik", "0001045810"),
    ("ticker", "NASDAQ:NVDA"),
    ("enwiki", "Nvidia"),
)


@pytest.mark.parametrize(
    "name",
    [
        *("$NVDA", "NVDA", "NASDAQ:NVDA", "XNAS:NVDA", "US67066G1040", "cik:1045810", "wd:Q182477"),
        *("https://en.wikipedia.org/wiki/Nvidia", "http://dbpedia.org/resource/Nvidia"),
    ],
)
def test_an_entity_goes_by_its_ids_in_other_registers(name):
    entity = Entity("company", "nvidia", "Nvidia", {"NVIDIA": 1}, ids=NVIDIA_IDS)
    assert Lookup({entity.id: entity}).find(name) is entity
    without = msgspec.structs.replace(entity, ids=())
    with pytest.raises(UnknownNameError):
        Lookup({without.id: without}).find(name)


def test_an_alias_finds_what_nothing_else_is_called():
    nvidia = Entity("company", "nvidia", "Nvidia", {"NVIDIA": 9}, 9, aliases=("Team Green", "Arm"))
    arm = Entity("company", "arm", "Arm", {"Arm": 1}, 1)
    shared = SharedData({entity.id: entity for entity in (nvidia, arm)})
    lookup = Lookup(shared.entities)
    assert lookup.find("team green") is nvidia
    assert lookup.find("Arm") is arm
    assert lookup.find_all("team green") == []
    words = "no accepted row has the name team green: in the lexicon it is Nvidia (company/nvidia)"
    assert explain_naming(shared, "team green", nvidia.id) == words
    assert [explain_naming(shared, text, nvidia.id) for text in ("NVIDIA", nvidia.id)] == ["", ""]
    with pytest.raises(UnknownNameError):
        lookup.find("Team Green", ("person",))


def test_a_show_is_found_by_the_name_that_files_state_if_it_is_clear():
    stated = {"Widget Hour | Weekly": 10, "Talk (Audio)": 1, "Acme": 3}
    hour = Entity("show", "widgethour", "The Widget Hour", {}, stated_names=stated)
    other = Entity("show", "gadgettalk", "Gadget Talk", {}, stated_names=dict.fromkeys(stated, 1))
    acme = Entity("company", "acme", "Acme", {"Acme": 1}, 1)
    shared = SharedData({entity.id: entity for entity in (hour, other, acme)})
    lookup = Lookup(shared.entities)
    assert lookup.find("widget hour: weekly") is hour
    assert lookup.find("Acme") is acme
    with pytest.raises(UnknownNameError):
        lookup.find("Acme", ("show",))
    with pytest.raises(UnknownNameError):
        lookup.find("Talk (Audio)")
    assert explain_naming(shared, "Widget Hour | Weekly", hour.id) == (
        "no accepted row has the name Widget Hour | Weekly: files state it as their show, "
        "which is The Widget Hour (show/widgethour)"
    )


def test_nothing_is_said_of_a_show_whose_label_is_the_name_that_files_state():
    name = "https://widgets.example"
    show = Entity("show", "httpswidgetsexample", name, {}, stated_names={name: 3})
    shared = SharedData({show.id: show})
    assert Lookup(shared.entities).find(name) is show
    assert explain_naming(shared, name, show.id) == ""


@pytest.mark.parametrize(
    ("name", "suggestions"),
    [
        ("Quor", ["Quor Insurance Group", "The Quor"]),
        ("quor insurance", ["Quor Insurance Group"]),
        ("insurance", ["Quor Insurance Group"]),
        ("Zorblad", ["Zorblat"]),
    ],
)
def test_labels_that_contain_the_words_of_a_name_are_suggested(name, suggestions):
    labels = ("Quor Insurance Group", "Quorvexation Limited", "The Quor", "Zorblat")
    entities = [Entity("company", label, label, {}) for label in labels]
    lookup = Lookup({entity.id: entity for entity in entities})
    assert lookup.suggest(name) == suggestions
    with pytest.raises(UnknownNameError) as raised:
        lookup.find(name)
    assert [*raised.value.suggestions] == suggestions


@pytest.mark.parametrize("name", ["Rang the Bell", "talk"])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(UnknownNameError, match="no such episode: (did you mean|give its)"):
        find_episode(SUMMARIES, name)


@pytest.mark.parametrize(
    ("name", "suggestions"),
    [
        ("the bell", ("Rings the Bell", "Rings the bell!")),
        ("Rang the Bell", ("Rings the Bell", "Rings the bell!")),
        ("ell", ()),
    ],
)
def test_titles_that_hold_a_name_or_are_spelt_like_it_are_suggested(name, suggestions):
    with pytest.raises(UnknownNameError) as raised:
        find_episode(SUMMARIES, name)
    assert raised.value.suggestions == suggestions


def test_of_titles_that_hold_a_name_the_shortest_are_suggested():
    titles = [f"{'Much about ' * n}the bell" for n in range(9, 0, -1)]
    summaries = {str(n): EpisodeSummary((), title) for n, title in enumerate(titles)}
    with pytest.raises(UnknownNameError) as raised:
        find_episode(summaries, "The Bell")
    assert raised.value.suggestions == tuple(titles[:3:-1])


def view_episode(store, question, **arguments):
    operation = VIEW_OPERATIONS[question]
    return operation.run(
        OpenGraph(store), msgspec.convert(arguments, operation.parameters)
    ).episode.id


def id_by_title(store, title):
    [slug] = [slug for slug, o in store.shared.summaries.items() if o.title == title]
    return f"episode/{slug}"


def ask_question(store, name):
    rows = fetch_answer_table(store, "which-one", {"episode": name, "name": "OpenAI"}).rows
    # Of the two episodes, one speaks of OpenAI.
    return id_by_title(store, "First talk") if [row[0] for row in rows] == ["OpenAI"] else ""


CALLERS = {
    "show": lambda store, name: f"episode/{look_up(OpenGraph(store), name).episode.slug}",
    "why": lambda store, name: id_by_title(
        store, explain_edges(OpenGraph(store), WhyRequest(name, "OpenAI")).episode.title
    ),
    "export": lambda store, name: "".join(
        episode_graph.id
        for episode_graph in store.graph.select(Selection(episodes=frozenset({name})))
    ),
    "page": lambda store, name: view_episode(store, "episode", name=name),
    "page of reasons": lambda store, name: view_episode(store, "why", episode=name, name="OpenAI"),
    "question": ask_question,
}
"""Caller -> function that returns the id of the episode that it found by a name."""


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(
    "name",
    ["episode/youtube-abcdefghijk", "youtube-abcdefghijk", "a.md", "a", "First talk", "FIRST-TALK"],
)
def test_every_caller_takes_every_name(store, caller, name):
    assert CALLERS[caller](store, name) == "episode/youtube-abcdefghijk"


@pytest.mark.parametrize("caller", CALLERS)
def test_every_caller_suggests_similar_titles(store, caller):
    with pytest.raises(UnknownNameError, match="did you mean.*First talk"):
        CALLERS[caller](store, "Frist talk")


def test_a_theme_or_a_show_is_found_though_something_else_is_meant_more_often():
    entities = [
        Entity("company", "greylockpartners", "Greylock Partners", {"Greylock": 9}, 9),
        Entity("show", "greylock", "Greylock", {}, 1),
        Entity("other", "healthcare", "Health Care", {"healthcare": 9}, 9),
        Entity("show", "healthcare", "Healthcare", {}, 1),
    ]
    themes = {"theme/healthcare": TaxonomyTerm("Healthcare", {"healthcare": 3})}
    shared = SharedData({entity.id: entity for entity in entities}, themes=themes)
    assert find_theme_or_show(shared, "Greylock") == "show/greylock"
    assert find_theme_or_show(shared, "healthcare") == "theme/healthcare"
    assert find_theme_or_show(shared, "show/healthcare") == "show/healthcare"
    with pytest.raises(InputError, match="company/greylockpartners is neither a theme nor a show"):
        find_theme_or_show(shared, "Greylock Partners")
    with pytest.raises(UnknownNameError):
        find_theme_or_show(shared, "Greylok")


def test_an_entity_of_exactly_the_name_comes_before_its_theme():
    entities = [
        Entity("product", "trade", "Trade", {"Trade": 1}, 1),
        Entity("company", "thetradedesk", "The Trade Desk", {"Trade": 5, "The Trade Desk": 5}, 5),
    ]
    themes = {"theme/trade": TaxonomyTerm("Trade", {"trade": 3})}
    desk = SharedData({entity.id: entity for entity in entities[1:]}, themes=themes)
    both = SharedData({entity.id: entity for entity in entities}, themes=themes)
    assert find_entity_or_theme(desk, "Trade") == "theme/trade"
    assert find_entity_or_theme(both, "Trade") == "product/trade"


@pytest.fixture(scope="module")
def two_updates(tmp_path_factory):
    """Two episodes of one title; Robinhood is in the second, Circle in both."""
    folder = tmp_path_factory.mktemp("updates")
    for file, day, companies in (("a", 1, ("Circle",)), ("b", 8, ("Circle", "Robinhood"))):
        text = episode_text("Market Update", f"https://youtu.be/{file * 11}", companies)
        text = text.replace("2025-09-01", f"2025-09-0{day}").replace("Chips", f"Chips of {file}")
        (folder / f"{file}.md").write_text(f"{text}Only the note {file} has Kestrel{file}.\n")
    build([folder], folder / "store", judgements=None, workers=1)
    return Store(folder / "store")


@pytest.mark.parametrize(
    "ask",
    [
        lambda store, name: (
            explain_edges(OpenGraph(store), WhyRequest("market update", name))
            .trees[0]
            .because[0]
            .source.file
        ),
        lambda store, name: (
            VIEW_OPERATIONS["why"]
            .run(OpenGraph(store), WhyRequest("Market Update", name))
            .trees[0]
            .because[0]
            .source.file
        ),
        *(
            lambda store, name, swap=swap: (
                explain_why_not(
                    OpenGraph(store), WhyNotRequest(*(name, "Market Update")[:: 1 - 2 * swap])
                )
                .trees[0]
                .because[0]
                .source.file
            )
            for swap in (False, True)
        ),
    ],
)
def test_of_several_episodes_of_a_title_the_one_with_the_name_is_explained(two_updates, ask):
    assert ask(two_updates, "Robinhood") == "b.md"
    for name in ("Circle", "OpenAI"):  # which both have, and which neither has
        with pytest.raises(AmbiguousNameError, match=r"a\.md \(2025-09-01\), b\.md \(2025-09-08\)"):
            ask(two_updates, name)


def test_of_several_episodes_of_a_title_the_one_whose_text_has_a_name_is_explained(two_updates):
    facts = explain_why_not(OpenGraph(two_updates), WhyNotRequest("Kestrelb", "Market Update"))
    tree = facts.trees[0]
    assert (tree.kind, tree.because[0].source.file) == ("text", "b.md")


@pytest.mark.parametrize("caller", ["show", "export", "page", "question"])
def test_every_other_caller_refuses_a_title_of_several_episodes(two_updates, caller):
    with pytest.raises(AmbiguousNameError, match="^Market Update: 2 episodes have this title"):
        CALLERS[caller](two_updates, "Market Update")
