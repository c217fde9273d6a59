"""A vault: conformant notes, links as the graph has edges, hostile texts, names, and updates."""

import importlib.util
import json
import os
import re
import sys

import msgspec
import pytest
import yaml
from markdown_it import MarkdownIt
from sample_graph import BASE, HOSTILE, handmade
from support import ROOT, episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import ExportError, InputError
from kgraph.base.identity import IdTable
from kgraph.base.lexicon import LexiconEntry
from kgraph.export import export, vault_folder
from kgraph.export.networks import ALL_QUOTES
from kgraph.export.note_names import assign_names, make_file_name
from kgraph.export.note_text import make_line, make_tag, rewrite_markdown
from kgraph.export.rdf import RdfContent
from kgraph.export.vault import assign_paths
from kgraph.graph import Entity, Graph, Selection, TaxonomyTerm
from kgraph.graph.network import list_episode_themes
from kgraph.graph.tally import summarize_episode
from kgraph.ingest.files import VAULT_MANIFEST
from kgraph.pipeline.id_sources import IdSources
from kgraph.resolve.judgement import Judgement

MARKDOWN = {
    "heading": "# Heading",
    "setext": "---",
    "equals": "=== a",
    "list": "- [ ] task",
    "number": "1. one 2) two",
    "quote": "> [!warning] callout",
    "fence": "```dataviewjs\nalert(1)\n```",
    "code": "a `= dv.pages()` `$= 1`",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)><!-- x -->",
    "reference": "&lt;b&gt; &#60; AT&T",
    "link": "[text](https://e.org) ![image](x.png) <https://e.org> [a]: https://e.org",
    "bare link": "https://e.org www.e.org a@e.org",
    "wiki": "[[Secret]] ![[embed]] [[a|b]]",
    "footnote": "[^1] ^[inline] [^file-1]: mine",
    "table": "a | b\n--|--\n1 | 2 \\| 3",
    "comment": "%% hidden %% 100%",
    "emphasis": "*a* _b_ **c** ~~d~~ ==e== ***",
    "formula": "$x^2$ $$y$$",
    "tag": "#tag #1 ^block",
    "template": "<% tp.file.cursor() %> {{title}} <%* await 1 -%>",
    "field": "key:: value [x:: y] (z:: 1)",
    "yaml": 'a: b\n---\n"c": [d] # e',
    "breaks": "a\\\nb  \nc\\",
}
TEXTS = {**HOSTILE, **MARKDOWN, "long": HOSTILE["long"][:20_000]}
MARKS_OF_TEMPLATES = ("<%", "{{", "[[")  # what means something in front matter, too
MARKS = (*MARKS_OF_TEMPLATES, "%%", "::", "==", "~~", "$$", "![", "&#")


def load_checker():
    path = ROOT / "benchmarks" / "vault.py"
    spec = importlib.util.spec_from_file_location("vault_checker", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["vault_checker"] = module
    spec.loader.exec_module(module)
    return module


LICENCE = "https://spdx.org/licenses/CC-BY-4.0"
VaultCheck = load_checker().VaultCheck


def exported(folder, graph, quotes=0, licence="", **options):
    write(folder, graph, quotes=quotes, licence=licence, **options)
    return VaultCheck(folder)


def write(folder, graph, quotes=0, licence="", **options):
    content = RdfContent(quotes=quotes, licence=licence)
    export(graph, "vault", folder, content=content, **options)


@pytest.fixture(scope="module")
def sample_vault(sample, tmp_path_factory):
    """The vault of the sample, without quotes; it is only to be read."""
    folder = tmp_path_factory.mktemp("sample") / "vault"
    write(folder, sample.graph, licence=LICENCE, base=BASE)
    return folder


def noted(text="NVIDIA", **values):
    """The graph made by hand, with a summary of its recording, as builds have one."""
    graph = handmade(text)
    (episode,) = graph
    file = episode.main_file
    file = msgspec.structs.replace(file, values={**file.values, **values})
    episode = msgspec.structs.replace(episode, files=(file,))
    graph.shared.summaries = {episode.slug: summarize_episode(episode)}
    return Graph((episode,), graph.shared)


def note(folder, graph, id_):
    """Front matter and body of the note of a thing."""
    text = (folder / assign_paths(graph.shared)[id_]).read_text("utf-8")
    front_matter, body = text.removeprefix("---\n").split("\n---\n", 1)
    return yaml.safe_load(front_matter), body


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# -- the notes -----------------------------------------------------------------


@pytest.mark.parametrize(
    "selection",
    [Selection(), Selection(types=frozenset({"company"})), Selection(since="2025-09-01")],
    ids=str,
)
@pytest.mark.parametrize("quotes", [0, 2, ALL_QUOTES])
def test_notes_conform_and_links_are_the_edges_of_the_graph(sample, tmp_path, selection, quotes):
    check = exported(tmp_path / "vault", sample.graph, quotes, selection=selection)
    assert check.problems == []
    graph = sample.graph.select(selection)
    paths = assign_paths(graph.shared)
    assert {path for path in check.files if not path.endswith("index.md")} == {
        *paths.values(), "about.md"
    }  # fmt: skip
    episodes = {path for id_, path in paths.items() if id_.startswith("episode/")}
    things = {path for path in paths.values() if path not in episodes}
    expected = set()
    for episode in graph:
        targets = {m.target for m in (*episode.mentioned, *episode.advertised)}
        targets |= {f"theme/{key}" for key in list_episode_themes(episode)}
        targets |= {episode.show.target} if episode.show else set()
        expected |= {(paths[episode.id], paths[target]) for target in targets}
    assert {pair for pair in check.links if pair[1] in episodes and pair[0] in things} == {
        (thing, episode) for episode, thing in expected
    }
    linked = {pair for pair in check.links if pair[0] in episodes}
    assert expected <= linked and (quotes or expected == linked)


@pytest.mark.parametrize(("format", "suffix"), [("vault", "companies/Zorblax.md"), ("sssom", "")])
def test_an_export_of_a_build_cites_its_judgements(tmp_path, format, suffix):
    (tmp_path / "a.md").write_text(episode_text(companies=("Zorblax",)))
    judgements = tmp_path / "judged.yaml"
    judgements.write_text('- {verb: sameas, names: [Zorblax, "wikidata:Q152051"], by: ann}\n')
    graph = KnowledgeGraph.build([tmp_path], tmp_path / "store", judgements=judgements)
    graph.export(format, tmp_path / "out")
    cited = "sameas Zorblax, wikidata:Q152051 (line 1 of the judgements, by ann)"
    assert cited in (tmp_path / "out" / suffix).read_text()


def test_a_note_says_what_a_thing_is_and_who_says_so(tmp_path):
    graph = noted(original_url="https://e.org/a?b=(c)", date="2025-09-01T10:00:00Z")
    entity = graph.shared.entities["company/nvidia"]
    entity.aliases, entity.tickers = ("Nvidia Corp", "NV"), ("NVDA",)
    entity.ids = (
        *(("wikidata", "Q182477"), ("isin", "US67066G1040"), ("ticker", "NASDAQ:NVDA")),
        *(("website", "https://chips.example/"), ("enwiki", "Nvidia_%22")),
    )
    judged = Judgement(
        "sameas",
        ("NVIDIA", "wikidata:Q182477"),
        by="ann",
        why="[its] page",
        date="2025-10-01",
        line=3,
    )
    own: IdTable = {"company": {"NVIDIA": {"website": {"https://chips.example/": ""}}}}
    entity.relations = (("kg:partOf", "show/ours"), ("kg:partOf", "show/gone"))
    content = RdfContent(quotes=1, id_sources=IdSources([judged], own))
    export(graph, "vault", tmp_path / "vault", content=content, base=BASE)
    assert VaultCheck(tmp_path / "vault").problems == []
    properties, body = note(tmp_path / "vault", graph, "company/nvidia")
    (label,) = (source["id"] for source in properties["sources"][5:])
    assert list(properties.items()) == [
        ("type", "Company"),
        ("title", "NVIDIA"),
        ("description", "Company (chips), mentioned in 1 of 1 episode, 2025-09-01."),
        ("resource", BASE + "company/nvidia"),
        ("aliases", ["Nvidia Corp", "NV"]),
        ("tags", ["company/chips"]),
        ("iri", BASE + "company/nvidia"),
        ("tickers", ["NVDA", "NASDAQ:NVDA"]),
        ("wikidata", ["Q182477"]),
        ("isin", ["US67066G1040"]),
        ("website", ["https://chips.example/"]),
        ("enwiki", ["Nvidia_%22"]),
        ("episodes", 1),
        ("advertised", 0),
        ("shows", 0),
        ("confidence", 0.934),
        ("first_day", entity_day := properties["first_day"]),
        ("last_day", entity_day),
        ("generated", {"by": "kgraph/0.1.0"}),
        (
            "sources",
            [
                {"id": "lexicon", "resource": "lexicon of kgraph/0.1.0", "title": "Lexicon"},
                {
                    "id": "judgement-3",
                    "resource": "line 3 of the judgements",
                    "title": "Judgement",
                },
                {
                    "id": "identity",
                    "resource": "table of ids of kgraph/0.1.0",
                    "title": "Ids in other registers",
                },
                {
                    "id": "own-ids",
                    "resource": "table of ids of the user's own",
                    "title": "Own ids",
                },
                {
                    "id": "ids",
                    "resource": "judgement, or table of ids of the user's own",
                    "title": "Judged or own ids",
                },
                {"id": label, "resource": "https://e.org/a?b=(c)"},
            ],
        ),
    ]
    assert str(entity_day) == "2025-09-01"
    assert body.splitlines() == [
        "",
        "# NVIDIA",
        "",
        "Company (chips), mentioned in 1 of 1 episode, 2025-09-01.",
        "",
        "- Also called Nvidia Corp, NV[^lexicon]",
        "- Part of [Ours](../shows/Ours.md)[^lexicon]",
        "- Wikidata: [Q182477](http://www.wikidata.org/entity/Q182477)[^judgement-3]",
        "- ISIN: US67066G1040[^identity]",
        "- Ticker: NASDAQ:NVDA[^identity]",
        "- Website: [https\\://chips.example/](https://chips.example/)[^own-ids]",
        "- Wikipedia: [Nvidia\\_%22](https://en.wikipedia.org/wiki/Nvidia_%2522)[^ids]",
        "",
        "## Episodes that mention it",
        "",
        "- 2025-09-01 [NVIDIA](../episodes/2025-09-01%20NVIDIA.md) (Ours), confidence 0.934"
        f"[^{label}]",
        "  > NVIDIA",
        "",
        "[^lexicon]: Lexicon of kgraph/0.1.0",
        "[^judgement-3]: Judgement sameas NVIDIA, wikidata:Q182477: \\[its\\] page (line 3 of the "
        "judgements, by ann, 2025-10-01)",
        "[^identity]: Table of ids in other registers of kgraph/0.1.0, from openly licensed data",
        "[^own-ids]: Table of ids of the user's own",
        "[^ids]: A judgement, or a table of ids of the user's own: the build no longer tells which",
        f"[^{label}]: published 2025-09-01T10:00:00Z, file a.md",
    ]
    properties, body = note(tmp_path / "vault", graph, "episode/talk")
    assert properties["resource"] == "https://e.org/a?b=(c)"
    assert properties["tags"] == ["episode", "Chips", "chips"]
    assert properties["sources"] == [
        {"id": "file-1", "resource": "https://e.org/a?b=(c)", "title": "a.md"}
    ]
    assert body.splitlines() == [
        "",
        "# NVIDIA",
        "",
        "Episode of Ours, published 2025-09-01, 25 minutes, mentions 1 name.",
        "",
        "- Show: [Ours](../shows/Ours.md), confidence 0.900[^file-1]",
        "- Published 2025-09-01T10:00:00Z[^file-1]",
        "- Address: [e.org](https://e.org/a?b=%28c%29)[^file-1]",
        "",
        "## Summary",
        "",
        "From the file:[^file-1]",
        "",
        "NVIDIA",
        "",
        "## Quotes",
        "",
        "> NVIDIA",
        "",
        "Relevance 0.75, on [NVIDIA](../companies/NVIDIA.md)[^file-1]",
        "",
        "## Companies",
        "",
        "- [NVIDIA](../companies/NVIDIA.md), confidence 0.934[^file-1]",
        "",
        "[^file-1]: [e.org](https://e.org/a?b=%28c%29), published 2025-09-01T10:00:00Z, "
        f"file a.md (SHA-256 {'0' * 64})",
    ]


def test_what_the_own_lexicon_states_is_cited_as_the_users_own(tmp_path):
    graph = noted()
    graph.shared.entities["company/nvidia"].aliases = ("Nvidia Corp",)
    sources = IdSources(lexicon=[LexiconEntry("NVIDIA", "company")])
    export(graph, "vault", tmp_path, content=RdfContent(id_sources=sources), base=BASE)
    _, body = note(tmp_path, graph, "company/nvidia")
    assert "- Also called Nvidia Corp[^own-lexicon]" in body
    assert "[^own-lexicon]: Lexicon of the user's own, over that of kgraph/0.1.0" in body


def test_what_stands_beside_a_thing_is_ranked_and_linked(sample, sample_vault):
    _, body = note(sample_vault, sample.graph, "company/nvidia")
    table = body.partition("## Companies beside it\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| \[(.+?)\]\((.+?)\) \| (\d+) \| ([\d.]+) \|$", table, re.M)
    assert 0 < len(rows) <= 12 and all(int(n) > 1 and float(lift) >= 1 for *_, n, lift in rows)
    others = body.partition("## Others beside it\n")[2].partition("\n## ")[0]
    assert "| Company |" not in others


def test_a_theme_of_an_episode_cites_the_files_that_have_its_quotes(tmp_path):
    graph = noted()
    (episode,) = graph
    (occurrence,) = episode.occurrences
    later = msgspec.structs.replace(episode.main_file, file="b.md", sha256="1" * 64)
    replace = msgspec.structs.replace
    occurrences = (
        replace(occurrence, rows=((1, 0),), themes=("x", "z")),
        replace(occurrence, rows=((0, 0),), themes=("y", "z")),
        replace(occurrence, rows=((0, 0),), themes=("x",), is_advert=True),
    )
    episode = replace(episode, files=(episode.main_file, later), occurrences=occurrences)
    graph.shared.themes = {f"theme/{key}": TaxonomyTerm(key, {}, "", 1) for key in "xyz"}
    graph.shared.summaries = {episode.slug: summarize_episode(episode)}
    graph = Graph((episode,), graph.shared)
    assert exported(tmp_path / "vault", graph).problems == []
    _, body = note(tmp_path / "vault", graph, episode.id)
    section = body.partition("## Themes\n\n")[2].partition("\n")[0]
    assert section == (
        "[x](../themes/x.md)[^file-2], [y](../themes/y.md)[^file-1], "
        "[z](../themes/z.md)[^file-1][^file-2]"
    )


def test_a_theme_leads_to_its_parts_and_its_thing(tmp_path):
    graph = noted()
    graph.shared.themes = {
        "theme/chips": TaxonomyTerm("Chips", {}, "theme/tech", 1, "company/nvidia"),
        "theme/tech": TaxonomyTerm("Tech", {}, "", 1),
    }
    assert exported(tmp_path / "vault", graph).problems == []
    _, body = note(tmp_path / "vault", graph, "theme/chips")
    assert "- Part of [Tech](Tech.md)[^lexicon]\n" in body
    assert "- The same as [NVIDIA](../companies/NVIDIA.md)[^lexicon]\n" in body
    _, body = note(tmp_path / "vault", graph, "theme/tech")
    assert "- Has the parts [Chips](Chips.md)[^lexicon]\n" in body
    _, body = note(tmp_path / "vault", graph, "company/nvidia")
    assert "- The same as the theme [Chips](../themes/Chips.md)[^lexicon]\n" in body


# -- quotes --------------------------------------------------------------------


def test_no_quote_leaves_unless_asked_and_no_advert_ever(sample, tmp_path):
    quotes = {quote.text: quote for episode in sample.graph for quote in episode.quotes}
    texts = {}
    for count in (0, 1, ALL_QUOTES):
        folder = tmp_path / str(count)
        write(folder, sample.graph, count)
        blocks = re.findall(r"^ *> (.+)$", b"\n".join(contents(folder).values()).decode(), re.M)
        plain = {re.sub(r"\\(?=[^\w\s])", "", block) for block in blocks}
        texts[count] = {text for text in quotes if make_line(text).replace("\\", "") in plain}
    adverts = {
        f"quote/{o.quote}" for episode in sample.graph for o in episode.occurrences if o.is_advert
    }
    talk = {
        f"quote/{o.quote}"
        for episode in sample.graph
        for o in episode.occurrences
        if not o.is_advert
    }
    assert texts[0] == set()
    assert set() < texts[1] < texts[ALL_QUOTES]
    assert texts[ALL_QUOTES] == {text for text, quote in quotes.items() if quote.id in talk}
    assert adverts - talk  # the sample has adverts that could have left


def test_the_best_quotes_of_each_episode_and_of_each_thing_are_chosen(tmp_path):
    graph = noted("NVIDIA")
    (episode,) = graph
    quotes, occurrences = [], []
    for number, relevance in enumerate((0.2, 0.9, 0.8, 1.0)):
        key = f"{number:016x}"
        names = (("company/nvidia", 0.9 if number < 2 else 0.1),)
        quote = msgspec.structs.replace(
            episode.quotes[0], key=key, text=f"Text {number}", entities=names
        )
        occurrence = msgspec.structs.replace(
            episode.occurrences[0], quote=key, relevance=relevance, is_advert=number == 3
        )
        quotes.append(quote)
        occurrences.append(occurrence)
    episode = msgspec.structs.replace(episode, quotes=tuple(quotes), occurrences=tuple(occurrences))
    graph = Graph((episode,), graph.shared)
    for count, of_episode, of_thing in ((1, "1", "1"), (2, "12", "10"), (3, "120", "10")):
        folder = tmp_path / str(count)
        exported(folder, graph, count)
        for id_, expected in (("episode/talk", of_episode), ("company/nvidia", of_thing)):
            body = note(folder, graph, id_)[1]
            assert "".join(re.findall("> Text (.)", body)) == expected, (count, id_)


def test_a_quote_of_several_episodes_is_in_the_notes_of_each(tmp_path):
    graph = noted()
    (episode,) = graph
    other = msgspec.structs.replace(episode, slug="second", quotes=())
    graph.shared.summaries["second"] = summarize_episode(other)
    graph = Graph((episode, other), graph.shared)
    assert exported(tmp_path / "vault", graph, 1).problems == []
    for id_ in ("episode/talk", "episode/second"):
        assert "> NVIDIA" in note(tmp_path / "vault", graph, id_)[1]
    assert note(tmp_path / "vault", graph, "company/nvidia")[1].count("  > NVIDIA") == 2


# -- hostile texts -------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_text_wherever_it_stands(tmp_path, name):
    text = TEXTS[name]
    graph = noted(text, original_url=text)
    entity = graph.shared.entities["company/nvidia"]
    entity.aliases, entity.kind, entity.tickers = (text, "b"), text, (text,)
    graph.shared.entities["show/ours"].label = text
    graph.shared.themes = {"theme/x": TaxonomyTerm(text, {}, "", 1)}
    (episode,) = graph
    file = episode.main_file
    rows = dict(file.rows)
    rows["tags"] = (msgspec.structs.replace(rows["tags"][0], values={"tag": text}),)
    file = msgspec.structs.replace(file, file=text, rows=rows)
    occurrence = msgspec.structs.replace(episode.occurrences[0], themes=("x",))
    episode = msgspec.structs.replace(episode, files=(file,), occurrences=(occurrence,))
    graph = Graph((episode,), graph.shared)
    check = exported(tmp_path / "vault", graph, 1)
    assert check.problems == []
    line = make_line(text)
    for id_ in ("company/nvidia", "theme/x", "show/ours", "episode/talk"):
        properties, body = note(tmp_path / "vault", graph, id_)
        assert properties["title"] == (line.replace("[[", "[ [") or id_)
        tokens = MarkdownIt("commonmark").enable("table").parse(body)
        heading = next(token for token in tokens if token.type == "heading_open")
        assert heading.tag == "h1"
        content = tokens[tokens.index(heading) + 1].children
        assert "".join(part.content for part in content) == (line or id_)
        assert {part.type for part in content} <= {"text", "text_special"}
        raw = (tmp_path / "vault" / assign_paths(graph.shared)[id_]).read_text("utf-8")
        assert not [mark for mark in MARKS_OF_TEMPLATES if mark in raw]
        without_addresses = re.sub(r"\]\([^)]*\)", "]", body)
        assert not [mark for mark in MARKS if mark in without_addresses]
        assert not re.search(r"(?<!\\)`", body)


@pytest.mark.parametrize("name", MARKDOWN)
def test_a_quote_is_one_paragraph_of_its_text(tmp_path, name):
    graph = noted(MARKDOWN[name], summary="")
    exported(tmp_path / "vault", graph, 1)
    tokens = MarkdownIt("commonmark").parse(note(tmp_path / "vault", graph, "episode/talk")[1])
    starts = [n for n, token in enumerate(tokens) if token.type == "blockquote_open"]
    (start,) = starts
    types = [token.type for token in tokens[start : start + 5]]
    assert types == [
        "blockquote_open", "paragraph_open", "inline", "paragraph_close", "blockquote_close"
    ]  # fmt: skip
    parts = tokens[start + 2].children
    assert "".join(part.content for part in parts) == make_line(MARKDOWN[name])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# One: *two*\n\ntext", ["**One: two**", "", "text", ""]),
        ("1. a\n   - b **c**\n2. d", ["1. a", "   - b **c**", "2. d", ""]),
        ("> a\n> b", ["> a b", ""]),
        ("---\n```js\nx = `1`\n```", ["x = \\`1\\`", ""]),
        ("[a](https://e.org) ![b](c) <i>d</i>", ["a b \\<i\\>d\\</i\\>", ""]),
        ("%`%` x", ["\\%\\% x", ""]),
        ("*a* - **b**", ["*a* \\- **b**", ""]),
        (
            "| a | *b* |\n|--|:-:|\n| c \\| d | <i> |\n| e |",
            ["| a | *b* |", "| --- | --- |", "| c \\| d | \\<i\\> |", "| e |  |", ""],
        ),
        ("**\u200b** c", ["c", ""]),
        ("", []),
    ],
)
def test_a_summary_keeps_its_lists_tables_and_emphasis_alone(text, lines):
    assert rewrite_markdown(text) == lines


@pytest.mark.parametrize("name", TEXTS)
def test_a_summary_becomes_no_other_markup(tmp_path, name):
    graph = noted("A", summary=f"{TEXTS[name]}\n\n- {TEXTS[name]}\n\n**{TEXTS[name]}**"[:5000])
    assert exported(tmp_path / "vault", graph).problems == []
    body = note(tmp_path / "vault", graph, "episode/talk")[1]
    summary = body.partition("From the file:")[2].partition("\n## ")[0]
    assert not re.search(r"(?<!\\)(`|<|\[\[|%%|\$|\{|==|~|(?<!\n)#)", summary)


# -- names of files ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nul", "_nul"),
        ("COM1.txt", "_COM1.txt"),
        ("Lpt¹", "_Lpt¹"),
        ("Index", "_Index"),
        ("log", "_log"),
        ("a/b\\c", "a-b-c"),
        ("..", "untitled"),
        (".hidden.", "hidden"),
        ("A [B] #1 ^x |y", "A (B) 1 x - y"),
        ("What? \"Yes\": 'no' <b>", "What Yes - 'no' b"),
        ("12:30", "12-30"),
        ("e\u0301", "é"),
        ("word " * 40, ("word " * 20).strip()),
        ("x" * 300, "x" * 100),
        ("比" * 300, "比" * 60),
        ("a" * 98 + "👩\u200d💻", "a" * 98),
    ],
)
def test_a_name_is_safe_on_every_system(text, name):
    assert make_file_name(text) == name


def test_no_two_names_differ_in_case_alone():
    wanted = [
        ("a", "Straße"),
        ("b", "STRASSE"),
        ("c", "?"),
        ("d", "*"),
        ("e", "e\u0301"),
        ("f", "É"),
    ]
    names = assign_names(wanted)
    assert len({name.casefold() for name in names.values()}) == len(wanted)
    assert names["a"].startswith("Straße ") and names["c"].startswith("untitled ")
    again = assign_names([*reversed(wanted), ("g", f"{names['a']}")])
    assert {id_: name for id_, name in again.items() if id_ in "bcdef"} == {
        id_: name for id_, name in names.items() if id_ != "a"
    }
    assert len({name.casefold() for name in again.values()}) == len(wanted) + 1


def test_things_of_one_name_have_notes_of_their_own(tmp_path):
    graph = noted()
    for key, label in (("x", "Log"), ("y", "LOG"), ("z", "Index")):
        graph.shared.entities[f"company/{key}"] = Entity("company", key, label, {}, 1, 0.9)
    check = exported(tmp_path / "vault", graph)
    assert check.problems == []
    names = {path.name for path in (tmp_path / "vault" / "companies").iterdir()}
    assert {"NVIDIA.md", "_Index.md", "index.md"} < names and len(names) == 5


def test_tags_are_those_of_obsidian():
    assert [make_tag(text) for text in ("a b", "#x", "2025", "比特", "a/b", "!")] == [
        "a-b", "x", "tag-2025", "比特", "a/b", ""
    ]  # fmt: skip


# -- the bundle ----------------------------------------------------------------


def test_the_bundle_says_what_it_is(sample, sample_vault):
    manifest = json.loads((sample_vault / VAULT_MANIFEST).read_text())
    assert manifest["about"] == {
        "build": sample.shared.digest,
        "dataset": BASE + "dataset",
        "licence": LICENCE,
        "okf_version": "0.2",
        "program": "kgraph/0.1.0",
    }
    assert set(manifest["files"]) == set(contents(sample_vault)) - {VAULT_MANIFEST}
    about = (sample_vault / "about.md").read_text("utf-8")
    properties = yaml.safe_load(about.split("---\n")[1])
    assert (properties["licence"], properties["build"]) == (LICENCE, sample.shared.digest)
    assert f"- Licence: [{LICENCE.replace('://', chr(92) + '://')}]({LICENCE})\n" in about
    index = (sample_vault / "index.md").read_text("utf-8")
    assert index.startswith('---\nokf_version: "0.2"\n---\n\n# Knowledge graph of ')
    assert "* [Companies](companies/index.md) - " in index


def test_an_index_has_every_note_with_its_description(sample_vault):
    for folder in (path for path in (sample_vault).iterdir() if path.is_dir()):
        index = (folder / "index.md").read_text("utf-8")
        notes = {path for path in folder.iterdir() if path.name != "index.md"}
        assert index.count("\n* ") == len(notes) > 0
        for path in notes:
            description = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])["description"]
            assert description.replace("&", "") in re.sub(r"\\|&", "", index)


def test_the_same_graph_gives_the_same_bytes(sample, sample_vault, tmp_path):
    write(tmp_path / "again", sample.graph, licence=LICENCE, base=BASE)
    assert contents(tmp_path / "again") == contents(sample_vault)


@pytest.mark.parametrize(
    ("content", "selection", "words"),
    [
        (
            {"profile": "full"},
            {},
            "vault has no place for the profile full: leave it out, or choos",
        ),
        (
            {"rdf12": True},
            {},
            "vault has no place for rdf12: leave it out, or choose one of turtle",
        ),
        (
            {"ontology": True},
            {},
            "vault has no place for the ontology: leave it out, or choose one",
        ),
        ({"network": "co-mentions"}, {}, "vault holds no network: choose one of graphml, gexf, js"),
        (
            {},
            {"unlikely": True},
            "the vault has no mentions with a confidence below 0.5: choose sq",
        ),
        ({}, {"min_confidence": 0.4}, "the vault has no mentions with a confidence below 0.5: cho"),
    ],
)
def test_what_a_vault_cannot_hold_is_refused(sample, tmp_path, content, selection, words):
    with pytest.raises(InputError, match=words):
        export(
            sample.graph,
            "vault",
            tmp_path / "vault",
            content=RdfContent(**content),
            selection=Selection(**selection),
        )
    assert list(tmp_path.iterdir()) == []


# -- an earlier export ---------------------------------------------------------


@pytest.fixture
def vault(tmp_path):
    """A vault that a person has opened and added to."""
    folder = tmp_path / "vault"
    write(folder, noted("NVIDIA"))
    (folder / ".obsidian").mkdir()
    (folder / ".obsidian" / "app.json").write_text("{}")
    (folder / "mine.md").write_text("[NVIDIA](companies/NVIDIA.md)")
    (folder / "companies" / "mine.md").write_text("mine")
    return folder


OWN = {".obsidian/app.json": b"{}", "companies/mine.md": b"mine"}


def test_an_update_replaces_notes_and_leaves_those_of_others(vault):
    before = contents(vault)
    write(vault, noted("Another"))
    after = contents(vault)
    assert after.items() >= OWN.items() and after["mine.md"] == before["mine.md"]
    assert "companies/NVIDIA.md" not in after and "episodes/2025-09-01 NVIDIA.md" not in after
    assert "companies/Another.md" in after
    fresh = vault.parent / "fresh"
    write(fresh, noted("Another"))
    assert {path: data for path, data in after.items() if path not in OWN | {"mine.md": b""}} == (
        contents(fresh)
    )
    assert sorted(path.name for path in vault.parent.iterdir()) == ["fresh", "vault"]


def test_an_update_does_not_write_notes_that_stay(vault):
    old = 1_000_000_000
    for path in vault.rglob("*.md"):
        os.utime(path, (old, old))
    write(vault, noted("NVIDIA", summary="Another"))
    changed = {path.name for path in vault.rglob("*.md") if path.stat().st_mtime != old}
    assert changed == {"2025-09-01 NVIDIA.md"}


def test_a_folder_whose_notes_are_gone_goes_too(vault):
    graph = noted("NVIDIA")
    graph.shared.themes = {"theme/x": TaxonomyTerm("X", {}, "", 1)}
    write(vault, graph)
    assert (vault / "themes").is_dir()
    write(vault, noted("NVIDIA"))
    assert not (vault / "themes").exists() and contents(vault).items() >= OWN.items()


@pytest.mark.parametrize("text", ["NVIDIA", "Another"])
def test_a_note_that_was_edited_is_not_overwritten(vault, text):
    path = vault / "companies" / "NVIDIA.md"
    path.write_text(path.read_text("utf-8") + "mine\n")
    before = contents(vault)
    with pytest.raises(ExportError) as caught:
        write(vault, noted(text))
    assert str(caught.value) == (
        f"{vault}: changed since it was exported: companies/NVIDIA.md: move it to a name of your "
        "own, or choose another --output"
    )
    assert contents(vault) == before
    path.rename(vault / "companies" / "My NVIDIA.md")
    write(vault, noted(text))
    assert b"mine" in (vault / "companies" / "My NVIDIA.md").read_bytes()


def test_a_file_of_others_in_the_way_of_a_note_is_not_overwritten(vault):
    (vault / "companies" / "Another.md").write_text("mine")
    before = contents(vault)
    with pytest.raises(ExportError) as caught:
        write(vault, noted("Another"))
    assert str(caught.value) == (
        f"{vault}: not of the export, and in its way: companies/Another.md: give it another name, "
        "or choose another --output"
    )
    assert contents(vault) == before


def test_no_link_leads_out_of_the_vault(vault, tmp_path):
    outside = tmp_path / "outside"
    (vault / "companies").rename(outside)
    (vault / "companies").symlink_to(outside)
    before = contents(outside)
    with pytest.raises(ExportError, match="changed since it was exported: companies/NVIDIA.md"):
        write(vault, noted("Another"))
    assert contents(outside) == before


@pytest.mark.parametrize("path", ["../outside.md", "/etc/x.md", "a/../../x.md", "x.txt", ".x/y.md"])
def test_a_manifest_that_names_other_places_is_none(tmp_path, path):
    folder = tmp_path / "vault"
    write(folder, noted())
    manifest = json.loads((folder / VAULT_MANIFEST).read_text())
    manifest["files"][path] = ["0" * 64]
    (folder / VAULT_MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ExportError, match="vault: there are other files in it: choose another"):
        write(folder, noted())


def test_only_an_earlier_export_is_updated(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.md").write_text("mine")
    for manifest in (None, "{", "[]"):
        if manifest:
            (tmp_path / "notes" / VAULT_MANIFEST).write_text(manifest)
        with pytest.raises(ExportError, match="notes: there are other files in it: choose anoth"):
            write(tmp_path / "notes", noted())
    (tmp_path / "empty").mkdir()
    assert exported(tmp_path / "empty", noted()).problems == []


def test_an_update_that_was_cut_is_completed_by_the_next(vault, monkeypatch):
    graphs = [noted(f"Name {number}") for number in range(3)]
    expected = {}
    for number, graph in enumerate(graphs):
        write(vault.parent / f"fresh {number}", graph)
        expected[number] = contents(vault.parent / f"fresh {number}")
    real, kept = vault_folder.Path.replace, {*OWN, "mine.md"}
    for number, graph in enumerate(graphs[:2]):
        left = [3 + number]

        def cut(self, target, left=left):
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return real(self, target)

        monkeypatch.setattr(vault_folder.Path, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            write(vault, graph)
        monkeypatch.undo()
    assert contents(vault).keys() & {"companies/NVIDIA.md", "companies/Name 0.md"}
    write(vault, graphs[2])
    after = contents(vault)
    assert {path: data for path, data in after.items() if path not in kept} == expected[2]
    assert after.items() >= OWN.items()
