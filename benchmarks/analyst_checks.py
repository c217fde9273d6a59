"""Compares what pages and the atlas show with answers that SPARQL gives."""

from __future__ import annotations

import re

from analyst_answers import Answers, Quote, normalize_text, strip_time

MIN_QUOTES = 5  #: quotes that a list of the best shows


class WrongAnswerError(Exception):
    """What a page shows is not what the statements give."""


def require(is_right: object, words: str) -> None:
    """Raise an error with some words unless something is right."""
    if not is_right:
        raise WrongAnswerError(words)


def check_ties(answers: Answers, rows: list[tuple[str, str, str]]) -> str:
    """Compare names, numbers of episodes and sentences beside OpenAI with the statements."""
    together = answers.count_together("company/openai")
    types = {id_.partition("/")[0] for id_, _, _ in rows}
    require(len(rows) > 20 and len(types) > 4, f"only {len(rows)} names of {len(types)} types")
    strongest = answers.find_strongest("company/openai")
    require(rows[0][0] == strongest, f"{rows[0][0]} comes first, not {strongest}")
    said_of = 0
    for id_, count, sentence in rows:
        stated = int(re.sub(r"\D", "", count))
        require(stated == together.get(id_), f"{id_}: {stated}, not {together.get(id_)} episodes")
        if sentence:
            start = normalize_text(sentence).strip("…")
            quotes = answers.list_quotes_of_both("company/openai", id_)
            require(any(start in quote for quote in quotes), f"no quote of both has: {sentence}")
            said_of += 1
    require(said_of > 10, f"only {said_of} sentences")
    first = f"{answers.labels[strongest]} in {together[strongest]} episodes"
    return f"{first}; {len(rows)} names of {len(types)} types, {said_of} with a sentence"


def check_quotes(rows: list[tuple[str, str, str]], quotes: dict[str, Quote]) -> str:
    """Compare quotes and the addresses of their recordings with the statements."""
    require(len(rows) >= MIN_QUOTES, f"only {len(rows)} quotes")
    best = max(quote.relevance for quote in quotes.values())
    stated = []
    for text, recording, _ in rows:
        quote = quotes.get(normalize_text(text))
        if quote is None:
            raise WrongAnswerError(f"no quote on it: {text}")
        known = quote.recordings
        require(not known or strip_time(recording) in known, f"{recording}: not of: {text}")
        stated.append(quote.relevance)
    require(stated[0] == best, f"the first has {stated[0]}, the best {best}")
    require(stated == sorted(stated, reverse=True), f"not in order: {stated}")
    heard = sum(bool(recording) for _, recording, _ in rows)
    return (
        f"{len(rows)} quotes of relevance {stated[0]:.2f} to {stated[-1]:.2f}, {heard} recordings"
    )
