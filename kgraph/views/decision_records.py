"""How decisions of each kind are read from a store.

All decisions of a kind are read, to filter and count them, and few are returned. So all are
decoded with the fields that filters read, in a fifth of the time of whole episodes.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from kgraph.base.model import REJECTED, Reason
from kgraph.base.text import pluralize
from kgraph.graph import EpisodeGraph
from kgraph.graph.records import ShowEdge
from kgraph.rdf.episode import row_id
from kgraph.resolve.judgement import FINAL_RULES
from kgraph.resolve.name_counts import find_judged_name
from kgraph.resolve.quotes.advert_rules import ADVERT_THRESHOLD
from kgraph.store import Store
from kgraph.views.undecided_shows import UndecidedShow, explain_undecided_show


class DecisionRow(msgspec.Struct, frozen=True):
    """One decision."""

    name: str  #: what was decided on: a name as written, a file, a quote's text, a topic string
    label: str  #: what it was taken for; "" for nothing
    id: str  #: relative IRI of what it was taken for; "" for nothing
    type: str  #: type of what it was taken for; "noise" if it was rejected
    rule: str
    confidence: float  #: probability that the decision is right
    reasons: tuple[Reason, ...] = ()
    place: str = ""  #: its location, in words
    place_id: str = ""  #: relative IRI of the location
    context: str = ""  #: the words around the name; of a theme, the broader theme
    #: The command that confirms it, and the one that corrects it; of a show, those that decide it.
    commands: tuple[str, ...] = ()


class DecisionPlace(NamedTuple):
    """Where the record of a decision is.

    Attributes:
        key: slug of the episode, or id of the theme.
        number: of the mention, quote or file in the episode, or of the spelling of the theme.
        row: number of the row in the mention.
    """

    key: str
    number: int
    row: int = 0


class DecisionCandidate(NamedTuple):
    """A decision that may match a filter: what the filter reads, and where the rest is."""

    type: str
    rule: str
    confidence: float
    texts: tuple[str, ...]  #: what the filter's text is searched in
    place: DecisionPlace


class DecisionKind(NamedTuple):
    """How decisions of a kind are read.

    Attributes:
        iterate: yields all, with few of their fields.
        describe: returns those at some places in full.
    """

    iterate: Callable[[Store], Iterator[DecisionCandidate]]
    describe: Callable[[Store, Sequence[DecisionPlace]], Iterator[DecisionRow]]


def suggest_judge_commands(surface: str, label: str, type_: str, rule: str) -> tuple[str, ...]:
    """Return the command that confirms the decision on a name, and the one that corrects it.

    There are none if one of :data:`kgraph.resolve.judgement.FINAL_RULES` decided.

    >>> suggest_judge_commands("So Acme", "Acme", "company", "known")
    ('kgraph judge accept Acme', 'kgraph judge reject Acme')
    """
    if rule in FINAL_RULES:
        return ()
    name = find_judged_name(surface, label if type_ != REJECTED else "")
    quoted = f"-- {shlex.quote(name)}" if name.startswith("-") else shlex.quote(name)
    if type_ == REJECTED:
        return (f"kgraph judge reject {quoted}", f"kgraph judge accept --type company {quoted}")
    return (f"kgraph judge accept {quoted}", f"kgraph judge reject {quoted}")


# -- fields that filters read, in the order of those of an EpisodeGraph -----------------


class _FileValues(msgspec.Struct):
    title: object = ""


class _FileHead(msgspec.Struct, array_like=True):
    file: str
    sha256: str
    values: _FileValues

    @property
    def title(self) -> str:
        title = self.values.title
        return title if title and isinstance(title, str) else self.file


def _choose_title(files: Sequence[_FileHead]) -> str:
    return next((file.title for file in files if file.values.title), files[0].title)


class _RowOutcome(msgspec.Struct, array_like=True):
    file: int
    index: int
    surface: str
    confidence: float
    rule: str


class _MentionOutcome(msgspec.Struct, array_like=True):
    type: str
    key: str
    label: str
    confidence: float
    rule: str
    rows: tuple[_RowOutcome, ...]


class _MentionOutcomes(msgspec.Struct, array_like=True):
    slug: str
    files: tuple[_FileHead, ...]
    show: msgspec.Raw
    mentions: tuple[_MentionOutcome, ...]


class _ReasonHead(msgspec.Struct, array_like=True):
    part: str


class _QuoteOutcome(msgspec.Struct, array_like=True):
    key: str
    text: str
    advert: float
    reasons: tuple[_ReasonHead, ...]


class _QuoteOutcomes(msgspec.Struct, array_like=True):
    slug: str
    files: tuple[_FileHead, ...]
    show: msgspec.Raw
    mentions: msgspec.Raw
    quotes: tuple[_QuoteOutcome, ...]


class _ShowOutcome(msgspec.Struct, array_like=True):
    slug: str
    files: tuple[_FileHead, ...]
    show: ShowEdge | None


# -- kinds ----------------------------------------------------------------------------------


def _read_episodes(store: Store, places: Iterable[DecisionPlace]) -> dict[str, EpisodeGraph]:
    slugs = dict.fromkeys(place.key for place in places)
    return {episode.slug: episode for episode in store.read_episodes(slugs)}


def _iterate_mentions(store: Store) -> Iterator[DecisionCandidate]:
    for episode in store.read_fields(_MentionOutcomes):
        title = _choose_title(episode.files)
        locations = [f"{title}\n{file.file}\nepisode/{episode.slug}" for file in episode.files]
        for number, mention in enumerate(episode.mentions):
            for row_number, row in enumerate(mention.rows):
                yield DecisionCandidate(
                    mention.type,
                    row.rule,
                    row.confidence,
                    (row.surface, mention.label, locations[row.file]),
                    DecisionPlace(episode.slug, number, row_number),
                )


def _describe_mentions(store: Store, places: Sequence[DecisionPlace]) -> Iterator[DecisionRow]:
    episodes = _read_episodes(store, places)
    for place in places:
        episode = episodes[place.key]
        mention = episode.mentions[place.number]
        row = mention.rows[place.row]
        yield DecisionRow(
            row.surface,
            mention.label if mention.is_accepted else "",
            mention.target if mention.is_accepted else "",
            mention.type,
            row.rule,
            row.confidence,
            row.reasons,
            place=f"{episode.main_file.title}, row {row.index}",
            place_id=row_id(episode, row.file, "companies", row.index),
            context=episode.find_row("companies", row.file, row.index).text("context"),
            commands=suggest_judge_commands(row.surface, mention.label, mention.type, row.rule),
        )


def _iterate_shows(store: Store) -> Iterator[DecisionCandidate]:
    for episode in store.read_fields(_ShowOutcome):
        show = episode.show
        for number, file in enumerate(episode.files):
            yield DecisionCandidate(
                _show_type(show),
                _show_rule(show),
                show.confidence if show else 0.0,
                (file.file, show.label if show else "", file.title),
                DecisionPlace(episode.slug, number),
            )


def _show_type(show: ShowEdge | None) -> str:
    return "show" if show else "undecided"


def _show_rule(show: ShowEdge | None) -> str:
    return max(show.reasons, key=lambda r: r.weight).part if show and show.reasons else ""


def _describe_shows(store: Store, places: Sequence[DecisionPlace]) -> Iterator[DecisionRow]:
    episodes = _read_episodes(store, places)
    for place in places:
        episode = episodes[place.key]
        show = episode.show
        undecided = UndecidedShow("") if show else explain_undecided_show(store, episode)
        yield DecisionRow(
            episode.files[place.number].file,
            show.label if show else "",
            show.target if show else "",
            _show_type(show),
            _show_rule(show),
            show.confidence if show else 0.0,
            (show or undecided).reasons,
            episode.main_file.title,
            episode.id,
            context=undecided.words,
            commands=undecided.commands or suggest_show_commands(show),
        )


def suggest_show_commands(show: ShowEdge | None) -> tuple[str, ...]:
    """Return the commands that confirm and that reject an episode's show; none if it is unknown.

    >>> suggest_show_commands(ShowEdge("acme", "Acme", 0.9))
    ('kgraph judge accept show/acme', 'kgraph judge reject show/acme')
    """
    if show is None:
        return ()
    id_ = shlex.quote(show.target)
    return (f"kgraph judge accept {id_}", f"kgraph judge reject {id_}")


def _iterate_quotes(store: Store) -> Iterator[DecisionCandidate]:
    for episode in store.read_fields(_QuoteOutcomes):
        title = _choose_title(episode.files)
        for number, quote in enumerate(episode.quotes):
            yield DecisionCandidate(
                "advert" if quote.advert >= ADVERT_THRESHOLD else "quote",
                quote.reasons[0].part if quote.reasons else "",
                max(quote.advert, 1 - quote.advert),
                (quote.text, title),
                DecisionPlace(episode.slug, number),
            )


def _describe_quotes(store: Store, places: Sequence[DecisionPlace]) -> Iterator[DecisionRow]:
    episodes = _read_episodes(store, places)
    for place in places:
        episode = episodes[place.key]
        quote = episode.quotes[place.number]
        yield DecisionRow(
            quote.text,
            "advert" if quote.is_advert else "no advert",
            quote.id,
            "advert" if quote.is_advert else "quote",
            quote.reasons[0].part if quote.reasons else "",
            max(quote.advert, 1 - quote.advert),
            quote.reasons,
            episode.main_file.title,
            episode.id,
        )


def _iterate_themes(store: Store) -> Iterator[DecisionCandidate]:
    themes = store.shared.themes
    for id_, term in themes.items():
        broader = themes[term.broader].label if term.broader in themes else ""
        for number, spelling in enumerate(term.spellings):
            texts = (spelling, term.label, broader)
            yield DecisionCandidate("theme", "", 1.0, texts, DecisionPlace(id_, number))


def _describe_themes(store: Store, places: Sequence[DecisionPlace]) -> Iterator[DecisionRow]:
    themes = store.shared.themes
    for place in places:
        term = themes[place.key]
        spelling, count = list(term.spellings.items())[place.number]
        yield DecisionRow(
            spelling,
            term.label,
            place.key,
            "theme",
            "",
            1.0,
            place=pluralize(count, "row"),
            context=themes[term.broader].label if term.broader in themes else "",
        )


#: Name in ``kgraph audit`` -> how its decisions are read. (``kgraph audit rows`` prints none.)
DECISION_KINDS = {
    "mentions": DecisionKind(_iterate_mentions, _describe_mentions),
    "shows": DecisionKind(_iterate_shows, _describe_shows),
    "quotes": DecisionKind(_iterate_quotes, _describe_quotes),
    "themes": DecisionKind(_iterate_themes, _describe_themes),
}
