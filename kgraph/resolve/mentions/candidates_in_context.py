"""Candidate entities for a row: those of its surface, and those of its episode and position.

Sources of candidates besides the surface, each a function in :data:`CONTEXT_SOURCES`:

    longer      an entry has the name and the words around it, which the extraction cut
    grown       the name and the capitalised words around it
    titled      the name with its article, which the transcript writes as part of it
    described   an entry that the language model's description takes the name for
    full        the episode has a full name with this first name or surname
    legal-form  a listed firm's name without its legal form, which an entry or the corpus has
    here        a name of the episode's title, summary or language-model rows sounds like it
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from kgraph.base.model import Extractor
from kgraph.base.text import fold_letters, name_key
from kgraph.resolve import name_counts
from kgraph.resolve.mentions import phonetics, variants
from kgraph.resolve.mentions.candidates_by_name import (
    thermometer_features,
    token_similarity_features,
    weigh_candidate,
)
from kgraph.resolve.mentions.context import drop_owner, split_words
from kgraph.resolve.mentions.name_profile import word_mark
from kgraph.resolve.mentions.row import EntityCandidate, MentionRow, find_entry

CandidateSource: TypeAlias = Callable[[MentionRow], Iterator[EntityCandidate]]

MAX_SURROUNDING_WORDS = 4  #: on each side, as in ``Department of Financial Services``
MAX_SURROUNDING_CHARS = 48  #: in which they are looked for
MAX_FULL_NAMES = 3
#: Similarity of the words in which two names differ that share others. Of 71 such pairs of names of
#: an episode the 8 below it name two things; the next, at 0.48, may be one.
MIN_REST_SIMILARITY = 0.45
MAX_TAKEN_FOR_CHARS = 300  #: of a description, in which it says what a name is taken for

_WORD = re.compile(r"[\w'$]+(?:[.&+-][\w'$]+)*[+]?|[&+]")

# Before a name they say what is related to it: "likely a token on Acme", "related to Acme".
_RELATION_WORDS = (
    "about|and|as|at|by|for|from|in|like|on|or|over|related|toward|towards|under|via|with|within"
)
# "likely referring to Ann Example", "a misspelling of Acme"
_TAKEN_FOR = re.compile(
    r"\b(?P<cue>(?i:likely|probably|possibly|presumably|refer(?:s|ring|ence)?(?= )"
    r"|implied to be|mis\w+ of|short for|ticker for|stands for|meaning))\s+"
    rf"(?:(?!(?:{_RELATION_WORDS})\s)[a-z/]+\s+){{0,6}}?"
    r"(?P<name>(?:[A-Z0-9][\w.&'’-]*|of|the)(?:\s+(?:[A-Z0-9][\w.&'’-]*|of))*)"
)

_NAME_WORD = r"(?:[A-Z][\w']*|[a-z]*[A-Z]\w*|\d[\w.]*\b)"
_WORD_JOINTS = r"\s+(?:of|for|the|of the|on|and)\s+"
_MARK_JOINTS = r"\s*[-&+/]\s*|:\s|\s+|\.(?=\w)"
#: How a name may go on to its left and right: without, and with, words between.
_EXTENSION_PATTERNS = tuple(
    (
        re.compile(rf"(?:{_NAME_WORD}(?:{joints})){{1,4}}$"),
        re.compile(rf"^(?:['’][A-Z]\w+)?(?:(?:{joints}){_NAME_WORD}){{0,3}}|^\+"),
    )
    for joints in (_MARK_JOINTS, f"{_WORD_JOINTS}|{_MARK_JOINTS}")
)


def find_row_candidates(row: MentionRow) -> list[EntityCandidate]:
    """List the candidates of a row, those of its surface first."""
    candidates = list(row.form.candidates)
    for source in _choose_sources(row):
        for candidate in source(row):
            # Not that of the profile: the episode has to log what it looks up.
            frequency = row.knowledge.frequencies.get(row.profile.key, 0)
            weighed = weigh_candidate(candidate, row.profile, frequency, row.knowledge)
            candidates.append(weighed)
    return candidates


def is_absent_namesake(candidate: EntityCandidate, row: MentionRow) -> bool:
    """Return whether a row has only a person's given name, and its episode no such surname.

    Only a given name that several well-known people share counts.
    """
    if not candidate.is_shared_given_name or candidate.entry is None:
        return False
    surname, context = candidate.entry.short_name.lower().rpartition(" ")[2], row.context
    is_named = surname in context.full_names or surname in context.about_words
    return not is_named and surname not in split_words(row.mention.context)


def _choose_sources(row: MentionRow) -> Sequence[CandidateSource]:
    extractor = row.mention.extractor
    if not row.form.is_unambiguous:
        return CONTEXT_SOURCES[extractor]
    # Where one entry alone has the name, only more words can make it another: those around it, or,
    # of a surname or first name that one well-known person has, those of a full name.
    sources = (_match_surrounding_words,) if extractor == "regex" else ()
    return (*sources, _match_full_name) if _is_single_name_of_person(row) else sources


def _is_single_name_of_person(row: MentionRow) -> bool:
    matches = row.profile.matches
    return matches[0].entry.trained_type == "person" and " " not in row.profile.core


def _match_surrounding_words(row: MentionRow) -> Iterator[EntityCandidate]:
    """Match the longest run of words around the name that an entry has."""
    window, lexicon = row.window, row.knowledge.lexicon
    if not window.name:
        return
    left: list[str] = []
    right: list[str] = []
    if window.is_open_left:
        left = _WORD.findall(window.left[-MAX_SURROUNDING_CHARS:])[-MAX_SURROUNDING_WORDS:]
    # A lower-case word may belong to the name, too: "US government".
    if window.is_open_right or window.right[:1].isspace():
        right = _WORD.findall(window.right[:MAX_SURROUNDING_CHARS])[:MAX_SURROUNDING_WORDS]
    if not left and not right:
        return
    # The key of a run of words is the keys of its words joined.
    keys = [fold_letters(word) for word in (*left, window.name, *right)]
    middle = len(left)
    for start in range(middle + 1):
        for end in range(len(keys), middle + (start == middle), -1):
            matches = lexicon.index.get("".join(keys[start:end]), ())
            for match in matches:
                entry = lexicon.get_entry(match)
                sides = f"{min(middle - start, 2)}:{min(end - middle - 1, 2)}"
                last = (*left, window.name, *right)[end - 1]
                features = (
                    f"longer:{match.name_kind}:{sides}",
                    f"longer:{entry.trained_type}:{word_mark(entry)}",
                    f"longer:last:{'lower' if last.islower() else 'other'}:{match.name_kind}",
                )
                yield EntityCandidate(entry.name, "longer", entry, features)
            if matches:
                return


def _extend_over_capitals(row: MentionRow) -> Iterator[EntityCandidate]:
    """Extend a name that was cut over capitalised words, digits and what joins them."""
    window = row.window
    if not window.name or not (window.is_open_left or window.is_open_right):
        return
    keys = {row.profile.key}
    for kind, patterns in zip(("tight", "loose"), _EXTENSION_PATTERNS, strict=True):
        left = patterns[0].search(window.left) if window.is_open_left else None
        right = patterns[1].match(window.right) if window.is_open_right else None
        before, after = left[0] if left else "", right[0] if right else ""
        whole = name_counts.strip_surroundings(" ".join(f"{before}{window.name}{after}".split()))
        features = (
            f"grown:{kind}:left:{_joint_class(before.rstrip()[-3:])}:{before[-1:].isspace()}",
            f"grown:{kind}:right:{_joint_class(after.lstrip()[:3])}:{after[:1].isspace()}",
            f"grown:{kind}:sides:{bool(before)}:{bool(after)}",
        )
        without_owner = drop_owner(whole)
        for core in dict.fromkeys((without_owner, whole)):
            key = name_key(core)
            if row.profile.core not in core or key in keys:
                continue
            keys.add(key)
            owner = "none" if whole == without_owner else "kept" if core == whole else "dropped"
            marks = (*features, f"grown:owner:{owner}")
            entry = find_entry(core, row.knowledge)
            yield EntityCandidate(entry.name if entry else core, "grown", entry, marks)


def _joint_class(text: str) -> str:
    joint = text.strip()
    is_word = joint.isalnum() and joint.lower() not in {"of", "for", "and", "the"}
    return "word" if is_word else joint


def _keep_article(row: MentionRow) -> Iterator[EntityCandidate]:
    """Keep "The" of an unknown name, where it is capitalised inside a sentence or a list."""
    profile = row.profile
    if profile.matches or profile.surface.partition(" ")[::2] != ("The", profile.core):
        return
    before = row.window.left.rstrip()[-1:]
    is_inside = row.mention.extractor != "regex" or before not in ("", ".", "?", "!", ":", '"', "“")
    if is_inside:
        features = (f"titled:left:{before if not before.isalnum() else 'a'}",)
        yield EntityCandidate(f"The {profile.core}", "titled", None, features)


def _match_description(row: MentionRow) -> Iterator[EntityCandidate]:
    """Match the names that a description takes the row's name for: "likely Ann Example"."""
    keys = {row.profile.key}
    for phrase in _TAKEN_FOR.finditer(row.mention.context[:MAX_TAKEN_FOR_CHARS]):
        name = drop_owner(name_counts.strip_surroundings(phrase["name"]))
        entry, key = find_entry(name, row.knowledge), name_key(name)
        if entry is None or key in keys:
            continue
        keys.add(key)
        similarity = phonetics.word_similarity(row.profile.key, key)
        features = (
            f"described:cue:{phrase['cue'].split()[0].lower()}",
            f"described:{entry.trained_type}:{word_mark(entry)}",
            *thermometer_features("described", similarity),
        )
        yield EntityCandidate(entry.name, "described", entry, features)


def _match_full_name(row: MentionRow) -> Iterator[EntityCandidate]:
    words = (word for word in row.form.single_words if word in row.context.full_names)
    word = next(words, None)
    if word is None:
        return
    names = [n for n in row.context.full_names[word] if name_key(n) != row.profile.key]
    mark = row.knowledge.vocabulary.word_class(word)
    for name in names[:MAX_FULL_NAMES]:
        side = "last" if name.split()[-1].lower() == word else "first"
        entry = find_entry(name, row.knowledge)
        if side == "last" and row.profile.matches and entry and entry.trained_type != "person":
            continue  # a surname is a person's: AI is not short for Generative AI
        features = (f"full:{side}:{min(len(names), 3)}:{mark}",)
        yield EntityCandidate(entry.name if entry else name, "full", entry, features)


def _match_incorporated_name(row: MentionRow) -> Iterator[EntityCandidate]:
    """Match the name of a company that a person typed with its legal form, without this.

    The one entry that has that name is a company or, where none has it, other rows of the corpus
    have it, and none of them states another type. A word, a given name or a person's name alone is
    no company: "Ann Lee LLC" is another thing than Ann Lee.
    """
    surface, knowledge = row.profile.surface, row.knowledge
    name = variants.strip_legal_forms(surface, keep_nouns=True)
    if row.profile.matches or row.is_among_people or name == variants.clean_surface(surface):
        return
    lexicon, vocabulary = knowledge.lexicon, knowledge.vocabulary
    entries = [lexicon.get_entry(match) for match in lexicon.find_matches(name)]
    if [entry.trained_type for entry in entries] == ["company"]:
        yield EntityCandidate(entries[0].name, "legal-form", entries[0], ("legal-form:entry",))
        return
    is_other = vocabulary.is_word_or_first_name(name) or vocabulary.is_person_name(name)
    usage = knowledge.names.get(name_key(name))
    if entries or is_other or variants.is_placeholder(name) or usage is None:
        return
    if {"company"}.issuperset(usage.categories):
        yield EntityCandidate(name, "legal-form", None, ("legal-form:corpus",))


def _match_episode_sound(row: MentionRow) -> Iterator[EntityCandidate]:
    key, keys = row.profile.key, row.context.trusted_keys
    codes = phonetics.lookup_codes(key)
    if row.profile.matches or not codes:
        return
    best: dict[str, float] = {}
    # Few names have similar letters, and letters are compared faster than sounds.
    for spoken_key, position in phonetics.find_similar_keys(key, keys, same_sound=True):
        spoken_codes = phonetics.lookup_codes(spoken_key)
        is_same = spoken_key in (key, key + "s", key[:-1])  # or its plural
        if not is_same and not set(codes).isdisjoint(spoken_codes):
            similarity = phonetics.name_similarity(key, spoken_key, codes[0] in spoken_codes)
            name = row.context.trusted_names[position]
            if similarity > phonetics.MIN_NAME_SIMILARITY and _may_sound_like(row, name):
                best[name] = similarity
    for name, similarity in sorted(best.items(), key=lambda item: (-item[1], item[0]))[:1]:
        entry = find_entry(name, row.knowledge)
        if entry is None and (_has_owner(name) or not _may_be_mishearing(name, row)):
            continue
        features = (
            *thermometer_features("here", similarity),
            f"here:{'entry' if entry else 'none'}",
            f"here:{row.mention.extractor}",
            *token_similarity_features("here", row.profile.core, name),
        )
        yield EntityCandidate(entry.name if entry else name, "here", entry, features)


def _may_sound_like(row: MentionRow, name: str) -> bool:
    """Return whether the words in which a row's name differs from another sound alike.

    "Acme Joule" is no misheard "Acme Opal": only the words that both have are alike.
    """
    own_words, words = row.profile.core.lower().split(), name.lower().split()
    is_sharing = own_words[:1] == words[:1] or own_words[-1:] == words[-1:]
    while own_words and words and own_words[0] == words[0]:
        own_words, words = own_words[1:], words[1:]
    while own_words and words and own_words[-1] == words[-1]:
        own_words, words = own_words[:-1], words[:-1]
    if not (is_sharing and own_words and words):
        return True
    keys = (name_key(" ".join(each)) for each in (own_words, words))
    return phonetics.word_similarity(*keys) >= MIN_REST_SIMILARITY


def _has_owner(name: str) -> bool:
    return name.partition(" ")[0].endswith(("'s", "’s"))


def _may_be_mishearing(name: str, row: MentionRow) -> bool:
    """Return whether the row's name may be another unknown name, misheard.

    Of two that the language model lists, only the one of clearly fewer episodes may: else each
    would be taken for the other.
    """
    if row.profile.key not in row.context.categories:
        return True
    frequencies = row.knowledge.frequencies
    return frequencies.get(name_key(name), 0) > frequencies.get(row.profile.key, 0)


#: By the author of the row.
CONTEXT_SOURCES: dict[Extractor, tuple[CandidateSource, ...]] = {
    "regex": (
        *(_match_surrounding_words, _extend_over_capitals, _keep_article),
        *(_match_full_name, _match_episode_sound),
    ),
    "llm": (_keep_article, _match_description, _match_full_name, _match_episode_sound),
    "hand": (_keep_article, _match_full_name, _match_episode_sound, _match_incorporated_name),
}
