"""Write data/identity.yaml: the ids that the lexicon's entries have elsewhere.

    python benchmarks/identify.py FOLDER [OUT.yaml]

FOLDER holds the packages of ``identity_packages.PACKAGES``; ``benchmarks/README.md`` says how to
fetch them. A record of a package is linked to the one entry of its type that has its name. A second
witness is needed where the name is an ordinary word, short, or the entry's only up to words such as
"Group": a ticker or website that the lexicon or another package has, too. Where two ids of a kind
remain for an entry, or two entries for an id, none is linked.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from identity_format import EntryId, Links, format_identity
from identity_packages import read_packages
from identity_records import SourceRecord

from kgraph.base.external_id import ID_KINDS, IdKind, is_well_formed
from kgraph.base.lexicon import LexiconEntry, load_lexicon
from kgraph.base.text import name_key

#: Words at the end of a name that only say what form a company has.
_LEGAL_FORMS = frozenset(
    "inc incorporated corp corporation co company ltd limited plc llc lp ag se nv sa spa ab asa "
    "oyj kgaa gmbh sarl bv pbc the & and".split()
)
#: Words that companies add to their name, and people leave out.
_GROUP_WORDS = frozenset("group holding holdings international technologies platforms".split())

#: Of several cities of one name, the largest is meant if it has so many times the people of the
#: next. Of the lexicon's cities read, the first that is another stands at 9 (East Hampton).
CITY_DOMINANCE = 10

#: Kinds of id of which a thing has one.
_SINGLE: frozenset[IdKind] = frozenset(ID_KINDS) - {"isin", "ticker"}


def strip_legal_form(name: str) -> str:
    """Return a name's key without its legal form.

    >>> strip_legal_form("The Acme Holdings, Inc.")
    'acmeholdings'
    """
    return name_key(" ".join(_drop_last(_split_name(name), _LEGAL_FORMS)))


def strip_group_words(name: str) -> str:
    """Return a name's key without legal form and words such as "Group".

    >>> strip_group_words("The Acme Holdings, Inc.")
    'acme'
    """
    return name_key(" ".join(_drop_last(_split_name(name), _LEGAL_FORMS | _GROUP_WORDS)))


def _split_name(name: str) -> list[str]:
    words = re.sub(r"[^\w&+]", " ", re.sub(r"['’]|(?<=\b\w)\.", "", name.casefold())).split()
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _drop_last(words: list[str], unwanted: frozenset[str]) -> list[str]:
    while len(words) > 1 and words[-1] in unwanted:
        words = words[:-1]
    return words


# -- one record -> the entry that has its name -------------------------------------


class Match(msgspec.Struct, frozen=True):
    """A record and the entry that has its name."""

    record: SourceRecord
    entry: LexiconEntry
    is_usual_name: bool  #: not only an alias
    is_weak: bool  #: the name needs a second witness


class EntryIndex:
    """The entries of the lexicon by their names without legal forms."""

    def __init__(self, entries: Iterable[LexiconEntry]) -> None:
        self.usual: dict[str, list[LexiconEntry]] = defaultdict(list)
        self.aliases: dict[str, list[LexiconEntry]] = defaultdict(list)
        self.tokens: dict[str, list[LexiconEntry]] = defaultdict(list)
        for entry in entries:
            self.tokens[entry.token_of].append(entry)
            _add(self.usual, (entry.name, entry.short_name), entry)
            _add(self.aliases, entry.aliases, entry)

    def match(self, record: SourceRecord) -> Match | None:
        """Find the one entry that a record may be of; None for none or several."""
        for strip in (strip_legal_form, strip_group_words):
            keys = {key for name in record.names for key in (name_key(name), strip(name))}
            for table in (self.usual, self.aliases):
                fitting = {
                    (entry.type, entry.name): entry
                    for key in keys
                    for entry in table.get(key, ())
                    if fits(record, entry)
                }
                if len(fitting) > 1:
                    return None
                for entry in fitting.values():
                    is_usual = table is self.usual
                    is_weak = strip is strip_group_words or is_weak_name(record, entry, is_usual)
                    return self._settle_token(Match(record, entry, is_usual, is_weak))
        return self._match_issued(record)

    def _match_issued(self, record: SourceRecord) -> Match | None:
        """Find the token that has a coin's symbol, and is of the company that has its name."""
        key = name_key(record.names[0])
        fitting = [
            entry
            for maker in self.usual.get(key, ())
            if "coingecko" in dict(record.ids)
            for entry in self.tokens.get(maker.name, ())
            if fits(record, entry) and record.tickers & set(entry.tickers)
        ]
        return Match(record, fitting[0], False, False) if len(fitting) == 1 else None

    def _settle_token(self, match: Match) -> Match | None:
        """Give a coin to the token that has its symbol; refuse it where the symbol differs."""
        if "coingecko" not in dict(match.record.ids):
            return match
        family = (match.entry, *self.tokens.get(match.entry.name, ()))
        for entry in family:
            if match.record.tickers & symbols_of(entry):
                return msgspec.structs.replace(match, entry=entry, is_weak=False)
        is_denied = any(map(symbols_of, family)) or not match.is_usual_name
        return None if is_denied else match


def _add(table: dict[str, list[LexiconEntry]], names: Iterable[str], entry: LexiconEntry) -> None:
    for key in {key for name in names for key in (name_key(name), strip_legal_form(name))}:
        table[key].append(entry)


def fits(record: SourceRecord, entry: LexiconEntry) -> bool:
    """Return whether a record may be of an entry by type and kind."""
    return entry.type in record.types and (not record.kinds or entry.kind in record.kinds)


def is_weak_name(record: SourceRecord, entry: LexiconEntry, is_usual: bool) -> bool:
    """Return whether that an entry has a record's name is too little to link them."""
    if record.kinds and entry.type == "place":
        return record.needs_witness
    is_short = max(map(len, map(strip_legal_form, record.names))) <= (3 if is_usual else 4)
    is_weak = entry.is_common_word or record.needs_witness or is_short
    return is_weak or not has_same_words(record, entry)


def has_same_words(record: SourceRecord, entry: LexiconEntry) -> bool:
    """Return whether names are divided and accented the same ("Stone Ridge" is no "Stoneridge")."""
    names = (entry.name, entry.short_name, *entry.aliases)
    ours, theirs = (
        {tuple(_drop_last(_split_name(name), _LEGAL_FORMS)) for name in group}
        for group in (names, record.names)
    )
    return not ours.isdisjoint(theirs)


def symbols_of(entry: LexiconEntry) -> set[str]:
    """Return the tickers of an entry; of a token, also names in capitals."""
    symbols = set(entry.tickers)
    if entry.type == "crypto":
        symbols |= {name for name in (entry.name, *entry.aliases) if name.isupper()}
    return symbols


def has_own_name(match: Match) -> bool:
    """Return whether the lexicon knows of nothing else that the name may mean."""
    entry = match.entry
    is_bracketed = any(name.endswith(")") for name in (entry.name, *entry.aliases))
    is_short = len(strip_legal_form(entry.name)) <= 3
    is_doubtful = entry.is_common_word or is_bracketed or is_short
    return match.is_usual_name and has_same_words(match.record, entry) and not is_doubtful


# -- all records of an entry -> its ids --------------------------------------------


def choose_records(matches: Sequence[Match]) -> Iterator[SourceRecord]:
    """Choose, of the records that have an entry's name, those that are of the entry."""
    groups: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for match in _choose_city(matches):
        groups[match.record.package, match.record.ids[0][0]].append(match)
    for (package, _), group in sorted(groups.items()):
        things: dict[str, list[Match]] = defaultdict(list)
        for match in [match for match in group if match.is_usual_name] or group:
            things[match.record.key].append(match)
        others = [m.record for key, ms in groups.items() if key[0] != package for m in ms]
        for match in _choose_thing(list(things.values()), others):
            yield match.record


def _choose_thing(things: list[list[Match]], others: list[SourceRecord]) -> list[Match]:
    """Choose the one thing that is witnessed, or the only one that needs no witness."""
    witnessed = [thing for thing in things if any(has_witness(m, others) for m in thing)]
    if len(witnessed) == 1:
        return witnessed[0]
    is_certain = len(things) == 1 and not all(match.is_weak for match in things[0])
    return things[0] if is_certain else []


def has_witness(match: Match, others: Iterable[SourceRecord]) -> bool:
    """Return whether the lexicon or another package agrees on more than the name."""
    record = match.record
    if record.tickers & symbols_of(match.entry):
        return True
    if match.entry.kind in record.described_kinds:
        return has_own_name(match)
    if match.entry.is_common_word and match.entry.type == "crypto":
        return bool(record.claims & set(map(name_key, match.entry.aliases)))
    return any(
        record.hosts & other.hosts
        or record.tickers & other.tickers
        or set(record.ids) & set(other.ids)
        or any(name and name in f"{record.names[0]}, {record.text}" for name in other.place[:1])
        for other in others
    )


def _choose_city(matches: Sequence[Match]) -> list[Match]:
    """Drop the cities that an alias such as "Paris, Texas" denies, or that another outgrows."""
    kept = [match for match in matches if match.record.inhabitants is None]
    cities = [(m.record.inhabitants, m) for m in matches if m.record.inhabitants is not None]
    if any(match.is_usual_name for _, match in cities):
        cities = [(size, match) for size, match in cities if match.is_usual_name]
    around = {
        part
        for _, match in cities[:1]
        for name in (match.entry.name, *match.entry.aliases)
        for part in _split_place(name)
    }
    if around or not any(match.is_usual_name for _, match in cities):
        cities = [city for city in cities if around & set(map(name_key, city[1].record.place))]
    cities.sort(key=lambda city: (-city[0], city[1].record.local_name))
    if cities and _is_dominant(*cities[0], cities[1:]) and not is_earlier_name(cities[0][1]):
        kept.append(cities[0][1])
    return kept


def _is_dominant(size: int, largest: Match, others: Iterable[tuple[int, Match]]) -> bool:
    """Return whether the largest city is far larger than its rivals.

    One that has the name as its own need not be so beside those that have it in other languages.
    """
    return all(
        size >= CITY_DOMINANCE * other
        for other, match in others
        if match.record.key != largest.record.key
        and not (match.record.local_name and not largest.record.local_name)
    )


def is_earlier_name(match: Match) -> bool:
    """Return whether a city's other name may be an earlier one (Songdo of Kaesong).

    Names in other languages mostly begin with the same letter (Mecca, Makkah; Seville, Sevilla).
    """
    local_name = match.record.local_name
    return bool(local_name) and name_key(local_name)[:1] != name_key(match.entry.name)[:1]


def _split_place(name: str) -> list[str]:
    """Return the keys of state or country in a name such as "Paris, Texas" or "Paris (Texas)"."""
    return [name_key(part) for part in re.split(r", | \(", name.rstrip(")"))[1:]]


def collect_links(entry: LexiconEntry, records: Iterable[SourceRecord]) -> Links:
    """Collect the ids of one entry's records, but no article on something of another name."""
    links: Links = {}
    names = {strip_legal_form(name) for name in (entry.name, entry.short_name, *entry.aliases)}
    for record in records:
        is_titled = any(strip_legal_form(title) in names for title in record.titles)
        for kind, id_ in record.ids:
            if (kind == "enwiki" and not is_titled) or not is_well_formed(kind, id_):
                continue
            links.setdefault(kind, {}).setdefault(id_, set()).add(record.package)
    return links


def drop_rivals(links: Links) -> Counter[str]:
    """Keep, of several ids of a kind of which a thing has one, that of most packages.

    Returns: for each kind, how many ids were dropped.
    """
    dropped: Counter[str] = Counter()
    for kind in sorted(_SINGLE & links.keys()):
        most = max(map(len, links[kind].values()))
        best = {id_: keys for id_, keys in links[kind].items() if len(keys) == most}
        kept = best if len(best) == 1 else {}
        dropped[kind] += len(links[kind]) - len(kept)
        links[kind] = kept
    return dropped


def drop_moved(links: Links) -> None:
    """Drop the earlier exchange of a stock that the SEC lists at another of the US."""
    tickers = links.get("ticker", {})
    current = {
        id_.partition(":")[2]: id_ for id_, packages in tickers.items() if "edgartools" in packages
    }
    for id_ in list(tickers):
        exchange, _, symbol = id_.partition(":")
        if exchange in _US_EXCHANGES and current.get(symbol, id_) != id_:
            del tickers[id_]


_US_EXCHANGES = frozenset({"NASDAQ", "NYSE"})


def drop_shared(links: dict[EntryId, Links]) -> Counter[str]:
    """Drop the ids that two entries have, at both.

    Returns: for each kind, how many links were dropped.
    """
    owners: dict[tuple[IdKind, str], list[EntryId]] = defaultdict(list)
    for entry, kinds in links.items():
        for kind, ids in kinds.items():
            for id_ in ids:
                owners[kind, id_.casefold()].append(entry)
    dropped: Counter[str] = Counter()
    for kinds in links.values():
        for kind, ids in kinds.items():
            kept = {
                id_: keys for id_, keys in ids.items() if len(owners[kind, id_.casefold()]) == 1
            }
            dropped[kind] += len(ids) - len(kept)
            kinds[kind] = kept
    return dropped


# -- the whole -------------------------------------------------------------------


def identify(
    entries: Sequence[LexiconEntry], records: Iterable[SourceRecord]
) -> tuple[dict[EntryId, Links], Counter[str]]:
    """Link entries to ids; return also how many ids were dropped, by reason and kind."""
    index = EntryIndex(entry for entry in entries if not entry.same_as)
    matches: dict[EntryId, list[Match]] = defaultdict(list)
    for record in records:
        if match := index.match(record):
            matches[match.entry.type, match.entry.name].append(match)
    dropped: Counter[str] = Counter()
    links: dict[EntryId, Links] = {}
    for entry, found in sorted(matches.items()):
        links[entry] = collect_links(found[0].entry, choose_records(found))
        drop_moved(links[entry])
        for kind, number in drop_rivals(links[entry]).items():
            dropped[f"{kind}: two at one entry"] += number
    for kind, number in drop_shared(links).items():
        dropped[f"{kind}: one at two entries"] += number
    return links, dropped


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0])
    target = Path(arguments[1] if len(arguments) > 1 else "data/identity.yaml")
    links, dropped = identify(load_lexicon().entries, read_packages(folder))
    target.write_text(format_identity(links), "utf-8")
    for reason, number in sorted((+dropped).items()):
        print(f"dropped {number:5} {reason}")
    counts = Counter(
        (type_, kind)
        for (type_, _), kinds in links.items()
        for kind, ids in kinds.items()
        for _ in ids
    )
    for (type_, kind), number in sorted(counts.items()):
        print(f"{type_:12} {kind:10} {number:6}")


if __name__ == "__main__":
    main(sys.argv[1:])
