"""Look up the names of parameters in a graph behind a SPARQL endpoint.

A whole graph has too many names to fetch. So the endpoint is asked for what may have the names of
one question, and the same lookup as in a store chooses among these. Rows are not counted there: of
several things with a name, the one that more episodes mention comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace
from pyoxigraph import Literal, NamedNode

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.text import local_id, shorten
from kgraph.graph import Entity, EpisodeSummary, SharedData, TaxonomyTerm
from kgraph.graph.episode_lookup import find_episode
from kgraph.graph.lookup import find_entity_or_theme
from kgraph.graph.term_lookup import find_topic_or_tag, list_topic_and_tag_ids
from kgraph.query.parameters import Parameter, bind_arguments, check_example_exists

Select = Callable[[str], list[dict[str, str]]]
"""Asks a query; returns its solutions, each as texts by variable."""

MAX_CANDIDATES = 200  #: things that are looked at for a name

_NAME_TYPES = frozenset({"entity", "show", "thing", "group", "subject"})
_THEME_TYPES = frozenset({"theme", "thing", "group", "subject", "entity"})
_TERM_CLASSES = {"theme": "kg:Theme", "topic": "kg:Topic", "tag": "kg:Tag"}

_BASE_QUERY = (
    "SELECT DISTINCT ?dataset { ?dataset a void:Dataset ; prov:wasGeneratedBy ?build . "
    "?build a kg:Build }"
)
_EPISODES_QUERY = """SELECT ?episode ?title ?day ?source ?show WHERE {{
  ?episode a schema:PodcastEpisode ; schema:name ?title .
  OPTIONAL {{ ?episode kg:day ?day }}
  OPTIONAL {{ ?episode kg:dateSource ?source }}
  OPTIONAL {{ ?episode schema:partOfSeries ?show }}
  {condition}
}}"""


def find_base(select: Select, endpoint: str) -> str:
    """Return the base of a graph's IRIs.

    Raises:
        InputError: there is no graph of kgraph, or there are several.
    """
    bases = {row["dataset"].removesuffix("dataset") for row in select(_BASE_QUERY)}
    if len(bases) != 1:
        graphs = f"{len(bases)} graphs" if bases else "no graph"
        raise InputError(
            f"{endpoint}: holds {graphs} of kgraph: load one (`kgraph build --to`, `kgraph push`), "
            "or name its graph with ?default-graph-uri=IRI behind the address"
        )
    return bases.pop()


def list_episode_summaries(
    select: Select, base: str, condition: str = ""
) -> dict[str, EpisodeSummary]:
    """Return title, day and show of episodes, by slug.

    Args:
        condition: a pattern of ?episode and ?title; "" for all.
    """
    summaries = {}
    for row in select(_EPISODES_QUERY.format(condition=condition)):
        is_dated = row.get("source", "").endswith("PublicationDate")
        show = row.get("show", "").removeprefix(base)
        slug = row["episode"].removeprefix(f"{base}episode/")
        summaries[slug] = EpisodeSummary((), row["title"], row.get("day", ""), is_dated, show)
    return dict(sorted(summaries.items()))


class NameFinder:
    """Finds what the names of a question's parameters may mean.

    Args:
        base: base of the instances' IRIs.
        endpoint: its address, for messages.
    """

    def __init__(self, select: Select, base: str, endpoint: str) -> None:
        self._select = select
        self._base = base
        self._endpoint = endpoint

    def find(
        self, query_name: str, parameters: Iterable[Parameter], arguments: Mapping[str, str]
    ) -> SharedData:
        """Return the entities, terms and episodes that may have the names of parameters.

        Raises:
            UnknownNameError: nothing there can have a name.
            InputError: a parameter is unknown, missing, empty or too long.
        """
        shared = SharedData()
        for name, (parameter, text) in bind_arguments(query_name, parameters, arguments).items():
            if not text.strip():
                continue
            before = len(shared.entities), len(shared.summaries)
            if parameter.type in _NAME_TYPES:
                shared.entities.update(self._find_entities(text))
            if parameter.type == "episode":
                shared.summaries = {**shared.summaries, **self._find_episodes(text)}
            for kind in ("theme", "topic", "tag"):
                is_wanted = parameter.type == kind or (
                    kind == "theme" and parameter.type in _THEME_TYPES
                )
                terms = {"theme": shared.themes, "topic": shared.topics, "tag": shared.tags}[kind]
                if is_wanted and not terms:
                    terms.update(self._list_terms(kind))
            if parameter.type == "thing":
                self._add_topics_and_tags(shared, text)
            is_strict = parameter.type in ("show", "episode", "entity")
            if is_strict and before == (len(shared.entities), len(shared.summaries)):
                error = UnknownNameError(
                    f"nothing at {self._endpoint} is called {shorten(text)!r}: give its id, or "
                    "its name as the graph has it",
                    parameter=name,
                )
                check_example_exists(query_name, parameters, arguments, name, error)
                raise error
        return shared

    def find_named(self, name: str) -> tuple[str, SharedData]:
        """Return the id of the thing that a name means, with what may have the name.

        It is an entity or theme, else an episode, else a topic or tag.

        Raises:
            UnknownNameError: nothing there can have the name.
            AmbiguousNameError: it is a ticker of entities of several types, or a title of episodes.
        """
        parameters = [
            Parameter("name", type_, None, "of a thing") for type_ in ("thing", "episode")
        ]
        things = self.find("look-up", parameters[:1], {"name": name})
        try:
            return find_entity_or_theme(things, name), things
        except UnknownNameError:
            pass  # it may be an episode
        try:
            shared = self.find("look-up", parameters[1:], {"name": name})
            return f"episode/{find_episode(shared.summaries, name)}", shared
        except UnknownNameError:
            if term := find_topic_or_tag(things, name):
                return term, things
            raise

    def _find_entities(self, text: str) -> dict[str, Entity]:
        candidates = self._find_things(text)
        if not candidates:
            return {}
        values = f"VALUES ?thing {{ {' '.join(str(NamedNode(iri)) for iri in candidates)} }}"
        entities: dict[str, Entity] = {}
        for row in self._select(f"SELECT ?thing ?name {{ {values} ?thing schema:name ?name }}"):
            type_, _, key = row["thing"].removeprefix(self._base).partition("/")
            if type_ in ENTITY_TYPES:
                entity = Entity(type_, key, row["name"], {}, replaces=candidates[row["thing"]])
                entities[entity.id] = entity
        for row in self._select(
            f"SELECT ?thing ?name {{ {values} ?thing skos:altLabel|skos:hiddenLabel ?name }}"
        ):
            if entity_ := entities.get(row["thing"].removeprefix(self._base)):
                entity_.surfaces[row["name"]] = 1
        for row in self._select(
            f"SELECT ?thing ?symbol {{ {values} ?thing schema:tickerSymbol ?symbol }}"
        ):
            if entity_ := entities.get(row["thing"].removeprefix(self._base)):
                entity_.tickers = (*entity_.tickers, row["symbol"])
        for row in self._select(
            f"SELECT ?thing (COUNT(DISTINCT ?episode) AS ?n) {{ {values} "
            "?episode a schema:PodcastEpisode ; schema:mentions ?thing } GROUP BY ?thing"
        ):
            if entity_ := entities.get(row["thing"].removeprefix(self._base)):
                entity_.episodes = int(row["n"])
        return dict(sorted(entities.items()))

    def _find_things(self, text: str) -> dict[str, tuple[str, ...]]:
        """Return the IRIs of what may have a name or an id, each with its former ids."""
        if "/" in (id_ := local_id(text)):
            try:
                node = NamedNode(self._base + id_)
            except ValueError:
                return {}
            rows = self._select(f"SELECT ?thing {{ {node} dcterms:isReplacedBy ?thing }}")
            return {node.value: ()} | {row["thing"]: (id_,) for row in rows}
        properties = "schema:name|skos:altLabel|skos:hiddenLabel|schema:tickerSymbol"
        rows = self._select(
            f"SELECT DISTINCT ?thing {{ ?thing {properties} ?name . "
            f"{filter_by_name('?name', text)} "
            f"FILTER(STRSTARTS(STR(?thing), {Literal(self._base)})) }} LIMIT {MAX_CANDIDATES}"
        )
        return {row["thing"]: () for row in rows}

    def _find_episodes(self, text: str) -> dict[str, EpisodeSummary]:
        slug = local_id(text).removeprefix("episode/")
        iri = Literal(f"{self._base}episode/{slug}")
        for condition in (f"FILTER(STR(?episode) = {iri})", filter_by_name("?title", text)):
            if summaries := list_episode_summaries(self._select, self._base, condition):
                return summaries
        name = Literal(text.rpartition("/")[2])
        rows = self._select(
            "SELECT DISTINCT ?episode ?file { ?episode a schema:PodcastEpisode ; "
            f"prov:wasDerivedFrom/kg:fileName ?file FILTER(CONTAINS(?file, {name})) }} "
            f"LIMIT {MAX_CANDIDATES}"
        )
        files = {row["episode"]: row["file"] for row in rows}
        if not files:
            return {}
        iris = " ".join(str(NamedNode(iri)) for iri in files)
        condition = f"VALUES ?episode {{ {iris} }}"
        summaries = list_episode_summaries(self._select, self._base, condition)
        return {
            slug: replace(summary, files=(files[f"{self._base}episode/{slug}"],))
            for slug, summary in summaries.items()
        }

    def _add_topics_and_tags(self, shared: SharedData, name: str) -> None:
        nodes = [NamedNode(self._base + id_) for id_ in list_topic_and_tag_ids(name)]
        values = " ".join(map(str, nodes))
        rows = self._select(
            f"SELECT ?term ?label {{ VALUES ?term {{ {values} }} ?term skos:prefLabel ?label }}"
        )
        for row in rows:
            id_ = row["term"].removeprefix(self._base)
            terms = shared.topics if id_.startswith("topic/") else shared.tags
            terms[id_] = TaxonomyTerm(row["label"], {})

    def _list_terms(self, kind: str) -> dict[str, TaxonomyTerm]:
        rows = self._select(
            f"SELECT ?term ?label {{ ?term a {_TERM_CLASSES[kind]} ; skos:prefLabel ?label }}"
        )
        terms = {
            row["term"].removeprefix(self._base): TaxonomyTerm(row["label"], {}) for row in rows
        }
        return dict(sorted(terms.items()))


def filter_by_name(variable: str, name: str) -> str:
    """Return a filter of texts that may be a name, whatever their case, spaces and punctuation.

    Accents have to be as they are there. The filter lets more through than the lookup takes.

    >>> filter_by_name("?n", "Open A.I.")
    'FILTER(REPLACE(LCASE(STR(?n)), "[^a-z0-9]", "") = "openai")'
    """
    lower = name.lower()
    if letters := re.sub("[^a-z0-9]", "", lower):
        stripped = f'REPLACE(LCASE(STR({variable})), "[^a-z0-9]", "")'
        return f"FILTER({stripped} = {Literal(letters)})"
    return f"FILTER(LCASE(STR({variable})) = {Literal(lower.strip())})"
