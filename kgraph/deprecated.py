"""Names of kgraph 0.1 that moved: they work for one release, with a ``DeprecationWarning``.

Packages and modules that are gone are created by a finder on first import. Packages that still
exist, but renamed what they export, call :func:`add_old_names`. This file, that call in each
package and the two lines in ``kgraph/__init__.py`` are deleted together.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

MOVED_MODULES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "kgraph.build": ("kgraph.pipeline", {}),
    "kgraph.reading": ("kgraph.ingest", {"find": "find_files", "read": "read_file"}),
    "kgraph.triples": (
        "kgraph.rdf",
        {
            "Group": "SubjectBlock",
            "groups_of_episode": "describe_episode",
            "groups_of_shared": "describe_shared",
            "size": "count_statements",
        },
    ),
    "kgraph.facts": ("kgraph.views", {}),
    "kgraph.view": ("kgraph.draw", {"LARGEST": "MAX_VIEW_NODES", "view": "write_view"}),
    "kgraph.web": ("kgraph.server", {}),
    "kgraph.mcp": ("kgraph.server.mcp", {"Asker": "AgentService", "serve": "serve_agents"}),
    "kgraph.knowledge": ("kgraph.api", {}),
    "kgraph.errors": ("kgraph.base.errors", {"next_move": "suggest_fix"}),
    "kgraph.model": (
        "kgraph.base.model",
        {
            "Episode": "EpisodeFile",
            "LAYOUT": "LAYOUT_VERSION",
            "NOISE": "REJECTED",
            "Problem": "InputProblem",
            "Reading": "FileResult",
            "Value": "FieldValue",
            "to_json": "dump_json",
        },
    ),
    "kgraph.ontology": (
        "kgraph.base.vocabulary",
        {
            "BASE": "BASE_IRI",
            "Field": "FieldSpec",
            "Fields": "FieldTable",
            "LOADER": "YAML_LOADER",
            "RowType": "RowSpec",
            "curie": "compact_iri",
            "expand": "expand_curie",
            "fields": "load_field_table",
            "load": "load_yaml",
            "shared": "data_path",
        },
    ),
    "kgraph.lexicon": (
        "kgraph.base.lexicon",
        {
            "Entry": "LexiconEntry",
            "File": "LexiconFile",
            "Hit": "LexiconMatch",
            "How": "NameKind",
            "Terms": "EntryFields",
            "build": "build_lexicon",
            "load": "load_lexicon",
            "read": "read_lexicon_file",
        },
    ),
    "kgraph.names": (
        "kgraph.base.text",
        {
            "LEAST_LIKENESS": "MIN_SIMILARITY",
            "SUGGESTIONS": "MAX_SUGGESTIONS",
            "UNLIKE": "MIN_LENGTH_RATIO",
            "counted": "pluralize",
            "digest": "hex_digest",
            "id_of": "local_id",
            "iso_day": "parse_day",
            "key": "name_key",
            "letters": "fold_letters",
            "likeness": "spelling_similarity",
            "nearest": "suggest_names",
            "said_day": "format_day",
            "slug": "slugify",
            "without_surrogates": "replace_surrogates",
        },
    ),
}
"""Module that is gone -> the module in its place, and old name -> new name. Names that are not
listed are unchanged."""

RENAMED: Mapping[str, Mapping[str, str]] = {
    "kgraph.analysis": {
        "Analysis": "NamedQuery",
        "Question": "NamedQuery",
        "analyse": "run_analysis",
        "answer": "answer_query",
        "table": "fetch_answer_table",
        "taken": "describe_query_substitutions",
    },
    "kgraph.atlas": {"Drawn": "AtlasPage", "atlas": "draw_atlas", "draw": "draw_atlas"},
    "kgraph.export": {"FORMATS": "EXPORT_FORMATS", "Format": "ExportFormat"},
    "kgraph.graph": {"Outline": "EpisodeSummary", "Shared": "SharedData", "Term": "TaxonomyTerm"},
    "kgraph.query": {
        "FORMATS": "ANSWER_FORMATS",
        "Format": "AnswerFormat",
        "SavedQuery": "NamedQuery",
        "ask": "run_query",
        "saved_queries": "load_saved_queries",
    },
    "kgraph.search": {"KINDS": "HIT_KINDS", "Kind": "HitKind"},
    "kgraph.store": {"Draft": "BuildWriter", "Meta": "BuildMeta"},
}
"""Package -> old name -> new name, in packages that still exist."""


def add_old_names(package: str) -> None:
    """Give a package a module-level ``__getattr__`` (PEP 562) for its names in :data:`RENAMED`.

    It is set here, since a ``__getattr__`` in the package's own text would let a type checker
    accept any name.
    """
    names = sys.modules[package].__dict__
    get_late = names.get("__getattr__")  # of kgraph.base.late_names

    def __getattr__(name: str) -> object:
        if name in RENAMED[package]:
            return _get_moved(package, name, package, RENAMED[package][name])
        if get_late:
            return get_late(name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    names["__getattr__"] = __getattr__


class MovedModuleFinder:
    """Meta path finder and loader of the modules in :data:`MOVED_MODULES`.

    It stands last on the path, so it costs nothing while names are right.
    """

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, cls) if name in MOVED_MODULES else None  # type: ignore[arg-type]

    @staticmethod
    def create_module(spec: ModuleSpec) -> None:
        """Let the import system create an ordinary module."""

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        old = module.__name__
        new, renamed = MOVED_MODULES[old]
        warnings.warn(f"{old} is now {new}", DeprecationWarning, stacklevel=2)

        def __getattr__(name: str) -> object:
            if name.startswith("__"):
                raise AttributeError(f"module {old!r} has no attribute {name!r}")
            return _get_moved(old, name, new, renamed.get(name, name))

        module.__dict__["__getattr__"] = __getattr__


def install() -> None:
    """Let ``import kgraph.build`` and its like find what replaced them."""
    sys.meta_path.append(MovedModuleFinder)


def _get_moved(old: str, name: str, module: str, new_name: str) -> object:
    try:
        value: object = getattr(import_module(module), new_name)
    except AttributeError:
        raise AttributeError(f"module {old!r} has no attribute {name!r}") from None
    message = f"{old}.{name} is now {module}.{new_name}"
    warnings.warn(message, DeprecationWarning, stacklevel=3)
    return value
