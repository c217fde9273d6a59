"""The yardstick: the graph as a capable user would make it in an afternoon.

    python benchmarks/plain_script.py FOLDER [--turtle FILE] [--load]

python-frontmatter reads the files, rdflib holds and writes the graph, with the classes and
properties that kgraph writes (``ontology/kgraph.ttl``). Nothing is resolved: every entry
under ``companies`` is a company by its name as written, its confidence is what the label
says, the show is what ``source`` says, and a file that does not parse is left out. Nothing
here is slowed down, and nothing tuned. Prints seconds by stage as JSON; with ``--load`` also
those that the next process needs to have the graph again for its queries.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import frontmatter
import rdflib
import yaml
from rdflib import OWL, PROV, RDF, RDFS, SKOS, VOID, XSD, Literal, Namespace, URIRef

BASE = Namespace("https://w3id.org/kgraph/id/")
KG = Namespace("https://w3id.org/kgraph/ns#")
SCHEMA = Namespace("https://schema.org/")
OA = Namespace("http://www.w3.org/ns/oa#")
FIELDS = {
    "title": SCHEMA.name,
    "date": SCHEMA.datePublished,
    "source": KG.statedSource,
    "original_url": SCHEMA.url,
    "processing_date": KG.processedAt,
    "layout": KG.layout,
    "llm_enhanced": KG.llmEnhanced,
    "has_transcript": KG.hasTranscript,
    "transcript_url": KG.transcript,
}
ROWS = {
    "companies": (
        KG.CompanyRow,
        {
            "name": KG.surface,
            "category": KG.statedCategory,
            "confidence": KG.statedConfidence,
            "context": OA.exact,
            "position": KG.position,
        },
    ),
    "quotes": (
        KG.QuoteRow,
        {
            "relevance_score": KG.statedRelevance,
            "topic": KG.statedTopic,
            "topics": KG.statedTopic,
            "impact_reason": KG.impactReason,
            "length": KG.statedLength,
        },
    ),
    "topics": (
        KG.TopicRow,
        {
            "mentions": KG.statedKeywordCount,
            "prominence": KG.statedProminence,
            "keywords": KG.keyword,
        },
    ),
    "tags": (KG.TagRow, {}),
    "insights": (
        KG.InsightRow,
        {
            "text": SCHEMA.text,
            "extracted": KG.extracted,
            "type": KG.insightType,
            "confidence": KG.statedConfidence,
            "actionable": KG.actionable,
        },
    ),
    "actionable_items": (
        KG.ActionItemRow,
        {
            "action": SCHEMA.text,
            "category": KG.statedCategory,
            "full_context": OA.exact,
            "priority": KG.priority,
        },
    ),
}

CONFIDENCE = {"high": 0.9, "medium": 0.6, "low": 0.3}


class File(NamedTuple):
    """A file that parses."""

    name: str
    sha256: str
    meta: dict[str, Any]
    body: str


def read(folder: Path) -> tuple[list[File], int]:
    """The files of a folder, and how many do not parse."""
    files, skipped = [], 0
    for path in sorted(folder.rglob("*.md")):
        data = path.read_bytes()
        try:
            meta, body = frontmatter.parse(data.decode())
        except (yaml.YAMLError, UnicodeDecodeError):
            skipped += 1
            continue
        files.append(File(path.name, hashlib.sha256(data).hexdigest(), meta, body))
    return files, skipped


def key(name: str) -> str:
    """Letters and digits in lower case."""
    return re.sub(r"[\W_]+", "", name.lower()) or hashlib.sha256(name.encode()).hexdigest()[:8]


def slug(name: str) -> str:
    """A name as a segment of an IRI."""
    return re.sub(r"[^\w.]+", "-", name)


def literal(value: object) -> Literal:
    """A value of YAML as a literal; fractions are decimals, as in kgraph's graph."""
    if isinstance(value, float):
        return Literal(Decimal(str(round(value, 3))))
    if isinstance(value, bool | int | date | datetime):
        return Literal(value)
    return Literal(str(value))


class Script:
    """The graph in the making, and what its files have in common."""

    def __init__(self) -> None:
        self.graph = rdflib.Graph(bind_namespaces="none")
        for prefix, namespace in {
            **{"kg": KG, "schema": SCHEMA, "oa": OA, "owl": OWL, "prov": PROV, "rdf": RDF},
            **{"rdfs": RDFS, "skos": SKOS, "void": VOID, "xsd": XSD},
        }.items():
            self.graph.bind(prefix, namespace)
        self.spellings: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.episodes: Counter[str] = Counter()
        self.confidence: dict[str, float] = defaultdict(float)

    def add(self, subject: URIRef, **values: rdflib.term.Node | list[Any]) -> None:
        """Statements whose predicates are ours, by local name."""
        for name, value in values.items():
            for item in value if isinstance(value, list) else [value]:
                self.graph.add((subject, KG[name], item))

    def type(self, subject: URIRef, *classes: URIRef) -> None:
        """Classes of a thing."""
        for class_ in classes:
            self.graph.add((subject, RDF.type, class_))

    # -- a file --------------------------------------------------------------

    def add_file(self, file: File) -> None:
        """All that one file says."""
        name = slug(Path(file.name).stem)
        episode, source = BASE[f"episode/{name}"], BASE[f"file/{slug(file.name)}"]
        self.type(episode, SCHEMA.PodcastEpisode)
        self.graph.add((episode, PROV.wasDerivedFrom, source))
        self.type(source, KG.EpisodeFile, PROV.Entity)
        self.add(source, fileName=Literal(file.name), sha256=Literal(file.sha256))
        self.add(source, bodyComment=list(map(Literal, re.findall("<!--(.*?)-->", file.body))))
        self.add_fields(episode, file.meta)
        self.add_show(name, episode, file.meta.get("source"))
        self.add_rows(name, episode, source, file.meta)
        companies = self.add_mentions(name, episode, file.meta.get("companies") or [])
        self.add_terms(name, episode, file.meta)
        self.add_quotes(name, episode, file.meta.get("quotes") or [], companies)

    def add_fields(self, episode: URIRef, meta: dict[str, Any]) -> None:
        """The fields that are no lists of rows."""
        for field, predicate in FIELDS.items():
            if meta.get(field) is not None:
                self.graph.add((episode, predicate, literal(meta[field])))
        if isinstance(meta.get("duration"), int) and meta["duration"] >= 0:
            duration = Literal(f"PT{meta['duration']}M", datatype=XSD.duration)
            self.graph.add((episode, SCHEMA.duration, duration))
        self.add(episode, dateSource=KG.PublicationDate)
        summary = meta.get("summary") or ""
        summary_fields = summary[0] if isinstance(summary, list) else {"overview": summary}
        self.graph.add((episode, SCHEMA.abstract, Literal(summary_fields.get("overview", ""))))
        self.add(episode, keyTakeaway=list(map(literal, summary_fields.get("key_takeaways") or [])))
        self.add(episode, statedTheme=list(map(literal, summary_fields.get("themes") or [])))

    def add_show(self, name: str, episode: URIRef, source: str | None) -> None:
        """The show, as the file names it."""
        if not source or source == "Unknown Source":
            return
        show, edge = BASE[f"show/{key(source)}"], BASE[f"membership/{name}/{key(source)}"]
        self.graph.add((episode, SCHEMA.partOfSeries, show))
        self.type(edge, KG.Membership)
        self.add(edge, episode=episode, show=show, confidence=literal(1.0))
        self.type(show, KG.Show, SCHEMA.PodcastSeries)
        self.graph.add((show, SCHEMA.name, Literal(source)))

    def add_rows(self, name: str, episode: URIRef, source: URIRef, meta: dict[str, Any]) -> None:
        """Every entry of every list, as it stands."""
        for list_, (class_, predicates) in ROWS.items():
            for index, row in enumerate(meta.get(list_) or []):
                subject = BASE[f"row/{name}/{list_}/{index}"]
                self.type(subject, class_)
                self.add(subject, jsonPointer=Literal(f"/{list_}/{index}"))
                self.graph.add((subject, PROV.wasDerivedFrom, source))
                values = row if isinstance(row, dict) else {}
                enhanced = values.get("source") == "llm_enhanced"
                self.add(subject, extractor=KG.LanguageModel if enhanced else KG.RegexPass)
                for field, predicate in predicates.items():
                    value = values.get(field)
                    for item in value if isinstance(value, list) else [value]:
                        if item is not None:
                            self.graph.add((subject, predicate, literal(item)))
                if list_ == "insights":
                    self.add(episode, insight=subject)
                elif list_ == "actionable_items":
                    self.add(episode, actionItem=subject)

    # -- edges ---------------------------------------------------------------

    def add_mentions(
        self, name: str, episode: URIRef, rows: list[dict[str, Any]]
    ) -> dict[URIRef, str]:
        """Every entry as a company: the companies, with their names."""
        by_key: dict[str, list[int]] = defaultdict(list)
        for index, row in enumerate(rows):
            by_key[key(str(row["name"]))].append(index)
        return dict(
            self.add_mention(name, episode, f"company/{key_}", rows, indexes)
            for key_, indexes in by_key.items()
        )

    def add_mention(
        self, name: str, episode: URIRef, id_: str, rows: list[dict[str, Any]], indexes: list[int]
    ) -> tuple[URIRef, str]:
        """A company of an episode, with the rows that name it."""
        company, mention = BASE[id_], BASE[f"mention/{name}/{id_}"]
        stated = [str(rows[place].get("confidence")).lower() for place in indexes]
        confidence = max(CONFIDENCE.get(label, 0.5) for label in stated)
        label = str(rows[indexes[0]]["name"])
        self.graph.add((episode, SCHEMA.mentions, company))
        self.type(mention, KG.Mention)
        self.graph.add((mention, RDFS.label, Literal(label)))
        self.add(mention, episode=episode, entity=company, status=KG.Accepted)
        self.add(mention, confidence=literal(confidence), rule=Literal("as-written"))
        self.add(
            mention, mentionCount=Literal(len(indexes)), reason=Literal("stated: " + stated[0])
        )
        self.add(mention, evidence=[BASE[f"row/{name}/companies/{place}"] for place in indexes])
        self.episodes[id_] += 1
        self.confidence[id_] = max(self.confidence[id_], confidence)
        self.spellings["company", id_].update(str(rows[place]["name"]) for place in indexes)
        return company, label

    def add_terms(self, name: str, episode: URIRef, meta: dict[str, Any]) -> None:
        """Topics and tags."""
        for row in meta.get("topics") or []:
            id_ = f"topic/{key(row['topic'])}"
            edge = BASE[f"topicality/{name}/{key(row['topic'])}"]
            self.spellings["topic", id_][row["topic"]] += 1
            self.graph.add((episode, SCHEMA.about, BASE[id_]))
            self.type(edge, KG.Topicality)
            self.add(edge, episode=episode, topic=BASE[id_], confidence=literal(1.0))
            self.add(edge, prominence=literal(float(row.get("prominence") or 0)))
            self.add(edge, keywordCount=literal(row.get("mentions") or 0))
        for tag in meta.get("tags") or []:
            id_, edge = f"tag/{key(tag)}", BASE[f"tagging/{name}/{key(tag)}"]
            self.spellings["tag", id_][tag] += 1
            self.graph.add((episode, SCHEMA.keywords, BASE[id_]))
            self.type(edge, KG.Tagging)
            self.add(edge, episode=episode, tag=BASE[id_], confidence=literal(1.0))

    def add_quotes(
        self, name: str, episode: URIRef, rows: list[dict[str, Any]], companies: dict[URIRef, str]
    ) -> None:
        """Quotes, by their texts, where they stand, and which companies they name."""
        for index, row in enumerate(rows):
            text = str(row["text"])
            digest = hashlib.sha256(text.encode()).hexdigest()[:16]
            quote, edge = BASE[f"quote/{digest}"], BASE[f"occurrence/{name}/{digest}"]
            self.graph.add((episode, SCHEMA.hasPart, quote))
            self.type(quote, SCHEMA.Quotation)
            self.graph.add((quote, SCHEMA.text, Literal(text)))
            self.add(quote, advert=Literal(False))
            self.type(edge, KG.Occurrence)
            self.add(edge, episode=episode, quote=quote, confidence=literal(1.0))
            self.add(edge, relevance=literal(float(row.get("relevance_score") or 0) / 10))
            self.add(edge, evidence=BASE[f"row/{name}/quotes/{index}"], theme=self.themes(row))
            for company, label in companies.items():
                if label in text:
                    naming = BASE[f"naming/{digest}/{company.removeprefix(BASE)}"]
                    self.graph.add((quote, SCHEMA.mentions, company))
                    self.type(naming, KG.Naming)
                    self.add(naming, quote=quote, entity=company, confidence=literal(0.5))

    def themes(self, row: dict[str, Any]) -> list[URIRef]:
        """The topic strings of a quote, as themes by their spelling."""
        strings = [str(one) for one in [row.get("topic"), *(row.get("topics") or [])] if one]
        ids = [f"theme/{key(string)}" for string in strings]
        for id_, string in zip(ids, strings, strict=True):
            self.spellings["theme", id_][string] += 1
        return [BASE[id_] for id_ in ids]

    # -- what files have in common -------------------------------------------

    def add_shared(self) -> None:
        """Companies, topics, tags and themes, and the data set itself."""
        for (kind, id_), spellings in self.spellings.items():
            subject = BASE[id_]
            label, *alternatives = (spelling for spelling, _ in spellings.most_common())
            for other in alternatives:
                self.graph.add((subject, SKOS.altLabel, Literal(other)))
            if kind == "company":
                self.type(subject, KG.Company, SCHEMA.Organization)
                self.graph.add((subject, SCHEMA.name, Literal(label)))
                self.add(subject, episodeCount=Literal(self.episodes[id_]))
                self.add(subject, bestConfidence=literal(self.confidence[id_]))
            else:
                self.type(subject, KG[kind.capitalize()], SKOS.Concept)
                self.graph.add((subject, SKOS.prefLabel, Literal(label)))
                self.add(subject, rowCount=Literal(spellings.total()))
        self.type(BASE["dataset"], VOID.Dataset, PROV.Entity)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--turtle", type=Path, default=Path("plain.ttl"))
    parser.add_argument("--load", action="store_true")
    arguments = parser.parse_args()
    start = time.perf_counter()
    files, skipped = read(arguments.folder)
    parsed = time.perf_counter()
    script = Script()
    for file in files:
        script.add_file(file)
    script.add_shared()
    added = time.perf_counter()
    script.graph.serialize(arguments.turtle, format="turtle")
    write_time = time.perf_counter()
    seconds = {
        "parse": parsed - start,
        "graph.add": added - parsed,
        "serialize": write_time - added,
    }
    triples = len(script.graph)
    if arguments.load:
        del script
        rdflib.Graph().parse(arguments.turtle, format="turtle")
        seconds["load for query"] = time.perf_counter() - write_time
    result = {"files": len(files), "skipped": skipped, "triples": triples, "seconds": seconds}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
