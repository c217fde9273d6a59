"""How long does a search take?

Takes a store; asks fifty searches of every sort, each three times in one open index, without
a filter and with some, and prints the median and the worst of the best times, in
milliseconds; then how long fresh processes take to their hits.

    python benchmarks/searches.py STORE
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from measuring import KGRAPH, run

from kgraph.search import Filters, Index, search
from kgraph.store import Store

SEARCHES = """
nvidia|circle|meta|ai|bitcoin|the|company|agents|robotics|pricing|advertising|gaming
stablecoin yield|prediction markets|data center power|openai revenue|gpu shortage
interest rates inflation|venture capital|open source models|context window|humanoid robots
tesla self-driving|energy nuclear|sam altman|jensen huang|ethereum layer 2|solana memecoin
etf flows|ipo market|china chips|defense tech|healthcare ai|startup founders|remote work
search engine|crypto regulation clarity act|SEC lawsuit|$100 billion|比特幣|regulation
"export controls"|"large language models"|"product market fit"|"stablecoin" OR "yield"
tokeniz*|poly*|coinbase -bitcoin|ai NOT agents|Nvidai|Antropic
""".replace("\n", "|")
FILTERS = {
    "all": Filters(),
    "quotes": Filters(kinds=frozenset({"quote"})),
    "half a year, relevant": Filters(since="2025-04-01", until="2025-09-30", min_relevance=0.5),
}
TIMES = 3


def warm(index: Index, text: str, filters: Filters) -> float:
    """Milliseconds of a search, the best of three."""
    best = float("inf")
    for _ in range(TIMES):
        start = time.perf_counter()
        search(index, text, filters)
        best = min(best, time.perf_counter() - start)
    return best * 1000


def main(path: Path) -> None:
    """Measure, and print."""
    index = Index(Store(path))
    texts = [text for text in SEARCHES.split("|") if text]
    for name, filters in FILTERS.items():
        took = sorted((warm(index, text, filters), text) for text in texts)
        median = statistics.median(ms for ms, _ in took)
        worst, text = took[-1]
        print(
            f"{name}: {len(took)} searches, median {median:.1f} ms, worst {worst:.1f} ms ({text})"
        )
    command: list[str | Path] = [*KGRAPH, "search", "stablecoin yield", "--store", path]
    cold = [run(command).wall for _ in range(5)]
    print(f"fresh process: median {statistics.median(cold):.2f} s, best {min(cold):.2f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
