"""Settings of the documentation site (https://www.sphinx-doc.org/en/master/usage/configuration.html)."""

from __future__ import annotations

from kgraph.base.version import VERSION

project = "kgraph"
author = "the authors of kgraph"
version = release = VERSION
extensions = ["myst_parser", "sphinx.ext.apidoc", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "internals/modules.rst"]

# Roles must resolve within kgraph; names of other libraries have no pages here, for the site is
# built without a network.
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
