"""kgraph.draw.bundle: modules joined into one script, none of which loses anything by it."""

import re

import pytest

from kgraph.atlas.write import PAGE_MODULE, WORKER_MODULE, read_asset
from kgraph.base.errors import ExportError
from kgraph.draw.bundle import bundle_modules, list_imports, minify, order_modules

PARTS = {
    "a.js": 'import {b} from "./b.js";\nimport {c} from "../../draw/assets/c.js";\nb(c);\n',
    "b.js": 'import { c } from "./c.js";\nexport const b = (x) => c;\n',
    "c.js": "// says why\n  const d = 1;\nexport const c = 2;\n",
}
MODULES = sorted(
    {*order_modules(PAGE_MODULE, read_asset), *order_modules(WORKER_MODULE, read_asset)}
)


def test_modules_stand_after_those_that_they_import():
    script = "const d = 1;\nconst c = 2;\nconst b = (x) => c;\nb(c);\n"
    assert bundle_modules("a.js", PARTS.__getitem__) == script


def test_a_circle_of_modules_is_refused():
    parts = {"a.js": 'import {b} from "./b.js";\n', "b.js": 'import {a} from "./a.js";\n'}
    with pytest.raises(ExportError, match=r"a\.js imports b\.js imports a\.js: a circle"):
        bundle_modules("a.js", parts.__getitem__)


@pytest.mark.parametrize("name", MODULES)
def test_every_import_is_understood(name):
    assert len(list_imports(read_asset(name))) == len(
        re.findall(r"^import\b", read_asset(name), re.MULTILINE)
    )


@pytest.mark.parametrize("name", MODULES)
def test_no_text_of_several_lines_stands_in_a_module(name):
    """Else :func:`minify` would take from it."""
    for line in minify(read_asset(name)).splitlines():
        code = re.sub(r"(?<=\()/(?:\\.|\[[^]]*\]|[^/])+/", "", line)  # a regular expression
        assert code.count("`") % 2 == 0, line
