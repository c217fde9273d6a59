"""English words in singular and plural.

Takes a word, gives its forms; for looking words up, where a form that is no word does no harm.
"""

from __future__ import annotations

MIN_PLURAL_LETTERS = 3
"""Letters from which a word has a singular and a plural: "ai" and "as" have none."""

_NO_PLURAL = {
    *("always", "atlas", "besides", "bias", "canvas", "chaos", "christmas", "dallas", "ethos"),
    *("kansas", "lens", "news", "perhaps", "series", "species", "texas", "thomas", "whereas"),
}
"""Words that end like a plural and are none."""

_SIBILANT_ENDINGS = ("x", "ch", "sh", "ss", "z")


def word_forms(word: str) -> tuple[str, ...]:
    """An English word in singular and plural, itself first; a form that is none does no harm.

    Args:
        word: in lower case.

    >>> word_forms("stablecoin"), word_forms("companies"), word_forms("basis"), word_forms("ai")
    (('stablecoin', 'stablecoins'), ('companies', 'companie', 'company'), ('basis',), ('ai',))
    >>> word_forms("tax"), word_forms("taxes"), word_forms("gpus"), word_forms("news"), word_forms("new")
    (('tax', 'taxes'), ('taxes', 'taxe', 'tax'), ('gpus', 'gpu'), ('news',), ('new',))
    """
    if (
        len(word) < MIN_PLURAL_LETTERS
        or not (word.isascii() and word.isalpha())
        or word in _NO_PLURAL
    ):
        return (word,)
    others = _singular_forms(word) if word.endswith("s") else (_pluralize_word(word),)
    return word, *(other for other in others if other not in _NO_PLURAL)


def loose_word_forms(word: str) -> tuple[str, ...]:
    """The forms of a word as people write it: "AI" and "GPT-4" have plurals, too.

    >>> loose_word_forms("AI"), loose_word_forms("GPT-4"), loose_word_forms("New"), loose_word_forms("gas")
    (('ai', 'ais'), ('gpt-4', 'gpt-4s'), ('new',), ('gas',))
    """
    found = word_forms(word.lower())
    plural = f"{found[0]}s"
    if len(found) > 1 or found[0].endswith("s") or plural in _NO_PLURAL:
        return found
    return (*found, plural)


def _pluralize_word(word: str) -> str:
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_SIBILANT_ENDINGS) else f"{word}s"


def _singular_forms(word: str) -> tuple[str, ...]:
    if word.endswith("ss"):
        return (f"{word}es",)
    if len(word) == MIN_PLURAL_LETTERS or (len(word) > 4 and word.endswith(("us", "is"))):
        return ()
    if word.endswith("ies"):
        return word[:-1], f"{word[:-3]}y"
    is_hissing = word.endswith(tuple(f"{end}es" for end in _SIBILANT_ENDINGS))
    return (word[:-1], word[:-2]) if is_hissing else (word[:-1],)
