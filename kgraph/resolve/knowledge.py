"""All that decisions rest on, in one value that workers load from one file.

Takes the lexicon, the corpus's statistics, the judgements and the trained weights;
gives :class:`Knowledge`, and its bytes. Nothing here is read from episodes.

Invariants:
    * same inputs, same bytes: tables are sorted before they are written;
    * of the statistics only names that stand in several episodes, or that a language
      model named, are kept: the rest say nothing that their own rows do not.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from kgraph.base import text as names
from kgraph.base.errors import DataError
from kgraph.base.lexicon import Lexicon
from kgraph.base.model import EntityType
from kgraph.base.processes import without_gc
from kgraph.base.vocabulary import data_path
from kgraph.resolve.judgements import JudgementTable
from kgraph.resolve.mentions import phonetics
from kgraph.resolve.mentions.classifier import MENTION_CLASSES, Classifier, Ranker
from kgraph.resolve.name_counts import NameCounts, NameStatistics
from kgraph.resolve.word_lists import Vocabulary
from kgraph.resolve.word_lists import load_vocabulary as load_vocabulary

MIN_NAME_EPISODES = 2
"""Episodes that a name must stand in to be kept."""

MAX_CATEGORY_WORDS = 4
"""Category words kept of a name: the commonest, which tell its type."""


class NameUsage(msgspec.Struct, frozen=True, array_like=True):
    """What the corpus says of one name.

    Attributes:
        spelling: its commonest well-formed spelling.
        rows, episodes, llm: how many rows and episodes have it, how many rows are the
            language model's.
        categories: the commonest words of its categories.
    """

    spelling: str
    rows: int
    episodes: int
    llm_rows: int
    categories: tuple[str, ...]


class Knowledge(msgspec.Struct, frozen=True, array_like=True, eq=False):
    """What decisions rest on.

    Attributes:
        lexicon: the known things.
        spoken: (key, entry number) of every name long enough to be found by its sound.
        sounds: sound code, or one less a sound -> places in ``spoken``.
        parts: first or last word of a longer name, lower-case -> (entry number, the name's
            words) of each.
        names: usage in the corpus by core key.
        vocabulary: ordinary words and people's names.
        classifier, ranker: the trained weights.
        rulings: what people decided.
        shows: the corpus's shows that the lexicon does not know, by key.
    """

    lexicon: Lexicon = Lexicon()
    phonetic_names: tuple[tuple[str, int], ...] = ()
    phonetic_index: dict[str, tuple[int, ...]] = {}
    entries_by_word: dict[str, tuple[tuple[int, tuple[str, ...]], ...]] = {}
    names: dict[str, NameUsage] = {}
    vocabulary: Vocabulary = Vocabulary()
    classifier: Classifier = Classifier()
    ranker: Ranker = Ranker()
    judgements: JudgementTable = JudgementTable()
    shows: dict[str, str] = {}


class ResolverModel(msgspec.Struct, frozen=True):
    """The trained part: ``data/model/resolver.json``."""

    classifier: dict[str, tuple[float, ...]] = {}
    candidate: dict[str, float] = {}
    decision: dict[str, float] = {}


def build_knowledge(
    lexicon: Lexicon,
    statistics: NameStatistics,
    rulings: JudgementTable,
    model: ResolverModel | None = None,
) -> Knowledge:
    """The knowledge of these parts; the model is the one that travels with kgraph where
    none is given."""
    return add_corpus(prepare_knowledge(lexicon, model or load_model()), statistics, rulings)


def prepare_knowledge(lexicon: Lexicon, model: ResolverModel) -> Knowledge:
    """What can be known before a corpus is."""
    spoken = tuple(_list_phonetic_names(lexicon))
    return Knowledge(
        lexicon=lexicon,
        phonetic_names=spoken,
        phonetic_index=_index_sounds(spoken),
        entries_by_word=_index_name_words(lexicon),
        vocabulary=_build_vocabulary(lexicon),
        classifier=Classifier(model.classifier),
        ranker=Ranker(model.candidate, model.decision),
    )


def add_corpus(
    prepared: Knowledge,
    statistics: NameStatistics,
    rulings: JudgementTable,
    shows: dict[str, str] | None = None,
) -> Knowledge:
    """The knowledge with what a corpus and people say.

    Args:
        prepared: what is known without them.
        statistics: what the corpus says of names.
        rulings: what people decided.
        shows: the corpus's own shows, by key.
    """
    lexicon = prepared.lexicon

    def type_of(key: str) -> EntityType | None:
        """Of the first entry that goes by the key."""
        hits = lexicon.index.get(key)
        return lexicon.get_entry(hits[0]).type if hits else None

    def label_of(type_: EntityType, key: str) -> str:
        """The name of its entry, else the usual spelling; "" where no row has the name."""
        entries = map(lexicon.get_entry, lexicon.index.get(key, ()))
        named = (e.name for e in entries if e.type == type_ and names.name_key(e.name) == key)
        known = statistics.names.get(key)
        return next(named, choose_spelling(known.spellings) if known else "")

    informed = rulings.resolve_targets(type_of, label_of)
    return msgspec.structs.replace(
        prepared, names=_summarise_names(statistics), judgements=informed, shows=shows or {}
    )


def load_model(path: Path | None = None) -> ResolverModel:
    """The trained weights of a file (default: the one that travels with kgraph).

    Raises:
        DataError: it does not hold weights.
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


def encode_knowledge(knowledge: Knowledge) -> bytes:
    """The knowledge as MessagePack."""
    return msgspec.msgpack.encode(knowledge, order="deterministic")


def decode_knowledge(data: bytes) -> Knowledge:
    """The knowledge that :func:`encode_knowledge` wrote."""
    with without_gc():  # a third of the time
        return msgspec.msgpack.decode(data, type=Knowledge)


def _list_phonetic_names(lexicon: Lexicon) -> list[tuple[str, int]]:
    found = {
        (names.name_key(text), number)
        for number, entry in enumerate(lexicon.entries)
        for text in (entry.short_name, *entry.aliases)
        if not text.isupper()
    }
    return sorted(pair for pair in found if len(pair[0]) > phonetics.MIN_CODE_SOUNDS)


def _index_sounds(spoken: tuple[tuple[str, int], ...]) -> dict[str, tuple[int, ...]]:
    table: dict[str, list[int]] = {}
    for place, (key, _) in enumerate(spoken):
        for sounds in phonetics.lookup_codes(key):
            table.setdefault(sounds, []).append(place)
    return {sounds: tuple(places) for sounds, places in table.items()}


def _index_name_words(lexicon: Lexicon) -> dict[str, tuple[tuple[int, tuple[str, ...]], ...]]:
    """Persons by first and last word, other things by their first."""
    table: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, entry in enumerate(lexicon.entries):
        words = entry.short_name.lower().removeprefix("the ").split()
        if len(words) > 1:
            ends = {words[0], words[-1]} if entry.trained_type == "person" else {words[0]}
            for word in sorted(ends):
                table.setdefault(word, []).append((number, tuple(words)))
    return {word: tuple(entries) for word, entries in table.items()}


def _summarise_names(statistics: NameStatistics) -> dict[str, NameUsage]:
    return {
        key: _summarise_name(name)
        for key, name in sorted(statistics.names.items())
        if name.episodes >= MIN_NAME_EPISODES or name.llm_rows
    }


def _summarise_name(name: NameCounts) -> NameUsage:
    ranked = sorted(name.categories.items(), key=lambda item: (-item[1], item[0]))
    words = tuple(word for word, _ in ranked[:MAX_CATEGORY_WORDS])
    return NameUsage(
        choose_spelling(name.spellings), name.rows, name.episodes, name.llm_rows, words
    )


def choose_spelling(spellings: dict[str, int]) -> str:
    """The commonest spelling; of equally common ones the one with capitals inside.

    >>> choose_spelling({"Acmeco": 2, "AcmeCo": 2, "acmeco": 1})
    'AcmeCo'
    """

    def rank(item: tuple[str, int]) -> tuple[bool, int, int, str]:
        text, count = item
        return text.islower(), -count, -sum(map(str.isupper, text)), text

    return min(spellings.items(), key=rank)[0]


def _build_vocabulary(lexicon: Lexicon) -> Vocabulary:
    base = load_vocabulary()
    people = [
        entry.short_name.lower().split()
        for entry in lexicon.entries
        if entry.trained_type == "person"
    ]
    first = {parts[0] for parts in people if len(parts) > 1 and len(parts[0]) > 1}
    last = {parts[-1] for parts in people if len(parts) > 1}
    return Vocabulary(
        base.words, base.first_names | (first - base.words), base.surnames | (last - base.words)
    )
