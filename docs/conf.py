"""Settings of the documentation site: https://www.sphinx-doc.org/en/master/usage/configuration.html"""

from __future__ import annotations

import pydoc
from types import SimpleNamespace
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from kgraph.analysis import co_mentions
from kgraph.base import VERSION

# Imported there for type checkers only; autodoc evaluates its annotations.
vars(co_mentions)["networkx"] = SimpleNamespace(Graph=list)

project = "kgraph"
author = "the authors of kgraph"
version = release = VERSION
extensions = ["myst_parser", "sphinx.ext.apidoc", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "internals/modules.rst"]

# Roles must name something that exists in kgraph. Names of other libraries are not checked: the
# site is built without a network.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!kgraph\b)[\w.]+\..+")]

myst_heading_anchors = 4

apidoc_modules = [
    {
        "path": "../kgraph",
        "destination": "internals",
        "separate_modules": True,
        "module_first": True,
    }
]
autodoc_default_options = {"ignore-module-all": True}  # each name once, in its own module
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "kgraph"
html_show_sourcelink = False
html_copy_source = False


_texts: dict[str, list[str]] = {}


def setup(app: Sphinx) -> None:
    """Register the handlers below; napoleon's own has the priority 500."""
    app.connect("autodoc-process-docstring", keep_text, priority=100)
    app.connect("autodoc-process-docstring", restore_text, priority=900)
    app.connect("missing-reference", resolve_by_import)
    app.connect("html-page-context", collapse_navigation, priority=400)  # before the theme's own


def keep_text(  # noqa: PLR0917 (the event's parameters)
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Keep the text of a constant or attribute: napoleon reads "seconds: why" as type and text."""
    if what in ("attribute", "data", "property"):
        _texts[name] = list(lines)


def restore_text(  # noqa: PLR0917
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Put back what :func:`keep_text` kept."""
    if name in _texts:
        lines[:] = _texts.pop(name)


def resolve_by_import(
    app: Sphinx, env: BuildEnvironment, node: Any, contnode: nodes.Element
) -> nodes.Element | None:
    """Resolve a role by importing what it names, from its own module or by its full name.

    A package exports names of its modules: the role leads to the module's page. What exists
    without a page of its own, such as a private constant, stays plain text.
    """
    if node.get("refdomain") != "py":
        return None
    target, module = node["reftarget"], node.get("py:module") or ""
    for name in (target, f"{module}.{target}", f"{module}.{node.get('py:class')}.{target}"):
        target_object = pydoc.locate(name) if name.startswith("kgraph") else None
        if target_object is None:
            continue
        parts = [getattr(target_object, key, "") for key in ("__module__", "__qualname__")]
        full = ".".join(parts)
        entry = env.domains["py"].objects.get(full)
        if entry is None:
            return contnode
        return make_refnode(
            app.builder, node["refdoc"], entry.docname, entry.node_id, contnode, full
        )
    return None


def collapse_navigation(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Keep only the branch of the page itself below the first level of the tree of pages.

    The theme puts the whole tree, with 500 modules and all their names, on each page, which took
    most of the time of a build.
    """
    toctree = context.get("toctree")
    if toctree is not None:
        context["toctree"] = lambda **options: toctree(**options | {"collapse": True})
