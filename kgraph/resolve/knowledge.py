"""Knowledge used by every decision, in one value that workers load from one file.

Invariants:
    * same inputs, same bytes: tables are sorted before they are written;
    * statistics are kept only for names that several episodes have or a language model listed:
      those of other names add nothing to what their own rows say.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from kgraph.base.errors import DataError
from kgraph.base.lexicon import Lexicon
from kgraph.base.model import EntityType
from kgraph.base.processes import without_gc
from kgraph.base.text import name_key
from kgraph.base.vocabulary import data_path
from kgraph.resolve.judgements import JudgementTable
from kgraph.resolve.mentions import phonetics
from kgraph.resolve.mentions.classifier import MENTION_CLASSES, ResolverModel
from kgraph.resolve.name_counts import NameStatistics
from kgraph.resolve.word_lists import Vocabulary, load_vocabulary

MIN_NAME_EPISODES = 2
MAX_CATEGORY_WORDS = 4  #: of a name: the commonest, which show its type


class NameUsage(msgspec.Struct, frozen=True, array_like=True):
    """Usage of one name in the corpus."""

    spelling: str  #: the commonest well-formed one
    rows: int
    episodes: int
    llm_rows: int
    categories: tuple[str, ...]  #: the commonest words of its categories


class Knowledge(msgspec.Struct, frozen=True, array_like=True, eq=False):
    """Lexicon, corpus, judgements and trained weights."""

    lexicon: Lexicon = Lexicon()
    #: (key, entry number) of every name long enough to be recognised by its sound.
    phonetic_names: tuple[tuple[str, int], ...] = ()
    #: Lookup code -> positions in ``phonetic_names``.
    phonetic_index: dict[str, tuple[int, ...]] = {}
    #: First or last word of a longer name, lower-case -> (entry number, words of the name).
    entries_by_word: dict[str, tuple[tuple[int, tuple[str, ...]], ...]] = {}
    names: dict[str, NameUsage] = {}  #: by core key
    vocabulary: Vocabulary = Vocabulary()
    model: ResolverModel = ResolverModel()
    judgements: JudgementTable = JudgementTable()
    shows: dict[str, str] = {}  #: shows of the corpus that the lexicon lacks, by key


def prepare_knowledge(lexicon: Lexicon, model: ResolverModel) -> Knowledge:
    """Build the knowledge that needs no corpus."""
    phonetic_names = sorted({
        (key, number)
        for number, entry in enumerate(lexicon.entries)
        for name in (entry.short_name, *entry.aliases)
        if not name.isupper() and len(key := name_key(name)) > phonetics.MIN_CODE_SOUNDS
    })  # fmt: skip
    sounds = phonetics.index_by_sound((key, n) for n, (key, _) in enumerate(phonetic_names))
    base = load_vocabulary()
    names = (e.short_name.lower().split() for e in lexicon.entries if e.trained_type == "person")
    full_names = [words for words in names if len(words) > 1]
    first_names = {words[0] for words in full_names if len(words[0]) > 1}
    surnames = {words[-1] for words in full_names}
    return Knowledge(
        lexicon=lexicon,
        phonetic_names=tuple(phonetic_names),
        phonetic_index={code: tuple(positions) for code, positions in sounds.items()},
        entries_by_word=_index_name_words(lexicon),
        vocabulary=Vocabulary(
            base.words,
            base.first_names | (first_names - base.words),
            base.surnames | (surnames - base.words),
        ),
        model=model,
    )


def add_corpus(
    prepared: Knowledge,
    statistics: NameStatistics,
    judgements: JudgementTable,
    shows: dict[str, str] | None = None,
) -> Knowledge:
    """Add what a corpus and people say; ``shows`` are the corpus's own, by key."""
    lexicon = prepared.lexicon

    def type_of(key: str) -> EntityType | None:
        matches = lexicon.index.get(key)
        return lexicon.get_entry(matches[0]).type if matches else None

    def label_of(type_: EntityType, key: str) -> str:
        entries = map(lexicon.get_entry, lexicon.index.get(key, ()))
        labels = (e.name for e in entries if e.type == type_ and name_key(e.name) == key)
        counts = statistics.names.get(key)
        return next(labels, choose_spelling(counts.spellings) if counts else "")

    usages = {}
    for key, counts in sorted(statistics.names.items()):
        if counts.episodes >= MIN_NAME_EPISODES or counts.llm_rows:
            ranked = sorted(counts.categories.items(), key=lambda item: (-item[1], item[0]))
            usages[key] = NameUsage(
                choose_spelling(counts.spellings),
                counts.rows,
                counts.episodes,
                counts.llm_rows,
                tuple(word for word, _ in ranked[:MAX_CATEGORY_WORDS]),
            )
    return msgspec.structs.replace(
        prepared,
        names=usages,
        judgements=judgements.resolve_targets(type_of, label_of),
        shows=shows or {},
    )


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


def encode_knowledge(knowledge: Knowledge) -> bytes:
    """Encode knowledge as MessagePack."""
    return msgspec.msgpack.encode(knowledge, order="deterministic")


def decode_knowledge(data: bytes) -> Knowledge:
    """Decode what :func:`encode_knowledge` wrote."""
    with without_gc():  # saves a third of the time
        return msgspec.msgpack.decode(data, type=Knowledge)


def _index_name_words(lexicon: Lexicon) -> dict[str, tuple[tuple[int, tuple[str, ...]], ...]]:
    """Index persons by first and last word, other entries by their first."""
    index: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, entry in enumerate(lexicon.entries):
        words = tuple(entry.short_name.lower().removeprefix("the ").split())
        if len(words) > 1:
            ends = {words[0], words[-1]} if entry.trained_type == "person" else {words[0]}
            for word in sorted(ends):
                index.setdefault(word, []).append((number, words))
    return {word: tuple(entries) for word, entries in index.items()}


def choose_spelling(spellings: dict[str, int]) -> str:
    """Return the commonest spelling; of equally common ones the one with capitals inside.

    >>> choose_spelling({"Acmeco": 2, "AcmeCo": 2, "acmeco": 1})
    'AcmeCo'
    """

    def rank(item: tuple[str, int]) -> tuple[bool, int, int, str]:
        spelling, count = item
        return spelling.islower(), -count, -sum(map(str.isupper, spelling)), spelling

    return min(spellings.items(), key=rank)[0]
