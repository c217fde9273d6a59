"""How the rows of one episode make the confidence of one edge.

Takes the confidences of the rows that were decided to name one entity, gives the
probability that the episode names it.

One right row is enough, so the rows' chances of being wrong would multiply were they
independent ("noisy-or", Pearl 1988). They are not: the same surface in the same episode
is misread in the same way twice. So the best row counts in full, and each further row
only as the share :data:`FRESH` of an independent one::

    1 - (1 - best) * product of (1 - other) ** FRESH

The shares are judgements, not measurements: labels are of single rows, and say little of
how often two rows of one edge fail together.

Between two extractors that share nothing but the audio the rows are nearer to
independence than within one, so that share is larger across them.
"""

from __future__ import annotations

from collections.abc import Sequence

FRESH = 0.15
"""Share of an independent witness that a further row of the same extractor is."""

FRESH_ACROSS = 0.5
"""The same for the best row of the other extractor."""

SUREST = 0.999
"""No number of rows makes an edge surer: all rest on one transcript."""


def combine(confidences: Sequence[float], extractors: Sequence[str] = ()) -> float:
    """The confidence of an edge.

    Args:
        confidences: probability that each row names the entity, in [0, 1].
        extractors: who wrote each row; where left out, all count as one.

    Returns:
        The probability that the episode names the entity; 0 of no rows.

    >>> combine([0.8]), round(combine([0.8, 0.8]), 3), combine([])
    (0.8, 0.843, 0.0)
    """
    if not confidences:
        return 0.0
    extractors = extractors or [""] * len(confidences)
    rows = sorted(zip(confidences, extractors, strict=True), reverse=True)
    best, first = rows[0]
    doubt = 1.0 - best
    seen = {first}
    for confidence, extractor in rows[1:]:
        doubt *= (1.0 - confidence) ** (FRESH if extractor in seen else FRESH_ACROSS)
        seen.add(extractor)
    return best if len(rows) == 1 else max(best, min(1.0 - doubt, SUREST))
