"""Limits of what is read of one file, each with its unit and its reason.

The largest of 1,014 real files has 354 kB, four levels of nesting, 382 entries in one list and
45,000 characters in one text. Each limit leaves a factor of ten or more; together they keep one
hostile file within seconds and a gigabyte.
"""

from __future__ import annotations

#: Bytes of one file: a hundred times the largest known.
MAX_FILE_BYTES = 32 * 2**20

#: Characters of YAML that are parsed in one call; a longer text is split, if it has parts. The fast
#: parser builds all values before they can be counted; four million characters make at most half a
#: gigabyte of them.
MAX_PARSE_CHARS = 4_000_000

#: Nested lists and mappings: the format has four levels, and recursive parsers overflow their
#: stack at some thousands.
MAX_DEPTH = 64

#: Values in one front matter. An alias counts as all that it stands for: nine levels of nine
#: aliases each would stand for 400 million.
MAX_NODES = 1_000_000

#: Characters of all texts in one front matter, aliases included.
MAX_TOTAL_CHARS = MAX_FILE_BYTES

#: Events of the exact parser, with those whose values are not kept: some three seconds.
MAX_EVENTS = 1_500_000

#: Work to salvage a broken front matter, in units of :func:`kgraph.ingest.salvage.estimate_work`:
#: some three seconds. Each level is parsed again, so a limit on characters would not limit time.
MAX_SALVAGE_WORK = 2_000_000

#: Lines of a broken front matter that are examined: a line costs some 2 µs, and a file may have
#: 32 million.
MAX_SALVAGE_LINES = 1_500_000

#: Parts of a broken front matter that are parsed one by one (some 50 µs each), and fields of one
#: mapping.
MAX_SALVAGE_PARTS = 50_000

#: Levels down to which a broken front matter is split: field, entry, its field, an entry of that.
#: The format has no more.
MAX_SALVAGE_DEPTH = 4

#: %TAG directives of one front matter: the C parser compares each with all before it.
MAX_TAG_DIRECTIVES = 64

#: Digits of an integer that are read; they already exceed every range. Conversion takes quadratic
#: time, and Python refuses to print more than 4,300.
MAX_DIGITS = 4_000

#: Characters of a JSON Pointer in a problem, and of one step in it: a hostile key may be as long
#: as its file.
MAX_POINTER_CHARS = 1_000

#: Entries of one list: a ten-hour transcript gives some 5,000 quotes.
MAX_ENTRIES = 20_000

#: Characters of one text: the transcript of a day of speech has one million.
MAX_TEXT_CHARS = 4_000_000

#: Problems of one file that are listed; the others are counted.
MAX_PROBLEMS = 10_000

#: Largest count: the last integer that JSON carries exactly everywhere (RFC 8259).
MAX_COUNT = 2**53 - 1

#: Minutes of an episode: a week. A larger number is in another unit.
MAX_MINUTES = 7 * 24 * 60
