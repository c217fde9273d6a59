"""Registry of the analyses: name, summary, parameters, example and function of each."""

from __future__ import annotations

from kgraph.analysis.co_mentions import (
    find_bridges,
    find_clusters,
    find_paths,
    rank_associated,
)
from kgraph.analysis.comparing import compare_by_month, list_pair_episodes, list_shared_ties
from kgraph.analysis.comparisons import explain_no_risers, find_rising_companies, list_changes
from kgraph.analysis.episodes import choose_listening_list, rank_similar_episodes
from kgraph.analysis.telling_names import rank_group_names
from kgraph.analysis.window_registry import WINDOW_ANALYSES
from kgraph.graph.rises import MIN_CHANGE_EPISODES
from kgraph.query.named import Chart, FunctionSource, NamedQuery
from kgraph.query.parameters import FIRST_DAY, Parameter

#: Parameter of the analyses that count mentions.
UNLIKELY = Parameter(
    "unlikely", "flag", "false", "count mentions that are more likely wrong than right"
)

ASSOCIATION_CHART = Chart(
    "association", "name", "association, from 0 to 1; what has no bar may be chance"
)
DEFAULT_MAX_FINDINGS = 30  #: row limit of analyses that rank all entities

ANALYSES: dict[str, NamedQuery] = {
    query.name: query
    for query in (
        *WINDOW_ANALYSES,
        NamedQuery(
            "associated",
            "What is mentioned with something, more often than by chance first, then what may be "
            "chance.",
            (
                "Which companies are most co-mentioned with NVIDIA, weighted by confidence and "
                "against chance?",
                "What stands beside Polymarket, and in which sentence?",
            ),
            (
                Parameter("entity", "entity", "NVIDIA", "what is mentioned"),
                Parameter("type", "type", "", "type of the others; empty for all"),
                Parameter("since", "date", FIRST_DAY, "only episodes from this day on"),
                Parameter(
                    "minEpisodes",
                    "integer",
                    "3",
                    "least number of shared episodes, at least 3",
                ),
                Parameter("count", "integer", str(DEFAULT_MAX_FINDINGS), "maximum number of rows"),
                UNLIKELY,
            ),
            "kgraph query associated --param entity=NVIDIA --param type=company",
            FunctionSource(rank_associated, count_parameter="count"),
            {"name": "entity"},
            ASSOCIATION_CHART,
            omit=("weighted", "sentence"),
        ),
        NamedQuery(
            "group-names",
            "What the episodes of a theme or a show mention more often than others, then what may "
            "be chance.",
            ("Which companies do episodes on DeFi mention more often than others do?",),
            (
                Parameter("of", "group", "DeFi", "a theme or a show"),
                Parameter("type", "type", "", "type of the names; empty for all"),
                Parameter("count", "integer", str(DEFAULT_MAX_FINDINGS), "maximum number of rows"),
                UNLIKELY,
            ),
            "kgraph query group-names --param of=DeFi --param type=company",
            FunctionSource(rank_group_names, count_parameter="count"),
            {"name": "entity"},
            ASSOCIATION_CHART,
        ),
        NamedQuery(
            "bridges",
            "Entities on the shortest paths between two clusters, those on most paths first.",
            ("Which entities bridge the crypto and the AI clusters (betweenness)?",),
            (
                Parameter("one", "entity", "", "a member of one cluster; empty for the largest"),
                Parameter(
                    "other", "entity", "", "a member of another one; empty for the largest other"
                ),
                UNLIKELY,
            ),
            "kgraph query bridges --param one=Coinbase --param other=OpenAI",
            FunctionSource(find_bridges, max_rows=DEFAULT_MAX_FINDINGS),
            {"name": "entity", "one": "entity", "other": "entity"},
            Chart("share", "name", "share of the shortest paths that lead through it, in percent"),
        ),
        NamedQuery(
            "clusters",
            "Clusters of entities mentioned together more than with others, largest first.",
            (),
            (
                Parameter("minMembers", "integer", "3", "least number of members"),
                UNLIKELY,
            ),
            "kgraph query clusters --param minMembers=10",
            FunctionSource(find_clusters),
            {},
            Chart("members", "cluster", "members of the cluster"),
        ),
        NamedQuery(
            "path",
            "How two things are connected: the shortest paths, with the evidence of each hop.",
            ("How are Anthropic and Circle connected, with the evidence of each hop?",),
            (
                Parameter("one", "entity", "Anthropic", "where the path starts"),
                Parameter("other", "entity", "Circle", "where it ends"),
                Parameter("paths", "integer", "3", "maximum number of paths"),
                UNLIKELY,
            ),
            "kgraph query path --param one=NVIDIA --param other=Circle",
            FunctionSource(find_paths),
            {"from": "entity", "to": "entity", "title": "episode"},
        ),
        NamedQuery(
            "similar-episodes",
            "The episodes most similar to one, by the entities they mention, weighted by rarity.",
            ("Which episodes are most like this one?",),
            (
                Parameter("episode", "episode", None, "by file name, title or id"),
                Parameter("count", "integer", "10", "maximum number of episodes"),
                UNLIKELY,
            ),
            "kgraph query similar-episodes --param "
            "episode=2025-07-15-data-centres-in-the-desert.md",
            FunctionSource(rank_similar_episodes, count_parameter="count"),
            {"title": "episode", "show": "show"},
            Chart("likeness", "title", "likeness of what both mention, from 0 to 1"),
            section="episodes",
        ),
        NamedQuery(
            "listening-list",
            "A few episodes that together cover the most mentioned companies of some kinds.",
            ("Which five episodes together cover the top ten AI-infrastructure companies?",),
            (
                Parameter("kinds", "text", "chip-maker cloud", "kinds, separated by spaces"),
                Parameter("companies", "integer", "10", "number of companies, at most 12"),
                Parameter("episodes", "integer", "5", "maximum number of episodes"),
                UNLIKELY,
            ),
            "kgraph query listening-list --param kinds=ai-lab",
            FunctionSource(choose_listening_list),
            {"title": "episode", "show": "show"},
            section="episodes",
        ),
        NamedQuery(
            "risers",
            "Companies that rose in share of episodes between two months, in the same shows.",
            ("Which companies rose fastest in share of episodes between two months?",),
            (
                Parameter(
                    "before", "month", "", "the earlier month; by default the last before the later"
                ),
                Parameter("after", "month", "", "the later month; by default the last whole one"),
                Parameter(
                    "minEpisodes",
                    "integer",
                    str(MIN_CHANGE_EPISODES),
                    "episodes of either month that mention it, at least",
                ),
                UNLIKELY,
            ),
            "kgraph query risers --param before=2025-07 --param after=2025-09",
            FunctionSource(
                find_rising_companies,
                max_rows=DEFAULT_MAX_FINDINGS,
                explain_empty=explain_no_risers,
            ),
            {"name": "company"},
            Chart("rise", "name", "rise in percentage points, with 95 % intervals", True),
            section="trends",
            omit=("sameShows", "shareBefore", "shareAfter", "low", "high"),
        ),
        NamedQuery(
            "pair",
            "Episodes that mention two things, those that speak most of both first.",
            ("Which episodes speak most of both Circle and Tether?",),
            (
                Parameter("one", "entity", "Circle", "one thing"),
                Parameter("other", "entity", "Tether", "the other thing"),
                UNLIKELY,
            ),
            "kgraph query pair --param one=NVIDIA --param other=OpenAI",
            FunctionSource(list_pair_episodes),
            {"title": "episode", "show": "show"},
            omit=("show", "sentence"),
        ),
        NamedQuery(
            "beside-both",
            "What is mentioned with each of two things, more often than by chance first, then what "
            "may be chance.",
            ("What do Circle and Tether share: what stands beside both?",),
            (
                Parameter("one", "entity", "Circle", "one thing"),
                Parameter("other", "entity", "Tether", "the other thing"),
                UNLIKELY,
            ),
            "kgraph query beside-both --param one=NVIDIA --param other=OpenAI",
            FunctionSource(list_shared_ties, max_rows=DEFAULT_MAX_FINDINGS),
            {"name": "entity"},
            ASSOCIATION_CHART,
            omit=("associationWithOther", "associationWithOne"),
        ),
        NamedQuery(
            "compare",
            "Shares of up to six things by month, as if each month held the same shows.",
            ("How did the shares of OpenAI, Anthropic and Google compare, month by month?",),
            (
                Parameter(
                    "x", "things", None, "names of up to six things, separated by semicolons"
                ),
                Parameter("together", "flag", "false", "add the episodes that mention all of them"),
                UNLIKELY,
            ),
            'kgraph query compare --param "x=OpenAI; Anthropic; Google"',
            FunctionSource(compare_by_month),
            {"name": "entity"},
            section="trends",
            omit=("standardEpisodes", "unknownShow", "all", "shows", "change"),
        ),
        NamedQuery(
            "changes",
            "What changed in the graph since the previous build.",
            ("What changed in the graph since the previous build?",),
            (Parameter("what", "text", "episode entity id edge", "one or more of the four"),),
            "kgraph query changes --param what=entity",
            FunctionSource(list_changes),
            section="quality",
        ),
    )
}
"""Name, as ``kgraph query NAME`` takes it -> analysis; no saved query has the same name."""
