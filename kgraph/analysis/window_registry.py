"""The analyses of a window of days, which make up a briefing."""

from __future__ import annotations

from kgraph.analysis.gaps import find_gaps
from kgraph.analysis.window_judgements import list_window_judgements
from kgraph.analysis.window_names import find_new_names, find_shifts
from kgraph.analysis.window_quotes import find_window_quotes
from kgraph.analysis.window_ties import find_window_ties
from kgraph.graph.rises import MIN_CHANGE_EPISODES
from kgraph.query.named import Chart, FunctionSource, NamedQuery
from kgraph.query.parameters import Parameter

WINDOW = (
    Parameter(
        "since",
        "date",
        "",
        "first day; without both, the last whole month with episodes of three shows",
    ),
    Parameter("until", "last-day", "", "last day; without it, the newest episode's"),
)

_TYPE = Parameter(
    "type",
    "type",
    "",
    "type of the names; empty for companies, institutions, crypto assets, products and people",
)

MAX_WINDOW_ROWS = 30  #: row limit of these analyses

WINDOW_ANALYSES = (
    NamedQuery(
        "shifts",
        "Names that rose or fell since the window before, in the same shows, or may have.",
        ("What rose and what fell in September, and of what is it not certain?",),
        (
            *WINDOW,
            Parameter("direction", "text", "", "rose, fell or unclear; empty for all"),
            Parameter(
                "minEpisodes",
                "integer",
                str(MIN_CHANGE_EPISODES),
                "episodes of either window, at least",
            ),
            _TYPE,
        ),
        "kgraph query shifts --param since=2025-09 --param until=2025-09",
        FunctionSource(find_shifts, max_rows=MAX_WINDOW_ROWS),
        {"name": "entity"},
        section="trends",
        omit=(
            *("fromShows", "toShows", "sameShows", "type", "shareBefore", "shareAfter"),
            *("low", "high"),
        ),
    ),
    NamedQuery(
        "new-names",
        "Names that no earlier episode mentions, in several episodes of several shows.",
        ("Which names were first mentioned in June?",),
        (
            *WINDOW,
            Parameter("minEpisodes", "integer", "3", "episodes of the window, at least"),
            Parameter("minShows", "integer", "2", "their shows that had episodes before, at least"),
            _TYPE,
        ),
        "kgraph query new-names --param since=2025-06 --param until=2025-06",
        FunctionSource(find_new_names, max_rows=MAX_WINDOW_ROWS),
        {"name": "entity", "title": "episode"},
        Chart("episodes", "name", "episodes of the window that mention it"),
        section="trends",
        omit=("undated", "knownShows", "title"),
    ),
    NamedQuery(
        "window-ties",
        "Names that came together in a window, or that are together more often than before.",
        ("Which names came together in June, and which came closer?",),
        (
            *WINDOW,
            Parameter("kind", "text", "", "new or closer; empty for both"),
            Parameter("minEpisodes", "integer", "3", "episodes with both, at least 3"),
        ),
        "kgraph query window-ties --param since=2025-06 --param until=2025-06 --param kind=new",
        FunctionSource(find_window_ties, max_rows=MAX_WINDOW_ROWS),
        {"name": "entity", "other": "entity"},
        section="trends",
        omit=(
            *("sentence", "sameShows", "low", "high", "shareBefore", "shareAfter"),
            *("earlierOfName", "earlierOfOther", "ofName", "ofOther"),
        ),
    ),
    NamedQuery(
        "gaps",
        "Groups of names that are both spoken of and seldom together, and what is between them.",
        ("Which groups seldom met in September, and what bridges them?",),
        (
            *WINDOW,
            Parameter("minMembers", "integer", "8", "names of each group, at least"),
        ),
        "kgraph query gaps --param since=2025-09 --param until=2025-09",
        FunctionSource(find_gaps, max_rows=MAX_WINDOW_ROWS),
        section="trends",
        omit=("members", "otherMembers", "shows", "otherShows", "bothShows", "bridges"),
    ),
    NamedQuery(
        "window-quotes",
        "The best quotes of a window, a few of each episode, none twice, without adverts.",
        ("Which are the best quotes of September, with their recordings?",),
        (
            *WINDOW,
            Parameter("perEpisode", "integer", "2", "quotes of one episode, at most"),
            Parameter("count", "integer", "10", "maximum number of quotes"),
        ),
        "kgraph query window-quotes --param since=2025-09 --param until=2025-09",
        FunctionSource(find_window_quotes, count_parameter="count"),
        {"text": "quote", "title": "episode", "show": "show"},
        section="quotes",
        omit=("recording", "names", "show"),
    ),
    NamedQuery(
        "judgements",
        "Judgements that people made, all or those of a window, as the build applied them.",
        ("What was corrected in September, by whom and why?",),
        (
            Parameter("since", "date", "", "first day of the judgements; empty for any"),
            Parameter("until", "last-day", "", "last day of the judgements; empty for any"),
        ),
        "kgraph query judgements --param since=2025-09 --param until=2025-12",
        FunctionSource(list_window_judgements),
        section="quality",
    ),
)
