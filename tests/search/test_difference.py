"""An index that took differences, compared with one that was written as a whole."""

import hashlib
import itertools
from contextlib import closing
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.base.errors import StoreDamagedError, StoreError, UnknownNameError
from kgraph.base.text import name_key
from kgraph.graph import SharedData
from kgraph.graph.records import Entity, EpisodeSummary, TaxonomyTerm
from kgraph.search import Filters, Index, search
from kgraph.search.documents import (
    EpisodeDocuments,
    Posting,
    SearchDocument,
    collect_shared_documents,
    compute_rank_factor,
    find_shared_changes,
)
from kgraph.search.filters import count_facets
from kgraph.search.index import find_episode_quotes, find_theme_episodes, find_theme_quotes
from kgraph.search.index_file import open_index_file
from kgraph.search.suggest import correct_query, suggest_things
from kgraph.search.syntax import parse_search
from kgraph.search.writer import IndexWriter
from kgraph.store import layout

QUOTES = (
    "Stablecoins pay yield, banks do not",
    "Banks pay yield, stablecoins do not",  # the same words
    "Chips are the new oil",
    "The new oil are chips",
    "Zürich's chip bank: $2.5 billion; İstanbul, too",
    "比特幣 比特幣 bitcoin",
    '"Quotes" OR NOT <b>bold</b> \0 *',
    "oil " * 40,
    "Banks",
)
LABELS = (
    "Alpha",
    "Alpha Chips",
    "alpha",
    "Nvidia",
    "Nvidea",
    "Bank of Oil",
    "Zürich",
    "比特幣",
    "$$$",
)
ENTITY_IDS = ("company/alpha", "person/alpha", "product/chip", "company/bank", "place/zurich")
SHOW_IDS = ("show/alpha", "show/talks")
BROADER = {"theme/chips": "theme/technology", "theme/banks": "", "theme/ai": "theme/technology"}
THEME_IDS = (*BROADER, "theme/technology")

TOPICS = ("oil chips", "Oil Chips", "Alpha", "比特幣")

TEXTS = (
    "banks",
    "oil chips",
    "alpha",
    "yield OR oil",
    "比特",
    "chip* -bank",
    "nvidai",
    "title the",
)


class Spec(msgspec.Struct, frozen=True):
    """An episode, in short."""

    title: str
    day: str
    show: str
    quotes: dict[int, tuple[float, tuple[str, ...]]]  #: number -> relevance and themes
    insights: tuple[str, ...]
    mentions: dict[str, float]
    topics: tuple[str, ...]


SPECS = st.builds(
    Spec,
    title=st.sampled_from(("The title", "A title of oil", "Banks & chips", "")),
    day=st.sampled_from(("2025-01-31", "2025-02-01", "")),
    show=st.sampled_from(("", *SHOW_IDS)),
    quotes=st.dictionaries(
        st.integers(0, len(QUOTES) - 1),
        st.tuples(
            st.sampled_from((0.5, 0.5, 0.25)),
            st.lists(st.sampled_from(tuple(BROADER)), max_size=2, unique=True).map(tuple),
        ),
        max_size=4,
    ),
    insights=st.lists(st.sampled_from(QUOTES), max_size=2).map(tuple),
    mentions=st.dictionaries(
        st.sampled_from(ENTITY_IDS), st.sampled_from((0.25, 0.75, 0.75, 1.0)), max_size=4
    ),
    topics=st.lists(st.sampled_from(TOPICS), max_size=2, unique_by=name_key).map(tuple),
)
FILES = st.integers(0, 30)  #: an episode's place among the others
STEPS = st.one_of(
    st.tuples(st.just("put"), FILES, SPECS),
    st.tuples(st.just("put"), FILES, SPECS),
    st.tuples(st.just("remove"), FILES),
    st.tuples(st.just("rename"), FILES, FILES),
    st.tuples(st.just("swap"), FILES, FILES),
    st.tuples(st.just("label"), st.sampled_from((*ENTITY_IDS, *SHOW_IDS)), st.sampled_from(LABELS)),
    st.tuples(st.just("judge"), st.sampled_from(ENTITY_IDS), st.sampled_from(("", "company/old"))),
)
#: Each is a build: its steps, and whether it knows which shared data changed.
SCRIPTS = st.lists(st.tuples(st.lists(STEPS, min_size=1, max_size=5), st.booleans()), max_size=8)


class Corpus:
    """Episodes that a script edits."""

    def __init__(self):
        self.files = {}  # place -> (slug, spec)
        self.labels = dict(zip((*ENTITY_IDS, *SHOW_IDS), itertools.cycle(LABELS)))
        self.judged = {}
        self.slugs = map("video-{}".format, itertools.count())

    def edit(self, step):
        kind, first, *more = step
        if kind == "label":
            self.labels[first] = more[0]
        elif kind == "judge":
            self.judged[first] = more[0]
        elif kind == "put":
            slug = self.files[first][0] if first in self.files else next(self.slugs)
            self.files[first] = slug, more[0]
        else:
            old = self.files.pop(first, None)
            if old and kind == "rename":
                self.files[more[0]] = old
            elif old and kind == "swap" and more[0] in self.files:
                self.files[first], self.files[more[0]] = self.files[more[0]], old

    def list_documents(self):
        """Documents by slug; a quote's text is in the first episode."""
        first = {}
        for _, (slug, spec) in sorted(self.files.items()):
            for quote in spec.quotes:
                first.setdefault(quote, slug)
        return {
            slug: self._make_documents(slug, spec, [q for q in spec.quotes if first[q] == slug])
            for _, (slug, spec) in sorted(self.files.items())
        }

    def _make_documents(self, slug, spec, own_quotes):
        id_ = f"episode/{slug}"
        documents = [SearchDocument(id_, "episode", 1.0, spec.title, text=" ".join(spec.insights))]
        postings = [Posting(id_, 1.0, close(t for _, ts in spec.quotes.values() for t in ts))]
        for number, (relevance, themes) in spec.quotes.items():
            postings.append(Posting(quote_id(number), relevance, close(themes)))
            if number in own_quotes:
                rank, is_advert = compute_rank_factor(0.9, relevance), number == 8
                documents.append(
                    SearchDocument(
                        quote_id(number), "quote", rank, text=QUOTES[number], is_advert=is_advert
                    )
                )
        for number, text in enumerate(spec.insights):
            documents.append(SearchDocument(f"row/{slug}/{number}", "insight", 1.0, text=text))
            postings.append(Posting(f"row/{slug}/{number}", 1.0))
        for target, confidence in spec.mentions.items():
            postings.append(Posting(target, confidence, (), confidence < 0.5))
        if spec.show:
            postings.append(Posting(spec.show, 1.0))
        postings += [Posting(f"topic/{name_key(topic)}", 1.0) for topic in spec.topics]
        show = self.labels.get(spec.show, "")
        url, is_dated = f"https://example.org/{slug}", bool(spec.day)
        texts = (slug, spec.title, spec.day, show, url, is_dated, spec.show)
        return EpisodeDocuments(*texts, tuple(documents), tuple(postings))

    def make_shared(self):
        shared = SharedData()
        for _, (slug, spec) in sorted(self.files.items()):
            shared.summaries[slug] = EpisodeSummary((), spec.title, show=spec.show)
            for target in filter(None, (*spec.mentions, spec.show)):
                confidence = spec.mentions.get(target, 1.0)
                entity = shared.entities.setdefault(target, self._make_entity(target))
                entity.confidence = max(entity.confidence, confidence)
                entity.unlikely += confidence < 0.5
                entity.episodes += confidence >= 0.5
                surface = f"{entity.label} {spec.title}".strip()
                entity.surfaces[surface] = entity.surfaces.get(surface, 0) + 1
            for theme in close(t for _, themes in spec.quotes.values() for t in themes):
                label = theme.partition("/")[2].title()
                shared.themes[theme] = TaxonomyTerm(label, {}, BROADER.get(theme, ""))
            for topic in spec.topics:
                term = shared.topics.setdefault(f"topic/{name_key(topic)}", TaxonomyTerm("", {}))
                term.spellings[topic] = term.spellings.get(topic, 0) + 1
                term.label = min(term.spellings, key=lambda s: (-term.spellings[s], s))
        return shared

    def _make_entity(self, id_):
        type_, _, key = id_.partition("/")
        judged = self.judged.get(id_)
        replaces = (judged,) if judged else ()
        return Entity(type_, key, self.labels[id_], {}, replaces=replaces)


def quote_id(number):
    return f"quote/{hashlib.sha256(QUOTES[number].encode()).hexdigest()[:16]}"


def close(themes):
    """Themes and their broader ones."""
    return tuple(sorted({id_ for theme in themes for id_ in (theme, BROADER[theme]) if id_}))


def write_whole(path, documents, shared):
    with IndexWriter(path) as writer:
        writer.add(documents.values())
        writer.finish(shared)


def write_difference(path, previous, old, new, *, knows_changes=True):
    """Write an index; old and new are each (documents by slug, shared data)."""
    (old_documents, old_shared), (documents, shared) = old, new
    changed = [slug for slug in documents if documents[slug] != old_documents.get(slug)]
    with IndexWriter(path, previous) as writer:
        writer.remove(s for s in old_documents if s in changed or s not in documents)
        writer.add(documents[slug] for slug in changed)
        writer.finish(shared, find_shared_changes(old_shared, shared) if knows_changes else None)


def read_tables(path):
    """The rows of an index, with ids in place of numbers."""
    with closing(open_index_file(path)) as file:

        def read(sql):
            return sorted(file.execute(sql).fetchall())

        ids = dict(read("SELECT number, id FROM thing")) | {0: ""}
        slugs = dict(read("SELECT number, slug FROM episode")) | {0: ""}
        file.execute("CREATE VIRTUAL TABLE temp.posting USING fts5vocab(main, word, instance)")
        words = read("SELECT doc, term, col, offset FROM posting")
        sizes = read("SELECT id, sz FROM word_docsize")
        return {
            "episode": read("SELECT slug, title, day, show, url, dated FROM episode"),
            "series": sorted((s, ids[n]) for s, n in read("SELECT slug, series FROM episode")),
            "document": [
                (*row, slugs[owner])
                for *row, owner in read(
                    "SELECT id, kind, type, worth, advert, unlikely, name, also, text, owner "
                    "FROM thing JOIN document USING (number)"
                )
            ],
            "word": sorted((ids[number], *row) for number, *row in words),
            "size": sorted((ids[number], size) for number, size in sizes),
            "standing": sorted(
                (ids[thing], slugs[episode], *row)
                for thing, episode, *row in read("SELECT * FROM standing")
            ),
            "filed": sorted((ids[a], ids[b], slugs[e]) for a, b, e in read("SELECT * FROM filed")),
            "name": sorted((key, ids[n], count) for key, n, count in read("SELECT * FROM name")),
            "spelling": read("SELECT * FROM spelling"),
            "absent": read("SELECT id FROM thing WHERE owner IS NULL"),
        }


def open_index(path):
    checksums = SimpleNamespace(check_files=lambda name: None)
    meta = SimpleNamespace(base="https://example.org/")
    assert path.name == layout.SEARCH_FILE
    shared = SharedData()
    return Index(SimpleNamespace(build=path.parent, meta=meta, checksums=checksums, shared=shared))


FILTERS = (
    Filters(),
    Filters(adverts=True, unlikely=True),
    Filters(kinds=frozenset({"quote"}), since="2025-01", min_relevance=0.3),
    Filters(company="alpha"),
    Filters(show="alpha"),
    Filters(theme="technology"),
    Filters(company="company/old"),
    Filters(theme="bankz"),
)


def list_answers(path):
    """What is asked of an index, and its answers."""
    index = open_index(path)
    for text in TEXTS:
        for filters in FILTERS:
            yield text, filters, ask(search, index, text, filters, limit=50)
            yield "counts", text, filters, ask(count_facets, index, text, filters)
        yield "page", text, search(index, text, limit=2, offset=1, per_episode=1)
        yield "corrected", text, correct_query(index, text, parse_search(text))
        yield (
            text,
            index.rows(
                "SELECT t.id, bm25(word, 8, 4, 1) FROM word JOIN thing AS t "
                "ON t.number = word.rowid WHERE word MATCH ? ORDER BY t.id",
                (parse_search(text).to_fts(),),
            ),
        )
    for prefix in ("a", "al", "alpha c", "chi", "ban", "t", "比"):
        yield prefix, suggest_things(index, prefix), suggest_things(index, prefix, ["show"], 1)
    for theme in THEME_IDS:
        yield theme, find_theme_quotes(index, theme, 5), find_theme_episodes(index, theme)
    slugs = [slug for (slug,) in index.rows("SELECT slug FROM episode ORDER BY slug")]
    for some in (slugs, slugs[::2]):
        yield some, find_episode_quotes(index, some, 5)


def ask(question, *values, **options):
    try:
        return question(*values, **options)
    except UnknownNameError as error:
        return str(error)


@settings(max_examples=12)
@given(SCRIPTS)
def test_differences_lead_to_the_index_that_is_written_as_a_whole(tmp_path_factory, script):
    check_script(tmp_path_factory.mktemp("scripts"), script)


def check_script(folder, script):
    corpus = Corpus()
    state = {}, SharedData()
    paths = [folder / str(number) / layout.SEARCH_FILE for number in range(len(script) + 1)]
    whole_path = folder / "whole" / layout.SEARCH_FILE
    for path in (*paths, whole_path):
        path.parent.mkdir()
    write_whole(paths[0], *state)
    for previous, path, (steps, knows_changes) in zip(paths, paths[1:], script, strict=False):
        for step in steps:
            corpus.edit(step)
        new_state = corpus.list_documents(), corpus.make_shared()
        before = previous.read_bytes()
        write_difference(path, previous, state, new_state, knows_changes=knows_changes)
        assert previous.read_bytes() == before
        whole_path.unlink(missing_ok=True)
        write_whole(whole_path, *new_state)
        assert read_tables(path) == read_tables(whole_path)
        assert list(list_answers(path)) == list(list_answers(whole_path))
        state = new_state


SPEC = Spec(
    "Title", "2025-01-31", "show/talks", {0: (0.5, ("theme/ai",))}, (), {ENTITY_IDS[0]: 1}, ()
)


@pytest.fixture
def corpus():
    """Two episodes with the same quote."""
    corpus = Corpus()
    for place in (0, 1):
        corpus.edit(("put", place, SPEC))
    return corpus


@pytest.fixture
def written(tmp_path, corpus):
    """An index of them."""
    path = tmp_path / "one" / layout.SEARCH_FILE
    path.parent.mkdir()
    write_whole(path, corpus.list_documents(), corpus.make_shared())
    return path


def test_a_theme_that_two_episodes_give_stays_with_the_quote_of_the_other(
    tmp_path, corpus, written
):
    old = corpus.list_documents(), corpus.make_shared()
    corpus.edit(("remove", 1))
    path = tmp_path / "two"
    write_difference(path, written, old, (corpus.list_documents(), corpus.make_shared()))
    filed = read_tables(path)["filed"]
    assert filed == [
        (theme, id_, "video-0")
        for theme in ("theme/ai", "theme/technology")
        for id_ in ("episode/video-0", quote_id(0))
    ]


def test_a_thing_without_a_document_keeps_its_number(tmp_path, corpus, written):
    shared = corpus.make_shared()
    without = corpus.make_shared()
    del without.entities[ENTITY_IDS[0]]
    paths = [tmp_path / str(number) for number in range(2)]
    documents = corpus.list_documents()
    for path, previous, old, new in (
        (paths[0], written, shared, without),
        (paths[1], paths[0], without, shared),
    ):
        write_difference(path, previous, (documents, old), (documents, new))
    assert read_tables(paths[0])["absent"] == [(ENTITY_IDS[0],)]
    assert read_tables(paths[1]) == read_tables(written)


def test_a_new_episode_leaves_the_ranks_of_what_it_does_not_mention():
    ranks = []
    for count in (4, 5, 7, 8):
        shared = SharedData({"company/a": Entity("company", "a", "A", {}, 2, 1.0)})
        [document] = collect_shared_documents(shared, count)
        ranks.append(document.rank_factor)
    assert ranks == [0.7642, 0.7642, 0.7642, 0.6981]


def test_a_show_changes_with_the_episodes_that_belong_to_it():
    """An unlikely mention names it, too, so that otherwise it is not stated."""
    entities = {"show/a": Entity("show", "a", "A", {}, confidence=0.4, unlikely=1)}
    old = SharedData(entities, summaries={"video-1": EpisodeSummary((), "Title", show="show/a")})
    new = SharedData(entities, summaries={"video-1": EpisodeSummary((), "Title")})
    assert find_shared_changes(old, new) == {"show/a"}


@pytest.mark.parametrize("is_first", [True, False])
def test_an_episode_that_is_not_there_or_there_twice_is_an_error(
    tmp_path, corpus, written, is_first
):
    documents = corpus.list_documents()["video-0"]
    with IndexWriter(tmp_path / "new", written) as writer:
        if is_first:
            with pytest.raises(StoreError, match="no episode video-7: build without it"):
                writer.remove(["video-7"])
        else:
            with pytest.raises(StoreError, match="video-0 is there already: remove it first"):
                writer.add([documents])


def test_a_document_of_two_episodes_is_an_error(tmp_path, corpus, written):
    documents = corpus.list_documents()["video-0"]
    with (
        IndexWriter(tmp_path / "new", written) as writer,
        pytest.raises(StoreError, match="UNIQUE constraint failed: document.number"),
    ):
        writer.add([msgspec.structs.replace(documents, slug="video-7")])


def list_files(folder):
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_a_difference_is_a_log_beside_the_shared_file(tmp_path, corpus, written, monkeypatch):
    old, states = written.read_bytes(), [(corpus.list_documents(), corpus.make_shared())]
    paths = [written]
    for number in (2, 3, 4):
        corpus.edit(("put", number, SPEC))
        states.append((corpus.list_documents(), corpus.make_shared()))
        paths.append(tmp_path / str(number) / layout.SEARCH_FILE)
        paths[-1].parent.mkdir()
        if number == 4:
            monkeypatch.setattr("kgraph.search.index_file.MIN_LOG_BYTES", 0)
        write_difference(paths[-1], paths[-2], *states[-2:])
    assert [path.samefile(written) for path in paths] == [True, True, True, False]
    sizes = [list_files(path.parent) for path in paths]
    assert [set(files) for files in sizes] == [
        {"search"}, {"search", "search-wal"}, {"search", "search-wal"}, {"search"},
    ]  # fmt: skip
    assert sizes[1]["search-wal"] < sizes[2]["search-wal"]
    assert written.read_bytes() == old
    for path, state in zip(paths, states, strict=True):
        write_whole(tmp_path / "whole", *state)
        assert read_tables(path) == read_tables(tmp_path / "whole")
        (tmp_path / "whole").unlink()


def test_an_index_that_may_not_be_written_is_copied(tmp_path, corpus, written, monkeypatch):
    """SQLite opens it for reading alone, and then writes no log either."""
    written.chmod(0o444)
    monkeypatch.setattr("os.access", lambda path, mode: path != written)  # also of root
    path = tmp_path / "two" / layout.SEARCH_FILE
    path.parent.mkdir()
    old = corpus.list_documents(), corpus.make_shared()
    corpus.edit(("put", 2, SPEC))
    write_difference(path, written, old, (corpus.list_documents(), corpus.make_shared()))
    assert not path.samefile(written)
    assert [*list_files(path.parent)] == ["search"]
    assert open_index(path).rows("SELECT count(*) FROM episode") == [(3,)]


def test_without_a_difference_there_is_no_log(tmp_path, corpus, written):
    path = tmp_path / "two" / layout.SEARCH_FILE
    path.parent.mkdir()
    state = corpus.list_documents(), corpus.make_shared()
    write_difference(path, written, state, state)
    open_index(path).rows("SELECT * FROM episode")
    assert set(list_files(path.parent)) == {"search"}


def test_a_reader_leaves_the_log(tmp_path, corpus, written):
    path = tmp_path / "two" / layout.SEARCH_FILE
    path.parent.mkdir()
    old = corpus.list_documents(), corpus.make_shared()
    corpus.edit(("put", 2, SPEC))
    write_difference(path, written, old, (corpus.list_documents(), corpus.make_shared()))
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    for _ in range(2):
        with closing(open_index_file(path)) as one, closing(open_index_file(path)) as other:
            counts = [c.execute("SELECT count(*) FROM episode").fetchone() for c in (one, other)]
        assert counts == [(3,), (3,)]
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_difference_that_fails_leaves_the_shared_file(tmp_path, corpus, written):
    old, path = written.read_bytes(), tmp_path / "two" / layout.SEARCH_FILE
    path.parent.mkdir()
    with pytest.raises(ZeroDivisionError), IndexWriter(path, written) as writer:
        writer.remove(["video-0"])
        raise ZeroDivisionError
    assert written.read_bytes() == old


def test_a_damaged_index_takes_no_difference(tmp_path):
    (tmp_path / "old").write_bytes(b"not a database" * 999)
    with pytest.raises(StoreDamagedError, match="old: file is not a database: build without it"):
        IndexWriter(tmp_path / "new", tmp_path / "old")


def test_an_index_with_words_of_another_unicode_takes_no_difference(tmp_path, written, monkeypatch):
    monkeypatch.setattr("unicodedata.unidata_version", "1.1.5")
    with pytest.raises(StoreDamagedError, match="another version of kgraph or Python wrote it"):
        IndexWriter(tmp_path / "new", written)
