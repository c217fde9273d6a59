"""How much of one file is read: every limit with its unit and its reason.

Takes nothing; gives numbers. The largest of 1,014 real files holds 354 kB, four levels
of nesting, 382 entries in one list and 45,000 characters in one text: each limit leaves a
factor of ten or more, and all of them keep one hostile file within seconds and a gigabyte.
"""

from __future__ import annotations

MAX_FILE_BYTES = 32 * 2**20
"""Bytes of one file: a hundred times the largest known; what is larger is no episode."""

MAX_PARSE_CHARS = 4_000_000
"""Characters of YAML that are parsed in one go where they can be taken apart. The fast
parser never sees more: it builds all before we can count, and four million characters
make at most half a gigabyte of values."""

MAX_DEPTH = 64
"""Levels of lists and mappings within one another: the format has four, and parsers that
recurse overflow their stack at some thousands."""

MAX_NODES = 1_000_000
"""Values in one front matter, those that aliases repeat counted each time: a nest of nine
aliases in nine levels would stand for 400 million."""

MAX_TOTAL_CHARS = MAX_FILE_BYTES
"""Characters of all texts in one front matter, those that aliases repeat counted each time:
a list of aliases of one long text would stand for gigabytes."""

MAX_EVENTS = 1_500_000
"""Events of the exact parser, built or passed over: some three seconds."""

MAX_SALVAGE_WORK = 2_000_000
"""Units of work (:func:`recovery.weigh`) that a broken front matter takes, part by part: some
three seconds. Its parts are parsed once for each level, so characters alone bound nothing."""

MAX_SALVAGE_LINES = 1_500_000
"""Lines of a broken front matter that are told apart: a line costs some 2 µs, and a file may
hold 32 million."""

MAX_TAG_DIRECTIVES = 64
"""%TAG directives of one front matter: the C parser compares each with all before it."""

MAX_DIGITS = 4_000
"""Digits of a whole number that are read; the first ones tell that it is out of every range.
Converting more takes quadratic time, and Python refuses to print more than 4,300."""

MAX_POINTER_CHARS = 1_000
"""Characters of a JSON Pointer that is told, and of one step in it: a hostile key may be as
long as its file."""

MAX_ENTRIES = 20_000
"""Entries of one list that are read: a ten-hour transcript gives some 5,000 quotes."""

MAX_TEXT_CHARS = 4_000_000
"""Characters of one text: the transcript of a day of speech is one million."""

MAX_SALVAGE_PARTS = 50_000
"""Parts of a broken front matter that are parsed each on its own (some 50 µs each), and
fields of one mapping that are told apart."""

MAX_SALVAGE_DEPTH = 4
"""Levels down to which a broken front matter is taken apart: field, entry, its field,
an entry of that. The format has no more."""

MAX_PROBLEMS = 10_000
"""Problems of one file that are told one by one; the rest is told as a number."""

MAX_COUNT = 2**53 - 1
"""Largest count: the last whole number that JSON carries exactly everywhere (RFC 8259)."""

MAX_MINUTES = 7 * 24 * 60
"""Minutes of an episode: a week. What is longer was counted in another unit."""
