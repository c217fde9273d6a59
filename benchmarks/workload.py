"""Queries and questions that the benchmarks ask: twelve queries, thirty named questions."""

from __future__ import annotations

BASE = "https://w3id.org/kgraph/id/"

COMPANY = f"<{BASE}company/nvidia>"
OTHER_COMPANY = f"<{BASE}company/openai>"
TWELVE_QUERIES = {
    "count per type": "SELECT ?type (COUNT(?s) AS ?n) { ?s a ?type } GROUP BY ?type",
    "top 20 companies by episodes": """
        SELECT ?name (COUNT(?mention) AS ?n) {
          ?mention kg:entity ?c . ?c a kg:Company ; schema:name ?name
        } GROUP BY ?c ?name ORDER BY DESC(?n) ?c LIMIT 20""",
    "episodes with two companies": f"""
        SELECT ?title {{ ?e a schema:PodcastEpisode ; schema:name ?title ;
          schema:mentions {COMPANY}, {OTHER_COMPANY} }}""",
    "co-mentions of one with counts": f"""
        SELECT ?c (COUNT(?e) AS ?n) {{
          ?e a schema:PodcastEpisode ; schema:mentions {OTHER_COMPANY}, ?c
          FILTER(?c != {OTHER_COMPANY})
        }} GROUP BY ?c ORDER BY DESC(?n) ?c LIMIT 20""",
    "quotes with a word": """
        SELECT ?text { ?o kg:quote ?q ; kg:relevance ?r . ?q schema:text ?text
          FILTER(?r >= 0.7 && CONTAINS(LCASE(?text), "market")) }""",
    "one company by month": f"""
        SELECT ?month (COUNT(?e) AS ?n) {{
          ?e a schema:PodcastEpisode ; schema:mentions {COMPANY} ; schema:datePublished ?date
          BIND(SUBSTR(STR(?date), 1, 7) AS ?month)
        }} GROUP BY ?month ORDER BY ?month""",
    "companies of one episode": """
        SELECT ?name { <EPISODE> schema:mentions ?c . ?c a kg:Company ; schema:name ?name }""",
    "property path": f"""
        SELECT DISTINCT ?topic {{
          {COMPANY} ^schema:mentions/schema:about/skos:prefLabel ?topic }}""",
    "OPTIONAL with NOT EXISTS": """
        SELECT ?title ?show { ?e a schema:PodcastEpisode ; schema:name ?title
          OPTIONAL { ?e schema:partOfSeries/schema:name ?show }
          FILTER NOT EXISTS { ?e kg:actionItem ?item } }""",
    "average by topic": """
        SELECT ?topic (AVG(?p) AS ?mean) {
          ?edge kg:topic/skos:prefLabel ?topic ; kg:prominence ?p } GROUP BY ?topic""",
    "CONSTRUCT of a neighbourhood": f"""
        CONSTRUCT {{ ?e ?p ?o }} WHERE {{
          ?e a schema:PodcastEpisode ; schema:mentions {COMPANY} ; ?p ?o }}""",
    "DESCRIBE": f"DESCRIBE {COMPANY}",
}
"""Name -> SPARQL: the usual shapes of what people ask, in an order of patterns that suits both.

``EPISODE`` stands for the first episode that mentions the company.
"""
EPISODE_QUERY = f"""
    SELECT ?e {{ ?e a schema:PodcastEpisode ; schema:mentions {COMPANY} }} ORDER BY ?e LIMIT 1"""

THIRTY_QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("co-mentioned", {"company": "NVIDIA", "since": "2025-06-01"}),
    ("associated", {"entity": "NVIDIA", "since": "2025-06-01"}),
    ("companies-by-shows", {"minShows": "5"}),
    ("path", {"one": "Anthropic", "other": "Circle"}),
    ("bridges", {"one": "Ethereum", "other": "OpenAI"}),
    ("beside-but-not", {"beside": "OpenAI", "never": "Google"}),
    ("surfaces", {"entity": "JPMorgan"}),
    ("which-one", {"name": "Gemini", "episode": "EPISODE"}),
    ("ranked-by-month", {"kind": "exchange"}),
    ("not-companies", {}),
    ("best-quotes", {"about": "stablecoins", "minRelevance": "0.9", "perEpisode": "2"}),
    ("quotes-of-both", {"one": "BlackRock", "other": "Bitcoin ETF"}),
    ("recurring-quotes", {}),
    ("best-by-week", {"about": "regulation"}),
    ("who-said", {"words": "stablecoin"}),
    ("quotes-naming", {"about": "AI safety", "type": "Company"}),
    ("impact-by-theme", {"word": "risk"}),
    ("risers", {"before": "2025-06", "after": "2025-09"}),
    ("by-month", {"entity": "Polymarket"}),
    ("themes-beside", {"with": "DeFi", "without": "Artificial intelligence"}),
    ("talk-by-month", {"about": "AI bubble"}),
    ("similar-episodes", {"episode": "EPISODE"}),
    ("shows-covering", {"entity": "Solana"}),
    ("listening-list", {"companies": "10", "episodes": "5"}),
    ("same-recording", {}),
    ("listen-to", {"about": "tokenisation"}),
    ("evidence", {"entity": "NVIDIA", "episode": "EPISODE"}),
    ("rejected", {}),
    ("thin-evidence", {}),
    ("changes", {}),
)
"""Name and parameters, in the order in which people asked.

``EPISODE`` stands for an episode that mentions NVIDIA and, if one does, Gemini.
"""
