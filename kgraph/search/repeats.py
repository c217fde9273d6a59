"""Texts that repeat another (:class:`RepeatFilter`), such as cuts of one conversation.

Two texts are near-equal if the smaller one has at least :data:`MIN_SHARED_RUNS` of its runs of
three words in the other: the containment of Broder (1997), "On the resemblance and containment of
documents".
"""

from __future__ import annotations

from collections import Counter, defaultdict

from kgraph.search.tokenize import tokenize

RUN_WORDS = 3
MIN_SHARED_RUNS = 0.5


class RepeatFilter:
    """Remembers texts, and tells which repeat an earlier one."""

    def __init__(self) -> None:
        self._texts_by_run: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._sizes: list[int] = []

    def add(self, text: str) -> bool:
        """Remember a text, and return whether it repeats none.

        >>> texts = RepeatFilter()
        >>> texts.add("Now, settlement is slow."), texts.add("So now settlement is slow")
        (True, False)
        """
        words = tokenize(text)
        starts = range(max(len(words) - RUN_WORDS + 1, 1))
        runs = {words[start : start + RUN_WORDS] for start in starts}
        shared = Counter(number for run in runs for number in self._texts_by_run[run])
        if any(
            count >= MIN_SHARED_RUNS * min(len(runs), self._sizes[number])
            for number, count in shared.items()
        ):
            return False
        for run in runs:
            self._texts_by_run[run].append(len(self._sizes))
        self._sizes.append(len(runs))
        return True
