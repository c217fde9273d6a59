"""Rows that the resolver is trained and measured on.

Takes a folder of episodes and a file of labels, gives labelled rows, distantly labelled
rows and rehearsed choices, each with the features that the resolver sees.

``labels.tsv`` beside this file holds further labels, of rows that an earlier model was unsure
of (uncertainty sampling, Lewis and Gale 1994), most names once. A language model read and labelled
each in its place, after the conventions of those labelled by hand; on 620 rows whose labels by hand
it did not see it agreed in 98 % of the types and 95 % of the names. They teach, and measure
nothing: they are harder than rows are. An episode stands there as :func:`fingerprint` of its
file's name.

The lexicon was written by people who had read these episodes, so it knows their names better than
those of other episodes. :func:`thin_lexicon` takes from it what only the episodes of one fold
attest; each row is seen with the lexicon that was thinned for its own fold.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from kgraph.base import lexicon
from kgraph.base import text as names
from kgraph.base.lexicon import LexiconEntry
from kgraph.base.markup import strip_markup
from kgraph.base.model import EpisodeFile, ParsedMention
from kgraph.base.vocabulary import data_path
from kgraph.ingest import find_files, read_file
from kgraph.resolve import name_counts
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.knowledge import (
    Knowledge,
    add_tables,
    find_spelling,
    prepare_knowledge,
    tabulate_names,
)
from kgraph.resolve.mentions import (
    candidates_by_name,
    candidates_in_context,
    context,
    decide,
    features,
    name_profile,
    ranking,
    variants,
)
from kgraph.resolve.mentions.classifier import MENTION_CLASSES, ResolverModel
from kgraph.resolve.mentions.context import TextWindow
from kgraph.resolve.mentions.name_profile import NameMatch
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow, SurfaceForm
from kgraph.resolve.name_counts import NameStatistics

DISTANT_WEIGHT = 0.12
"""Weight of a distantly labelled row against a labelled one: of 0.015 to 0.25 about the best, by
the chance that five folds give to the right type, of names that the lexicon knows and of others."""

RULE_WEIGHT = 1.0
"""Weight of a row that a rule rejects: of 0.1 to 2 as good as the best."""

OWN_LABELS = Path(__file__).with_name("labels.tsv")
"""Further labels: episode, index, type, also, canonical, sure."""

OWN_WEIGHT = 0.3
"""Weight of a row of :data:`OWN_LABELS`, which is no usual row: of 0.25 to 1 about the best."""

UNSURE_WEIGHT = 0.4
"""Weight of a row that the labeller was not sure of."""

DISTANT_EACH = 3
"""Distantly labelled rows of one name: more teach the name, not the kind."""

NAMED_WEIGHT = 0.01
"""Weight of an entry's name, shown without its entry: of 0.005 to 0.06 as good as the best."""

REHEARSED = 1_500
"""Heard spellings of the lexicon that the ranker rehearses."""

UNHEARD = 3
"""Unknown names rehearsed for each; not tuned."""

REHEARSAL_WEIGHT = 0.1
"""Weight of a rehearsed choice against a labelled row."""

SURE_TYPE = 0.8
"""Chance of the right type in a rehearsed choice: a plausible one, not tuned."""

FOLDS = 5
"""Folds of episodes, for cross-validation and for thinning the lexicon."""

WHOLE_LEXICON = (1.0, 1.0)
"""Shares of names and of mishearings that are kept of those that one fold alone attests."""

UNREAD_LEXICON = (0.5, 0.11)
"""The shares that make the lexicon meet a fold as it meets episodes which nobody had read. Of the
mishearings it then knows 1.3 times as many; of the entries that only sound like a name 55 % are
what is meant (48 % there, and 71 % with the whole lexicon)."""

NAMES_OUT = (0.0, 0.0)
"""No name and no mishearing that the fold alone attests: a lower bound."""

EMPTY = context.build_context(EpisodeFile("", "", {}, {}, {}))
"""An episode that says nothing."""

SAFE_STEPS = {"lead", "title", "bracket", "possessive"}
"""Steps of cleaning after which a distant label still holds."""


Labels = dict[tuple[str, int], dict[str, Any]]
"""File name and index of a row -> what it is: type, also, canonical, sure."""


class Example(msgspec.Struct):
    """A labelled row: where it stands, its label, and what the resolver sees of it."""

    file: str
    index: int
    label: dict[str, Any]
    row: MentionRow
    candidates: list[EntityCandidate]
    feature_names: list[str]

    @property
    def measures(self) -> bool:
        """Is it a row as rows are, and its label sure?"""
        return bool(self.label["sure"]) and not self.label.get("own")

    @property
    def place(self) -> tuple[str, int]:
        return self.file, self.index

    @property
    def types(self) -> list[str]:
        return [self.label["type"], *self.label["also"]]

    @property
    def names(self) -> set[str]:
        """The usual name and others that a careful reader accepts, as :func:`plain`."""
        return {plain(name) for name in (self.label["canonical"], *self.label.get("accept", ()))}

    @property
    def weight(self) -> float:
        own = OWN_WEIGHT if self.label.get("own") else 1.0
        return own * (1.0 if self.label["sure"] else UNSURE_WEIGHT)


class Choice(msgspec.Struct):
    """Candidates of one row: the features of each, and whether it is right."""

    options: list[tuple[list[str], bool]]
    weight: float

    @property
    def is_telling(self) -> bool:
        """Is there a right one, and a wrong one?"""
        return any(fits for _, fits in self.options) and not all(fits for _, fits in self.options)


class Distant(msgspec.Struct):
    """A row, or a name alone, that a rule labels, or the lexicon: then as it would look if
    the lexicon did not know it. ``file`` says which fold it is left out of."""

    file: str
    feature_names: list[str]
    type: str
    weight: float


def corpus(folder: Path) -> list[EpisodeFile]:
    """The episodes of a folder."""
    episodes = (read_file(source).episode for source in find_files([folder]).files)
    return [episode for episode in episodes if episode is not None]


def knowledge_of(episodes: Iterable[EpisodeFile]) -> Knowledge:
    """Knowledge of the lexicon and these episodes, without weights."""
    return _join_knowledge(lexicon.load_lexicon(), _statistics(episodes))


def _statistics(episodes: Iterable[EpisodeFile]) -> NameStatistics:
    return name_counts.merge_statistics(map(name_counts.count_names, episodes))


def _join_knowledge(entries: lexicon.Lexicon, statistics: NameStatistics) -> Knowledge:
    prepared = prepare_knowledge(entries, ResolverModel())
    names, spell = tabulate_names(statistics), partial(find_spelling, statistics)
    return add_tables(prepared, names, JudgementTable(), spell, {})


def knowledge_by_fold(
    episodes: Sequence[EpisodeFile], kept: tuple[float, float] = UNREAD_LEXICON
) -> list[Knowledge]:
    """Knowledge for each fold, of a lexicon that is thinned for it; ``kept`` are the shares."""
    folds, statistics = attesting_folds(episodes), _statistics(episodes)
    files = sorted(data_path("data", "lexicon").glob("*.yaml"))
    written = [entry for file in files for entry in lexicon.read_lexicon_file(file)]
    thinned = (thin_lexicon(written, folds, number, *kept) for number in range(FOLDS))
    return [_join_knowledge(entries, statistics) for entries in thinned]


def attesting_folds(episodes: Iterable[EpisodeFile]) -> dict[str, set[int]]:
    """Key of a name -> the folds whose episodes have it in a row."""
    folds: dict[str, set[int]] = defaultdict(set)
    for episode in episodes:
        number = fold(_file(episode), FOLDS)
        for row in episode.rows.get("companies", ()):
            for variant in variants.generate_variants(strip_markup(row.text("name"))):
                folds[names.name_key(variant.text)].add(number)
    return folds


def thin_lexicon(
    written: Sequence[LexiconEntry],
    folds: dict[str, set[int]],
    number: int,
    kept_names: float,
    kept_mishearings: float,
) -> lexicon.Lexicon:
    """Build a lexicon without names and mishearings that the episodes of one fold alone attest.

    Which of them are kept depends on the names, not on chance; ``written`` are the entries as
    their files have them.
    """

    def is_kept(text: str, share: float) -> bool:
        return (
            folds.get(names.name_key(text)) != {number} or fingerprint(text) % 1000 < 1000 * share
        )

    entries = []
    for entry in written:
        aliases = tuple(name for name in entry.aliases if is_kept(name, kept_names))
        misheard = tuple(text for text in entry.misheard if is_kept(text, kept_mishearings))
        is_attested_elsewhere = any(
            folds.get(names.name_key(name), {number}) != {number} for name in aliases
        )
        if is_kept(entry.short_name, kept_names) or is_attested_elsewhere:
            entries.append(msgspec.structs.replace(entry, aliases=aliases, misheard=misheard))
    return lexicon.build_lexicon(entries)


def labels_of(path: Path) -> Labels:
    """Labels by file name and index."""
    items = map(json.loads, path.read_text("utf-8").splitlines())
    return {(item["file"], item["index"]): item for item in items}


def all_labels(path: Path, episodes: Iterable[EpisodeFile]) -> Labels:
    """The labels of a file, and those of :data:`OWN_LABELS` that are of these episodes."""
    return _own_labels(episodes) | labels_of(path)


def _own_labels(episodes: Iterable[EpisodeFile]) -> Labels:
    files = {f"{fingerprint(name):064x}"[:16]: name for name in map(_file, episodes)}
    with OWN_LABELS.open(encoding="utf-8", newline="") as text:
        items = csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
        labelled = [(files[item["episode"]], item) for item in items if item["episode"] in files]
    return {(file, int(item["index"])): _own_label(item) for file, item in labelled}


def _own_label(item: dict[str, str]) -> dict[str, Any]:
    also = item["also"].split(",") if item["also"] else []
    return {**item, "also": also, "sure": item["sure"] == "1", "own": True}


def _file(episode: EpisodeFile) -> str:
    return Path(episode.file).name


def rows_of(
    episodes: Sequence[EpisodeFile], labels: Labels, knowledges: Sequence[Knowledge]
) -> tuple[list[Example], list[Distant]]:
    """The labelled rows; and the rows, and names alone, that the lexicon labels.

    Each is seen with the knowledge for the fold of its episode.
    """
    examples, distant = [], []
    counts: Counter[str] = Counter()
    for episode in sorted(episodes, key=lambda e: (fold(_file(e), FOLDS), fingerprint(e.file))):
        around = context.build_context(episode)
        file = _file(episode)
        knowledge = knowledges[fold(file, FOLDS)]
        for source, mention in zip(episode.rows.get("companies", ()), around.mentions, strict=True):
            row = decide.build_row(mention, around, knowledge)
            candidates = candidates_in_context.find_row_candidates(row)
            if label := labels.get((file, source.index)):
                feature_names = [*row.profile.features, *features.row_features(row, candidates)]
                examples.append(Example(file, source.index, label, row, candidates, feature_names))
            elif (pair := _distant(file, row, candidates)) and counts[pair[0]] < DISTANT_EACH:
                counts[pair[0]] += 1
                distant.append(pair[1])
    return examples, [*distant, *named(knowledges[0])]


def _distant(
    file: str, row: MentionRow, candidates: list[EntityCandidate]
) -> tuple[str, Distant] | None:
    """Label a row whose meaning is beyond doubt; None for other rows."""
    feature_names = [*row.profile.features, *features.row_features(row, candidates)]
    if any(name.startswith("rule:") for name in feature_names):
        return f"noise {row.mention.surface}", Distant(file, feature_names, "noise", RULE_WEIGHT)
    matches = row.profile.matches
    types = {one.entry.type for one in matches}
    if len(types) != 1 or any(_is_doubtful(one) for one in matches):
        return None
    return matches[0].entry.name, Distant(file, _unknowing(row), types.pop(), DISTANT_WEIGHT)


def _is_doubtful(match: NameMatch) -> bool:
    by_chance = match.entry.is_common_word or match.name_kind in {"heard", "ticker"}
    return by_chance or not SAFE_STEPS.issuperset(match.steps)


def _unknowing(row: MentionRow) -> list[str]:
    own = [name for name in features.own_features(row) if not name.startswith(("cue:", "unless:"))]
    return [*_without_lexicon(row.profile), *own]


def _without_lexicon(profile: name_profile.NameProfile) -> list[str]:
    """Return the features of a name as if the lexicon did not know it."""
    of_lexicon = ("lexicon:", "kind:", "sound:")
    return [*(n for n in profile.features if not n.startswith(of_lexicon)), "lexicon:none"]


def named(knowledge: Knowledge) -> list[Distant]:
    """The lexicon's own names, as they would look if no entry went by them: what the words
    and endings of a name say of its type."""
    rows = []
    for entry in knowledge.lexicon.entries:
        profile = name_profile.build_profile(entry.short_name, knowledge, ignore_lexicon=True)
        feature_names = [
            name for name in _without_lexicon(profile) if not name.startswith("corpus:")
        ]
        rows.append(Distant(entry.name, feature_names, entry.type, NAMED_WEIGHT))
    return rows


def fingerprint(text: str) -> int:
    """A number that looks random and is always the same."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def fold(text: str, folds: int) -> int:
    """The fold that a file belongs to."""
    return fingerprint(text) % folds


def plain(text: str) -> str:
    """Letters and digits only: how labels are compared."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def rehearsed(knowledge: Knowledge) -> list[Choice]:
    """Choices that the lexicon itself teaches: what an entry is heard as is the entry, and
    the name of an entry that is taken out of the lexicon is none of those it sounds like."""
    choices: list[Choice] = []
    entries = sorted(knowledge.lexicon.entries, key=lambda entry: fingerprint(entry.name))
    mishearings = [(text, entry) for entry in entries for text in entry.misheard[:2]][:REHEARSED]
    for text, entry in mishearings:
        choices += _rehearsal(text.title() if text.islower() else text, entry, entry, knowledge)
    for entry in entries[: REHEARSED * UNHEARD]:
        choices += _rehearsal(entry.short_name, entry, None, knowledge)
    return choices


def _rehearsal(
    text: str, own: LexiconEntry, right: LexiconEntry | None, knowledge: Knowledge
) -> Iterator[Choice]:
    profile = name_profile.build_profile(text, knowledge, ignore_lexicon=True)
    if right is None:
        other_matches = tuple(one for one in profile.sound_matches if one.entry is not own)
        profile = msgspec.structs.replace(profile, sound_matches=other_matches, part_matches=())
    if not profile.sound_matches:
        return
    chances = [(1 - SURE_TYPE) / (len(MENTION_CLASSES) - 1)] * len(MENTION_CLASSES)
    chances[MENTION_CLASSES.index(own.type)] = SURE_TYPE
    form = SurfaceForm(
        profile,
        candidates_by_name.find_surface_candidates(profile, knowledge),
        (0.0,) * len(MENTION_CLASSES),
    )
    row = MentionRow(ParsedMention(text), form, TextWindow(), EMPTY, knowledge)
    candidates = candidates_in_context.find_row_candidates(row)
    label = right.name if right else profile.core
    yield Choice(_options(row, candidates, chances, plain(label), set()), REHEARSAL_WEIGHT)


def choices_of(example: Example, chances: Sequence[float]) -> list[tuple[list[str], bool]]:
    """The features of a row's candidates, and which are right."""
    usual = plain(example.label["canonical"])
    return _options(example.row, example.candidates, chances, usual, example.names)


def _options(
    row: MentionRow,
    candidates: Sequence[EntityCandidate],
    chances: Sequence[float],
    usual: str,
    accepted: set[str],
) -> list[tuple[list[str], bool]]:
    among = ranking.join_sources(candidates)
    # The usual name is right where it is among them; "Gemini" for the exchange is accepted else.
    labels = {plain(candidate.label) for candidate in candidates}
    right = {usual} if usual in labels else accepted
    by_label: dict[str, tuple[list[str], bool]] = {}
    for candidate in candidates:
        fits = plain(candidate.label) in right
        says = by_label.setdefault(names.name_key(candidate.label), ([], fits))[0]
        says += (*candidate.features, *ranking.fit_features(row, candidate, chances, among))
    return list(by_label.values())
