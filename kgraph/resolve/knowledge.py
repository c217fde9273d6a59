"""Knowledge used by every decision, in one value that workers load from one file.

The part without a corpus is compiled (:mod:`kgraph.base.cache`): reading twenty thousand
entries and coding how they sound takes seconds. It is made from the shipped data and this code; a
user's own entries are put over it.

Invariant: statistics are kept only for names that several episodes have or a language model listed:
those of other names add nothing to what their own rows say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from kgraph.base import text
from kgraph.base.cache import load_compiled
from kgraph.base.counts import add_counts
from kgraph.base.errors import DataError
from kgraph.base.identity import IdTable
from kgraph.base.lexicon import (
    Lexicon,
    LexiconEntry,
    LexiconMeaning,
    build_lexicon,
    list_meanings,
    overlay_entries,
    read_lexicon_folder,
)
from kgraph.base.model import LAYOUT_VERSION, EntityType
from kgraph.base.text import name_key
from kgraph.base.vocabulary import data_path
from kgraph.base.word_lists import Vocabulary, load_vocabulary
from kgraph.resolve.judged_entries import choose_entries, resolve_targets
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.lookups import round_count
from kgraph.resolve.mentions import phonetics
from kgraph.resolve.mentions.classifier import MENTION_CLASSES, ResolverModel
from kgraph.resolve.name_counts import NameStatistics
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries, OwnFiles
from kgraph.resolve.replaced_entries import describe_replaced_entries

MIN_NAME_EPISODES = 2
MAX_FREQUENCY = 9  #: of 256 episodes: more of them add nothing to what is known of a name
MAX_CATEGORY_WORDS = 4  #: of a name: the commonest, which show its type

MAX_LOADED = 2  #: kept by a process: of the shipped entries, and with own ones


class NameUsage(msgspec.Struct, frozen=True, array_like=True):
    """Usage of one name in the corpus."""

    spelling: str  #: the commonest well-formed one
    episodes: int  #: rounded (:func:`~kgraph.resolve.lookups.round_count`)
    llm_quarters: int  #: quarters of its rows that a language model or a person wrote
    categories: tuple[str, ...]  #: the commonest words of its categories, sorted


class Knowledge(msgspec.Struct, frozen=True, array_like=True, eq=False):
    """Lexicon, corpus, judgements and trained weights."""

    lexicon: Lexicon = Lexicon()
    phonetic_keys: tuple[str, ...] = ()  #: of names long enough to be recognised by their sound
    phonetic_index: phonetics.SoundIndex = phonetics.SoundIndex()  #: of ``phonetic_keys``
    #: First or last word of a longer name, lower-case -> (entry number, words of the name).
    entries_by_word: dict[str, tuple[tuple[int, tuple[str, ...]], ...]] = {}
    names: Mapping[str, NameUsage] = {}  #: by core key
    #: By core key: binary digits of the number of episodes, up to :data:`MAX_FREQUENCY`.
    frequencies: Mapping[str, int] = {}
    vocabulary: Vocabulary = Vocabulary()
    model: ResolverModel = ResolverModel()
    judgements: JudgementTable = JudgementTable()
    shows: Mapping[str, str] = {}  #: shows of the corpus that the lexicon lacks, by key
    own_ids: IdTable = {}  #: ids of the user's own tables, which go over the shipped ones
    phonetic_numbers: tuple[int, ...] = ()  #: number of the entry of each of ``phonetic_keys``


def prepare_knowledge(lexicon: Lexicon, model: ResolverModel) -> Knowledge:
    """Build the knowledge that needs no corpus."""
    knowledge = _index_entries(lexicon)
    index = phonetics.SoundIndex.build(knowledge.phonetic_keys)
    return msgspec.structs.replace(knowledge, phonetic_index=index, model=model)


def overlay_knowledge(
    shipped: Knowledge, entries: Sequence[LexiconEntry], own: OwnEntries
) -> Knowledge:
    """Return what :func:`prepare_knowledge` builds of the shipped entries with own ones over them.

    Of all that it builds, only the index of sounds takes longer than to read it: it is changed
    where names differ.

    Args:
        shipped: built of the shipped entries alone.
        entries: the shipped ones, as written.
    """
    knowledge = _index_entries(build_lexicon(overlay_entries(entries, own.lexicon)))
    index = shipped.phonetic_index.update(shipped.phonetic_keys, knowledge.phonetic_keys)
    return msgspec.structs.replace(
        knowledge, phonetic_index=index, model=shipped.model, own_ids=own.ids
    )


def _index_entries(lexicon: Lexicon) -> Knowledge:
    """Build what is known by the entries, but for the index of sounds."""
    phonetic_names = sorted(
        (key, number)
        for number, entry in enumerate(lexicon.entries)
        for key in list_sound_keys(entry)
    )
    entries_by_word: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, entry in enumerate(lexicon.entries):
        words, ends = split_longer_name(entry)
        for word in ends:
            entries_by_word.setdefault(word, []).append((number, words))
    base = load_vocabulary()
    names = (e.short_name.lower().split() for e in lexicon.entries if e.trained_type == "person")
    full_names = [words for words in names if len(words) > 1]
    first_names = {words[0] for words in full_names if len(words[0]) > 1}
    surnames = {words[-1] for words in full_names}
    return Knowledge(
        lexicon=lexicon,
        phonetic_keys=tuple(key for key, _ in phonetic_names),
        phonetic_numbers=tuple(number for _, number in phonetic_names),
        entries_by_word={word: tuple(rows) for word, rows in entries_by_word.items()},
        vocabulary=Vocabulary(
            base.words,
            base.first_names | (first_names - base.words),
            base.surnames | (surnames - base.words),
        ),
    )


def list_sound_keys(entry: LexiconEntry) -> set[str]:
    """Return the keys of the names of an entry that are long enough to be known by their sound."""
    names = (name for name in (entry.short_name, *entry.aliases) if not name.isupper())
    return {key for key in map(name_key, names) if len(key) > phonetics.MIN_CODE_SOUNDS}


def split_longer_name(entry: LexiconEntry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of an entry's longer name, and those by which it is found, sorted.

    A person is found by the first and the last word, another entry by its first.

    >>> split_longer_name(LexiconEntry("Ann Example", "person"))
    (('ann', 'example'), ('ann', 'example'))
    >>> split_longer_name(LexiconEntry("Acme", "company"))
    (('acme',), ())
    """
    words = tuple(entry.short_name.lower().removeprefix("the ").split())
    if len(words) < 2:
        return words, ()
    ends = {words[0], words[-1]} if entry.trained_type == "person" else {words[0]}
    return words, tuple(sorted(ends))


class NameTables(NamedTuple):
    """Usage and frequency of the names of a corpus, by core key."""

    usages: Mapping[str, NameUsage]
    frequencies: Mapping[str, int]


def tabulate_names(statistics: NameStatistics) -> NameTables:
    """Return the tables of the names that several episodes have or a language model listed."""
    usages, frequencies = {}, {}
    for key, counts in sorted(statistics.names.items()):
        if counts.episodes >= MIN_NAME_EPISODES or counts.llm_rows:
            usages[key] = NameUsage(
                choose_spelling(counts.spellings),
                round_count(counts.episodes),
                4 * counts.llm_rows // counts.rows,
                tuple(sorted(choose_categories(counts.categories))),
            )
            frequencies[key] = min(counts.episodes.bit_length(), MAX_FREQUENCY)
    return NameTables(usages, frequencies)


def add_tables(
    prepared: Knowledge,
    names: NameTables,
    judgements: JudgementTable,
    spell: Callable[[str], str],
    shows: Mapping[str, str],
) -> Knowledge:
    """Add the tables of a corpus, and what people say.

    Args:
        spell: gives the commonest spelling of a name of the corpus by its key, "" if it has none.
        shows: the corpus's own, by key.
    """
    return msgspec.structs.replace(
        prepared,
        names=names.usages,
        frequencies=names.frequencies,
        judgements=resolve_judgements(judgements, prepared.lexicon, spell),
        shows=shows,
    )


def list_spelled_keys(judgements: JudgementTable, lexicon: Lexicon) -> frozenset[str]:
    """Return the keys of the names whose spelling :func:`resolve_judgements` asks for."""
    asked: list[str] = []

    def record(key: str) -> str:
        asked.append(key)
        return ""

    resolve_judgements(judgements, lexicon, record)
    return frozenset(asked)


def resolve_judgements(
    judgements: JudgementTable, lexicon: Lexicon, spell: Callable[[str], str]
) -> JudgementTable:
    """Add the types, labels and entries that lexicon and corpus have for what judgements name.

    Args:
        spell: as of :func:`add_tables`.
    """

    def label_of(type_: EntityType, key: str) -> str:
        entries = map(lexicon.get_entry, lexicon.index.get(key, ()))
        called = [entry for entry in entries if name_key(entry.name) == key]
        label = next((entry.name for entry in called if entry.type == type_), "") or spell(key)
        return label or next((entry.name for entry in called), "")

    table = resolve_targets(judgements, partial(find_entry_type, lexicon), label_of)
    return choose_entries(table, judgements.types, lexicon)


def find_entry_type(lexicon: Lexicon, key: str) -> EntityType | None:
    """Return the type of the entry that a name's key means first; None for no entry."""
    matches = lexicon.index.get(key)
    return lexicon.get_entry(matches[0]).type if matches else None


@lru_cache(maxsize=MAX_LOADED)
def load_shipped_knowledge(own: OwnEntries = NO_OWN_ENTRIES) -> Knowledge:
    """Load the shipped knowledge with own entries over it.

    Raises:
        DataError: lexicon, word lists or weights are not valid.
    """
    return load_compiled(
        "knowledge",
        digest_knowledge(own),
        Knowledge,
        lambda: _overlay_shipped(own) if own != NO_OWN_ENTRIES else _prepare_shipped(),
    )


def load_shipped_meanings(own: OwnEntries = NO_OWN_ENTRIES) -> dict[str, LexiconMeaning]:
    """Load the meanings of :func:`load_shipped_knowledge`, in a tenth of the time of all of it.

    Returns:
        As :func:`kgraph.base.lexicon.list_meanings`.

    Raises:
        DataError: lexicon, word lists or weights are not valid.
    """
    return load_compiled(
        "meanings",
        digest_knowledge(own),
        dict[str, LexiconMeaning],
        lambda: list_meanings(load_shipped_knowledge(own).lexicon),
    )


def _prepare_shipped() -> Knowledge:
    return prepare_knowledge(build_lexicon(_load_shipped_entries()), load_model())


def _overlay_shipped(own: OwnEntries) -> Knowledge:
    return overlay_knowledge(load_shipped_knowledge(), _load_shipped_entries(), own)


def _load_shipped_entries() -> list[LexiconEntry]:
    return load_compiled("entries", digest_knowledge(), list[LexiconEntry], read_lexicon_folder)


def load_own_entries(lexicon: Sequence[Path], identities: Sequence[Path]) -> OwnEntries:
    """Load a user's own entries, and check them against the shipped ones.

    Args:
        lexicon: files in the form of ``data/lexicon/*.yaml``.
        identities: files in the form of ``data/identity.yaml``.

    Raises:
        DataError: a file cannot be read, or a value is wrong; the message names file and line.
    """
    files = OwnFiles(lexicon, identities)

    own = files.entries

    def check() -> tuple[str, ...]:
        files.check(load_shipped_knowledge(own).lexicon)
        return tuple(describe_replaced_entries(load_shipped_knowledge().lexicon, own.lexicon))

    if own == NO_OWN_ENTRIES:
        return own
    # The checks need the shipped entries, which take longer to load than all else of a build where
    # nothing changed.
    digest = digest_knowledge(own)
    remarks = load_compiled("checked-entries", digest, tuple[str, ...], check)
    return msgspec.structs.replace(own, remarks=(*own.remarks, *remarks))


def digest_knowledge(own: OwnEntries = NO_OWN_ENTRIES) -> str:
    """Return a digest of all that the knowledge without a corpus is made from: 16 hex digits."""
    digest = hashlib.sha256(f"{LAYOUT_VERSION} {own.digest}".encode())
    sources = (
        *sorted(data_path("data", "lexicon").glob("*.yaml")),
        *sorted(data_path("data", "model").iterdir()),
        data_path("ontology", "types.yaml"),
        Path(text.__file__).with_name("lexicon.py"),
        Path(text.__file__).with_name("identity.py"),
        Path(text.__file__),
        *sorted(Path(__file__).parent.rglob("*.py")),
    )
    for path in sources:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def load_model(path: Path | None = None) -> ResolverModel:
    """Load trained weights, by default the shipped ones.

    Raises:
        DataError: the file does not hold weights of the trained types.
    """
    path = path or data_path("data", "model", "resolver.json")
    try:
        model = msgspec.json.decode(path.read_bytes(), type=ResolverModel)
    except (OSError, msgspec.DecodeError) as error:
        raise DataError(f"{path}: {error}: run benchmarks/train_resolver.py") from error
    if any(len(vector) != len(MENTION_CLASSES) for vector in model.classifier.values()):
        raise DataError(
            f"{path}: the weights are not of the {len(MENTION_CLASSES) - 1} trained types of "
            "ontology/types.yaml: give a new type decided_as, or run benchmarks/train_resolver.py"
        )
    return model


def choose_categories(counts: dict[str, int]) -> list[str]:
    """Return the commonest words of a name's categories; of equally common ones the first.

    Counts are rounded: of a frequent name, whose counts every new episode raises, the order of two
    words that are about as common would change again and again.
    """
    rounded = sorted(counts, key=lambda word: (-round_count(counts[word]), word))
    return rounded[:MAX_CATEGORY_WORDS]


def find_spelling(statistics: NameStatistics, key: str) -> str:
    """Return the commonest spelling of a name by its core key; "" if the corpus lacks it."""
    counts = statistics.names.get(key)
    return choose_spelling(counts.spellings) if counts else ""


def choose_spelling(spellings: dict[str, int]) -> str:
    """Return the commonest spelling; of equally common ones the one with capitals inside.

    A "!" or "?" belongs to a name only if all spellings have it.

    >>> choose_spelling({"Acmeco": 2, "AcmeCo": 2, "acmeco": 1})
    'AcmeCo'
    >>> choose_spelling({"Acme!": 2, "ACME!": 1}), choose_spelling({"Acme!": 2, "acme": 1})
    ('Acme!', 'Acme')
    """
    ends = {spelling[-1:] for spelling in spellings}
    if len(ends) > 1 and not ends.isdisjoint("!?"):
        counted = spellings.items()
        spellings = {}
        for spelling, count in counted:
            add_counts(spellings, {spelling.rstrip("!?"): count})

    def rank(item: tuple[str, int]) -> tuple[bool, int, int, str]:
        spelling, count = item
        return spelling.islower(), -count, -sum(map(str.isupper, spelling)), spelling

    return min(spellings.items(), key=rank)[0]
