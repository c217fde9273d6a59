"""The reconciliation service answers as the Reconciliation Service API 0.2 says.

The structs below are what the specification requires of each answer, and nothing else is let
through. Where ``KGRAPH_RECONCILIATION_SCHEMAS`` names a folder with the specification's own JSON
schemas, every answer is held against these as well.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import jsonschema
import msgspec
import pytest
from browser import CHROMIUM, opened
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from sample_graph import HOSTILE
from server.hostile import EVIL
from server.server_fixture import Server, until

from kgraph.server.endpoints.reconcile_requests import BATCH_SIZE

PATH = "/reconcile"
SCHEMAS = os.environ.get("KGRAPH_RECONCILIATION_SCHEMAS", "")


class Strict(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    pass


class Row(Strict, kw_only=True):
    id: str
    name: str
    description: str | msgspec.UnsetType = msgspec.UNSET


class Feature(Strict, kw_only=True):
    id: str
    value: bool | float


class Candidate(Row, kw_only=True):
    type: list[Row]
    score: float
    match: bool
    features: list[Feature]


class Result(Strict, kw_only=True):
    result: list[Candidate]


class Suggestion(Row, kw_only=True):
    notable: list[Row] | msgspec.UnsetType = msgspec.UNSET


class Suggestions(Strict, kw_only=True):
    result: list[Suggestion]


class Url(Strict, kw_only=True):
    url: str


class Preview(Url, kw_only=True):
    width: int
    height: int


class ServicePath(Strict, kw_only=True):
    service_url: str
    service_path: str


class Suggest(ServicePath, kw_only=True):
    flyout_service_url: str
    flyout_service_path: str


class Setting(Strict, kw_only=True):
    name: str
    label: str
    type: str
    default: float
    help_text: str


class Extend(Strict, kw_only=True):
    propose_properties: ServicePath
    property_settings: list[Setting]


class Manifest(Strict, kw_only=True):
    versions: list[str]
    name: str
    identifierSpace: str
    schemaSpace: str
    defaultTypes: list[Row]
    documentation: str
    logo: str
    serviceVersion: str
    batchSize: int
    view: Url
    preview: Preview | msgspec.UnsetType = msgspec.UNSET
    suggest: dict[str, Suggest]
    extend: Extend


class Column(Strict, kw_only=True):
    id: str
    name: str
    type: Row | msgspec.UnsetType = msgspec.UNSET


class Extension(Strict, kw_only=True):
    meta: list[Column]
    rows: dict[str, dict[str, list[dict[str, str | int]]]]


class Proposal(Strict, kw_only=True):
    properties: list[Row]
    type: str
    limit: int | msgspec.UnsetType = msgspec.UNSET


class Flyout(Strict, kw_only=True):
    id: str
    html: str


def check(answer, type_, schema):
    """Check an answer, and return it as a struct."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    if SCHEMAS:
        documents = {p.name: json.loads(p.read_text()) for p in Path(SCHEMAS).glob("*.json")}
        resources = (
            (document["$id"], Resource(document, DRAFT7)) for document in documents.values()
        )
        registry = Registry().with_resources(resources)
        validator = jsonschema.Draft7Validator(documents[f"{schema}.json"], registry=registry)
        validator.validate(answer.json())
    return msgspec.json.decode(answer.content, type=type_)


@pytest.fixture(scope="module")
def service(sample_server):
    """The service of the sample corpus, ready to match names."""
    return ready(sample_server)


def ready(server):
    """Wait until a server has prepared its names, which takes seconds without a cache."""
    ping = {"queries": '{"q": {"query": "x"}}'}
    until(lambda: server.client.post(PATH, data=ping).status_code == 200, 300)
    return server


@pytest.fixture
def ask(service):
    """A function that sends a batch of queries by key, and gives the results by key."""

    def ask(**queries):
        answer = service.client.post(PATH, data={"queries": json.dumps(queries)})
        results = check(answer, dict[str, Result], "reconciliation-result-batch")
        assert list(results) == list(queries)
        return {key: result.result for key, result in results.items()}

    return ask


# -- manifest --------------------------------------------------------------------------


def test_the_manifest_announces_every_service(service):
    manifest = check(service.get(PATH), Manifest, "manifest")
    assert manifest.versions == ["0.2"]
    assert manifest.identifierSpace == "https://w3id.org/kgraph/id/"
    assert manifest.schemaSpace == "https://w3id.org/kgraph/ns#"
    assert manifest.defaultTypes[0] == Row(id="company", name="Company")
    assert (manifest.batchSize, set(manifest.suggest)) == (
        BATCH_SIZE, {"entity", "type", "property"},
    )  # fmt: skip


def test_what_the_manifest_names_is_there(service):
    manifest = check(service.get(PATH), Manifest, "manifest")
    id_ = quote("company/nvidia", safe="")
    for template in (manifest.view.url, manifest.preview.url):
        address = template.replace("{{id}}", id_)
        assert service.client.get(address, follow_redirects=True).status_code == 200
    for kind, example in (("entity", id_), ("type", "company"), ("property", "isin")):
        suggest = manifest.suggest[kind]
        found = service.client.get(
            suggest.service_url + suggest.service_path, params={"prefix": "co"}
        )
        check(
            found,
            Suggestions,
            f"suggest-{ {'entity': 'entities', 'type': 'types'}.get(kind, 'properties') }-response",
        )
        flyout = suggest.flyout_service_url + suggest.flyout_service_path
        assert check_flyout(service.client.get(flyout.replace("${id}", example))).html
    proposing = manifest.extend.propose_properties
    check(
        service.client.get(proposing.service_url + proposing.service_path),
        Proposal,
        "data-extension-property-proposal",
    )
    for address in (manifest.documentation, manifest.logo):
        assert service.client.get(address).status_code == 200


def check_flyout(answer):
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Flyout)


# -- reconciliation ----------------------------------------------------------------------


def test_names_are_matched_in_the_order_of_their_keys(ask):
    results = ask(
        b={"query": "NVIDIA Corp."},
        a={"query": "And I"},
        c={"query": "OpenAI", "type": "company", "limit": 1},
        d={"query": "Volkswagen", "type": ["company", "kg:Person"], "type_strict": "all"},
    )
    [nvidia] = results["b"]
    assert (nvidia.id, nvidia.name, nvidia.match) == ("company/nvidia", "Nvidia", True)
    assert nvidia.type == [Row(id="company", name="Company")]
    features = {feature.id: feature.value for feature in nvidia.features}
    assert features["evidence_alias"] is True and features["in_graph"] is True
    assert 0 < features["name_similarity"] < 1 and features["share_of_name"] == 1
    assert "another name of it" in nvidia.description
    assert results["a"] == []
    assert [candidate.id for candidate in results["c"]] == ["company/openai"]
    unmentioned = results["d"][0]
    assert (unmentioned.id, unmentioned.match) == ("company/volkswagen", True)
    assert "in no episode; its name, as in the lexicon" in unmentioned.description


def test_scores_fall_and_only_the_first_may_match(ask):
    names = ("Gemini", "Nvidea", "Block", "Meta", "Claude", "Base", "X", "Powell", "ICE")
    for candidates in ask(**{name: {"query": name, "limit": 20} for name in names}).values():
        scores = [candidate.score for candidate in candidates]
        assert scores == sorted(scores, reverse=True)
        assert not any(candidate.match for candidate in candidates[1:])


def test_an_id_finds_its_entity(ask):
    results = ask(a={"query": "company/nvidia"}, b={"query": "NASDAQ:NVDA"}, c={"query": "Q246"})
    assert {key: (x[0].id, x[0].match) for key, x in results.items()} == {
        **dict.fromkeys("ab", ("company/nvidia", True)),
        "c": ("company/volkswagen", True),
    }


def test_properties_narrow_a_query_or_replace_its_name(ask):
    isin = {"pid": "isin", "v": ["US67066G1040", 5]}
    maker = {"pid": "product_of", "v": {"id": "company/anthropic", "name": "Anthropic"}}
    results = ask(
        a={"query": "Nvidea", "properties": [isin]},
        b={"properties": [isin]},
        c={"query": "NVIDIA", "properties": [{"pid": "isin", "v": "US0378331005"}]},
        d={"query": "Claude", "properties": [maker]},
    )
    assert [(results[key][0].id, results[key][0].match) for key in "abc"] == [
        ("company/nvidia", True), ("company/nvidia", True), ("company/nvidia", False),
    ]  # fmt: skip
    assert "Product of agrees" in results["d"][0].description


def test_get_and_post_answer_alike(service):
    queries = {"queries": json.dumps({"q0": {"query": "NVIDIA"}, "ключ": {"query": "Zürich 🔥"}})}
    posted, got = service.client.post(PATH, data=queries), service.client.get(PATH, params=queries)
    assert posted.status_code == 200 and posted.content == got.content
    assert set(posted.json()) == {"q0", "ключ"}


def test_a_limit_beyond_the_services_own_is_cut(ask):
    assert len(ask(a={"query": "Coin", "limit": 10_000})["a"]) <= 20


# -- limits and errors -------------------------------------------------------------------


def test_ten_thousand_queries_are_refused_with_the_limit(service):
    queries = json.dumps({f"q{n}": {"query": "NVIDIA"} for n in range(10_000)})
    answer = service.client.post(PATH, data={"queries": queries})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["detail"]) == (
        413,
        "the body is longer than 256 KB: send at most 100 queries in a request, or shorter ones",
    )
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_batch_size_is_held(service, method):
    def send(number):
        queries = json.dumps({f"q{n}": {"query": "x"} for n in range(number)})
        field = {"data" if method == "post" else "params": {"queries": queries}}
        return getattr(service.client, method)(PATH, **field)

    assert send(BATCH_SIZE).status_code == 200
    refused = send(BATCH_SIZE + 1)
    assert (refused.status_code, refused.json()["detail"]) == (
        413,
        "queries: 101 queries: send at most 100 in a request, as batchSize in the manifest says",
    )


@pytest.mark.parametrize(
    ("queries", "words"),
    [
        ("{", "queries: Input data was truncated"),
        ("[]", "queries: Expected `object`, got `array`"),
        ('{"a":' * 2000, "queries: nested too deeply: write it as the API says"),
        ('{"q0": 5}', "queries: q0: Expected `object`, got `int`"),
        ('{"q0": {}}', "queries: q0: give query, properties, or both"),
        ('{"q0": {"query": 5}}', "queries: q0: Expected `str`, got `int` - at `$.query`"),
        ('{"q0": {"query": "x", "limit": 0}}', "queries: q0: Expected `int` >= 1 - at `$.limit`"),
        ('{"q0": {"query": "x", "typo": 1}}', "queries: q0: Object contains unknown field `typo`"),
        ('{"q0": {"query": "x", "type": "robot"}}', "queries: q0: type robot: no such type; cho"),
        ('{"q0": {"query": "x", "type_strict": "so"}}', "queries: q0: Invalid enum value 'so'"),
        (
            '{"q0": {"query": "x", "properties": [{"pid": "P17", "v": 1}]}}',
            "queries: q0: property P17: no such property; choose among iri",
        ),
        (
            json.dumps({"q0": {"properties": [{"pid": "isin", "v": "x"}] * 21}}),
            "queries: q0: 21 properties: give at most 20",
        ),
        (
            json.dumps({"q0": {"properties": [{"pid": "isin", "v": ["x"] * 21}]}}),
            "queries: q0: isin: 21 values: give at most 20",
        ),
    ],
)
def test_a_wrong_batch_is_told_with_its_query(service, queries, words):
    answer = service.client.post(PATH, data={"queries": queries})
    told = answer.json()
    assert (answer.status_code, told["status"]) == (400, 400)
    assert told["detail"].startswith(words)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "params", "status", "words"),
    [
        ("", {"query": "NVIDIA"}, 400, "give the parameter queries: a batch of queries in JSON"),
        ("", {"queries": "{}", "extend": "{}"}, 400, "queries and extend: send them in requests"),
        ("/suggest/entity", {}, 400, "give the parameter prefix: the start of a name, or an id"),
        ("/suggest/robot", {"prefix": "x"}, 404, "robot: no such kind; choose one of entity"),
        ("/suggest/type", {"prefix": "x", "cursor": "-1"}, 400, "cursor=-1: expected a whole"),
        ("/suggest/type", {"prefix": "x", "cursor": "1001"}, 400, "cursor=1001: expected"),
        ("/suggest/type", {"prefix": "x" * 1001}, 400, "prefix=xxx"),
        ("/preview", {}, 400, "give the parameter id: that of an entity, such as company/nvidia"),
        ("/flyout/entity", {"id": "company/none"}, 404, "company/none: no entity has that id"),
        ("/flyout/type", {"id": "robot"}, 404, "robot: no such type"),
        ("/properties", {"limit": "x"}, 400, "limit=x: expected a whole number from 1"),
        ("/properties", {"limit": "0"}, 400, "limit=0: expected a whole number from 1"),
    ],
)
def test_a_wrong_request_is_told(service, path, params, status, words):
    answer = service.client.get(PATH + path, params=params)
    assert (answer.status_code, answer.json()["detail"][: len(words)]) == (status, words)


def test_only_a_form_is_posted(service):
    answer = service.client.post(PATH, json={"queries": {}})
    assert answer.status_code == 415
    assert answer.json()["detail"].startswith("Content-Type: application/json: send a form, as")
    answer = service.client.post(PATH, data={"x": "y"})
    assert (answer.status_code, answer.json()["detail"][:26]) == (400, "give the parameter queries")
    assert service.client.put(PATH).status_code == 405


# -- suggestions, properties, data extension -----------------------------------------------


def suggest(service, kind, **params):
    plural = {"entity": "entities", "type": "types", "property": "properties"}[kind]
    answer = service.client.get(f"{PATH}/suggest/{kind}", params=params)
    return check(answer, Suggestions, f"suggest-{plural}-response").result


def test_entities_types_and_properties_are_suggested(service):
    nvidia = suggest(service, "entity", prefix="nvi")[0]
    assert (nvidia.id, nvidia.name) == ("company/nvidia", "Nvidia")
    assert nvidia.notable == [Row(id="company", name="Company")]
    assert [row.id for row in suggest(service, "entity", prefix="company/nvidia")] == [nvidia.id]
    assert [row.id for row in suggest(service, "type", prefix="comp")] == ["company"]
    assert [row.id for row in suggest(service, "property", prefix="tick")] == ["symbol", "ticker"]
    assert [row.id for row in suggest(service, "property", prefix="ISIN")] == ["isin"]
    assert suggest(service, "entity", prefix="") == []


def test_parameters_of_clients_own_are_ignored(service):
    more = {"type": ["a", "b"], "_": "1", "exact": "false"}
    params = {"prefix": "nvi", **more}
    assert service.client.get(f"{PATH}/suggest/entity", params=params).json() == (
        service.client.get(f"{PATH}/suggest/entity", params={"prefix": "nvi"}).json()
    )
    assert service.client.get(PATH, params=more).json() == service.client.get(PATH).json()


def test_a_cursor_skips_suggestions(service):
    first = [row.id for row in suggest(service, "entity", prefix="co")]
    second = [row.id for row in suggest(service, "entity", prefix="co", cursor=10)]
    assert len(first) == 20 and second[:10] == first[10:]


def propose(service, **params):
    answer = service.client.get(f"{PATH}/properties", params=params)
    return check(answer, Proposal, "data-extension-property-proposal")


def test_properties_are_proposed_by_type(service):
    company, crypto = (
        {row.id for row in propose(service, type=type_).properties}
        for type_ in ("company", "crypto")
    )
    assert "isin" in company - crypto and "coingecko" in crypto - company
    assert {"website", "episodes", "first_day", "shows", "themes"} <= company & crypto
    few = propose(service, type="kg:Company", limit=3)
    assert (len(few.properties), few.limit, few.type) == (3, 3, "kg:Company")
    assert {row.id for row in propose(service).properties} >= company | crypto


def extend(service, ids, *properties):
    query = {
        "ids": ids,
        "properties": [p if isinstance(p, dict) else {"id": p} for p in properties],
    }
    answer = service.client.post(PATH, data={"extend": json.dumps(query)})
    return check(answer, Extension, "data-extension-response")


def test_a_table_is_extended(service):
    ids = ["company/nvidia", "company/volkswagen", "company/none"]
    extension = extend(service, ids, "isin", "episodes", "first_day", "website", "associated")
    assert [column.id for column in extension.meta] == [
        *("isin", "episodes", "first_day", "website", "associated"),
    ]
    assert extension.meta[4].type == Row(id="company", name="Company")
    nvidia, volkswagen, none = (extension.rows[id_] for id_ in ids)
    assert nvidia["isin"] == [{"str": "US67066G1040"}]
    facts = service.client.get("/api/entity?name=company/nvidia").json()
    assert nvidia["episodes"] == [{"int": facts["episodes"]}]
    [day] = nvidia["first_day"]
    assert day["date"].endswith("T00:00:00Z")
    assert {"id": "company/openai", "name": "OpenAI"} in nvidia["associated"]
    assert volkswagen["episodes"] == [{"int": 0}] and volkswagen["first_day"] == []
    assert set(map(str, none.values())) == {"[]"}


def test_a_setting_limits_the_values(service):
    for limit in (2, "2"):
        limited = {"id": "associated", "settings": {"limit": limit}}
        assert (
            len(extend(service, ["company/nvidia"], limited).rows["company/nvidia"]["associated"])
            == 2
        )
    assert service.client.get(
        PATH, params={"extend": json.dumps({"ids": [], "properties": []})}
    ).json() == {"meta": [], "rows": {}}


@pytest.mark.parametrize(
    ("extension", "status", "words"),
    [
        ({"ids": ["x"]}, 400, "extend: Object missing required field `properties`"),
        ({"ids": ["x"], "properties": [{"id": "P17"}]}, 400, "property P17: no such property"),
        ({"ids": ["x"] * 101, "properties": []}, 413, "extend: 101 ids: send at most 100"),
        ({"ids": [], "properties": [{"id": "isin"}] * 21}, 400, "extend: 21 properties: give at"),
        (
            {"ids": [], "properties": [{"id": "isin", "settings": {"limit": "x"}}]},
            400,
            "extend: isin: limit x: not a whole number",
        ),
    ],
)
def test_a_wrong_extension_is_told(service, extension, status, words):
    answer = service.client.post(PATH, data={"extend": json.dumps(extension)})
    assert (answer.status_code, answer.json()["detail"][: len(words)]) == (status, words)


def test_an_extension_that_is_nested_too_deeply_is_told(service):
    answer = service.client.post(PATH, data={"extend": '{"ids": [], "properties": ' + "[" * 5000})
    assert answer.status_code == 400
    answer = service.client.post(PATH, data={"extend": '{"a":' * 2000})
    assert (answer.status_code, answer.json()["detail"]) == (
        *(400, "extend: nested too deeply: write it as the API says"),
    )


# -- pages -----------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [f"{name}={value}" for name, value in attrs]


def test_a_preview_may_be_embedded_and_runs_nothing(service):
    answer = service.get(f"{PATH}/preview?id=company%2Fnvidia", accept="text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and policy.endswith("frame-ancestors *")
    assert "script" not in policy and "unsafe" not in policy
    assert answer.headers["content-type"].startswith("text/html")
    for words in (">Nvidia</a>", " episodes of ", "isin:US67066G1040", 'href="/company/nvidia"'):
        assert words in answer.text
    assert not {"script", "form", "iframe"} & set(Tags(answer.text).tags)
    unmentioned = service.get(f"{PATH}/preview?id=company/volkswagen").text
    assert "no episode mentions it" in unmentioned and "/company/volkswagen" not in unmentioned


def test_an_entity_leads_to_its_page_where_it_has_one(service):
    mentioned = service.get(f"{PATH}/view?id=company/nvidia")
    assert (mentioned.status_code, mentioned.headers["location"]) == (303, "/company/nvidia")
    assert service.get(f"{PATH}/view?id=company/volkswagen").status_code == 200
    unknown = service.get(f"{PATH}/view?id=company/none")
    assert (unknown.status_code, "company/none" in unknown.text) == (404, True)


def test_hostile_names_stay_text(hostile_server):
    client = ready(hostile_server).client
    hostile = f"Acme {EVIL} Incorporated"
    answer = client.post(PATH, data={"queries": json.dumps({"q": {"query": hostile}})})
    first = check(answer, dict[str, Result], "reconciliation-result-batch")["q"].result[0]
    assert "<script>" in first.name
    page = client.get(f"{PATH}/preview", params={"id": first.id}).text
    flyout = check_flyout(client.get(f"{PATH}/flyout/entity", params={"id": first.id})).html
    for html in (page, flyout):
        tags = Tags(html)
        assert not {"script", "img", "iframe"} & set(tags.tags)
        assert not [a for a in tags.attributes if a.startswith("on") or "javascript:" in a]
        assert "&lt;script&gt;" in html
    assert 'dir="auto"' in page and 'dir="auto"' in flyout


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_ids_and_names_are_answered(service, text):
    short = text[:900]
    page = service.client.get(f"{PATH}/preview", params={"id": short + "<b>"})
    assert page.status_code == 404 and "<b>" not in page.text
    answer = service.client.post(PATH, data={"queries": json.dumps({"q": {"query": short}})})
    assert check(answer, dict[str, Result], "reconciliation-result-batch").keys() == {"q"}
    assert service.client.get(f"{PATH}/suggest/entity", params={"prefix": short}).status_code == 200


@pytest.fixture
def other_site(tmp_path):
    """Address of a page of another origin, with a frame for each of some addresses."""
    handler = partial(QuietFiles, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()

        def write(address):
            (tmp_path / "index.html").write_text(
                f'<link rel="icon" href="data:,"><iframe src="{address}">'
            )
            return f"http://127.0.0.1:{site.server_port}/index.html"

        yield write
        site.shutdown()


class QuietFiles(SimpleHTTPRequestHandler):
    """Serves files, and logs nothing."""

    def log_message(self, *args):
        pass


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_a_browser_embeds_a_preview_and_no_other_page(service, hostile_server, other_site):
    for path, is_refused in (
        (f"{PATH}/preview?id=company/nvidia", False),
        ("/company/nvidia", True),
    ):
        with opened(other_site(service.address[:-1] + path)) as page:
            page.until("performance.getEntriesByType('resource').length > 0")
            page.settle()
            assert any("frame-ancestors" in line for line in map(str, page.console)) == is_refused
    hits = ready(hostile_server).client.get("/api/entities?type=company&words=acme").json()["rows"]
    id_ = quote(hits[0]["thing"]["id"], safe="")
    with opened(f"{hostile_server.address[:-1]}{PATH}/preview?id={id_}") as page:
        assert page.run("document.querySelector('h1').textContent").startswith("Acme <img")
        assert page.run("window.harmed === undefined")


# -- other sites -------------------------------------------------------------------------------


def test_a_script_of_another_site_may_call(service):
    params = {"queries": '{"q": {"query": "NVIDIA"}}', "callback": "jQuery1.done_2"}
    answer = service.client.get(PATH, params=params)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.text.startswith("/**/jQuery1.done_2({") and answer.text.endswith("});")
    plain = service.client.get(PATH, params={"queries": params["queries"]}).json()
    assert json.loads(answer.text.removeprefix("/**/jQuery1.done_2(").removesuffix(");")) == plain


@pytest.mark.parametrize(
    "callback", ["alert(1)", "a;b", "a-b", "<script>", "a.", ".a", "1a", "a" * 101, "é", "a\nb"]
)
def test_a_callback_is_the_name_of_a_function(service, callback):
    answer = service.client.get(PATH, params={"callback": callback})
    assert (answer.status_code, answer.headers["content-type"]) == (
        *(400, "application/problem+json"),
    )


def test_preflight_allows_reading_and_posting(service):
    headers = {"Origin": "https://refine.example", "Access-Control-Request-Method": "POST"}
    answer = service.client.options(PATH, headers=headers)
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"


def test_a_server_closed_to_other_sites_stays_so(sample):
    server = Server(sample.path, "--cors", "none")
    try:
        answer = server.get(PATH)
        assert "access-control-allow-origin" not in answer.headers
        assert "preview" not in answer.json()
        page = ready(server).get(f"{PATH}/preview?id=company/nvidia")
        assert page.headers["content-security-policy"].endswith("frame-ancestors 'none'")
        assert server.get(f"{PATH}?callback=f").status_code == 403
    finally:
        server.stop()


# -- many at once ----------------------------------------------------------------------------


def test_many_clients_at_once_get_what_each_asked_for(service):
    names = ["NVIDIA", "OpenAI", "Coinbase", "Anthropic", "Bitcoin", "Kraken", "And I", "Claude"]

    def send(number):
        name = names[number % len(names)]
        queries = json.dumps({f"q{n}": {"query": f"{name}{' ' * (number // 8)}"} for n in range(9)})
        answer = service.client.post(PATH, data={"queries": queries})
        return name, check(answer, dict[str, Result], "reconciliation-result-batch")

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(send, range(64)))
    expected = {}
    for name, batch in results:
        firsts = {str(result.result[:1]) for result in batch.values()}
        assert len(firsts) == 1
        assert expected.setdefault(name, firsts) == firsts


def test_a_batch_does_not_hold_up_a_page(service):
    """Batches and pages share workers: while batches run, an entity's page still answers."""

    def send(number):
        queries = {f"q{n}": {"query": f"Nvidea {number} {n}"} for n in range(BATCH_SIZE)}
        return service.client.post(PATH, data={"queries": json.dumps(queries)}).status_code

    with ThreadPoolExecutor(8) as pool:
        batches = [pool.submit(send, number) for number in range(16)]
        pages = [pool.submit(service.get, "/company/nvidia", accept="text/html") for _ in range(4)]
        assert {page.result().status_code for page in pages} == {200}
        assert {batch.result() for batch in batches} == {200}
