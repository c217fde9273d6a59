"""Read packages of companies, institutions and brands: a folder -> records."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import polars as pl
from identity_records import (
    COMPANY,
    SHARED_HOSTS,
    SourceRecord,
    make_website,
    read_host,
    read_json,
    registered_domain,
)

from kgraph.base.model import EntityType

#: What a description is of -> type, and kinds of the lexicon; the first that fits counts.
_DESCRIBED: tuple[tuple[re.Pattern[str], EntityType, frozenset[str]], ...] = (
    (
        re.compile(r"^([\w ]+ )?(city|town|municipality|capital)( and [\w ]+)?$", re.I),
        "place",
        frozenset({"city"}),
    ),
    (re.compile(r"^([\w ]+ )?state$", re.I), "place", frozenset({"us-state"})),
    (re.compile(r"^former (country|empire)$", re.I), "place", frozenset({"historical-country"})),
    (
        re.compile(
            r"\b(univers\w+|college|governments?|agency|department|ministry|institut\w+|police"
            r"|authority|central bank|postal (service|operator)|post office|armed forces|charity"
            r"|non-?profit|museum|regulator|church|political party|court|council)\b"
            r"|\b((?<!credit )union|organi[sz]ation|service|service branch|society|federation)$",
            re.I,
        ),
        "institution",
        frozenset(),
    ),
    (
        re.compile(
            r"\b(company|corporation|bank|retailer|(super|hyper)market|chain|manufacturer|firm"
            r"|conglomerate|airline|automaker|carmaker|insurer|provider|multinational|business"
            r"|enterprise|producer|maker|holding|subsidiary|carrier|utility|exchange|startup"
            r"|publisher|newspaper|broker|cooperative|franchise|operator|marque)\b",
            re.I,
        ),
        "company",
        frozenset(),
    ),
)


#: Kind of the lexicon -> words of a description that speak for it.
_KIND_WORDS = {
    kind: re.compile(rf"\b({words})", re.I)
    for kind, words in {
        "bank": "bank|financ|credit union",
        "broker": "financ|invest|broker",
        "asset-manager": "financ|invest|asset",
        "private-equity": "invest|private equity",
        "biotech": "health|pharm|medic|laborator|bio|genetic",
        "carmaker": "car|auto|vehicle|motor|truck|tyre|tire",
        "consumer": "food|beverage|drink|cosmetic|toy|brew|dair|household|snack|coffee|appliance"
        "|tobacco|consumer|confection|ice cream|outdoor|soft drink|wine",
        "energy": "energy|oil|gas|petrol|electric|utilit|power|fuel|solar|charging|mining|chemic",
        "entertainment": "cinema|movie|theat|entertain|amusement|game|casino|media|theme park",
        "fashion": "fashion|cloth|luxury|apparel|footwear|shoe|jewel|sport|watch|outdoor|lingerie"
        "|textile|garment|denim|bag|eyewear",
        "fintech": "financ|payment|bank|money",
        "games": "game|toy|casino|betting",
        "hardware": "electronic|computer|technolog|appliance|phone|camera|print|optic|audio",
        "industry": "manufactur|industr|equipment|machin|conglomerate|steel|construct|engineer"
        "|build|elevator|tool|paint|defen[cs]e|aerospace|waste|security",
        "insurer": "insur|financ|mutual",
        "internet": "internet|software|technolog|web|online|e-commerce|ride|delivery|data ?cent"
        "|datacenter|cloud",
        "it-services": "software|technolog|consult|information",
        "logistics": "logistic|courier|ship|parcel|freight|postal|delivery|transport|truck|wareh",
        "media": "news|televis|radio|publish|broadcast|media|magazine",
        "pharma": "health|pharm|hospital|clinic|medic|dental|laborator|dialysis|drug",
        "professional-services": "consult|audit|account|law|legal|staff|recruit|tax|advis|profess",
        "real-estate": "real estate|property|storage|home|mall|shopping|cowork|office",
        "retail": "retail|shop|store|supermarket|chain|restaurant|caf|coffee|pharmac|food|grocer"
        "|convenience|bak|furniture|pizza|hypermarket|department|discount",
        "software": "software|technolog|cloud",
        "space": "space|satellite|rocket|aero",
        "telecom": "telecom|mobile|wireless|internet|cable|communicat|broadband|network",
        "travel": "airline|hotel|travel|rail|rental|bus|cruise|ship|resort|hospital|lodg|transport"
        "|postal|courier|motel|parcel|air|aviation",
    }.items()
}
_INSTITUTION_KINDS = frozenset(
    "agency armed-forces central-bank court department foundation government intelligence-agency "
    "international museum nonprofit parliament party police regulator research".split()
)
#: First words of names that institutions of many countries have.
_GENERIC = frozenset(
    "air army bureau central coast commission council department federal military ministry "
    "national navy office royal state supreme".split()
)


def _described_kinds(type_: EntityType, label: str, text: str) -> frozenset[str]:
    """Return the kinds of the lexicon that a description speaks for."""
    if type_ == "company":
        return frozenset(kind for kind, words in _KIND_WORDS.items() if words.search(text))
    if type_ != "institution":
        return frozenset()
    if re.search(r"univers|college|school|institute", text, re.I):
        return frozenset({"university"})
    is_unique = label.split(maxsplit=1)[0].casefold() not in _GENERIC
    is_american = re.search(r"\bU\.?S\.?\b|United States|America", text)
    return _INSTITUTION_KINDS if is_unique or is_american else frozenset()


def read_name_suggestion_index(folder: Path) -> Iterator[SourceRecord]:
    """Read the Wikidata items of brands and operators, told apart by their descriptions."""
    items = read_json(folder / "dist/wikidata/wikidata.min.json")["wikidata"]
    dissolved = read_json(folder / "dist/wikidata/dissolved.min.json")["dissolved"]
    for qid, item in items.items():
        text, label = item.get("description", ""), item.get("label", "")
        subject = re.split(r" (?:of|in) |,", text)[0]
        row = next((row for row in _DESCRIBED if row[0].search(subject)), None)
        if not label or not row or qid in dissolved:
            continue
        websites = item.get("officialWebsites", ())
        hosts = {registered_domain(url) for url in websites} - SHARED_HOSTS - {""}
        own = hosts if row[1] == "company" else {read_host(url) for url in websites} - {""}
        yield SourceRecord(
            package="name-suggestion-index",
            names=(label,),
            types=frozenset({row[1]}),
            kinds=row[2],
            ids=(("wikidata", qid), *make_website(own)),
            hosts=frozenset(hosts),
            described_kinds=_described_kinds(row[1], label, text),
            needs_witness=not row[2] or "city" in row[2],
            text=text,
        )


def read_pytickersymbols(folder: Path) -> Iterator[SourceRecord]:
    """Read the members of stock indices, with what the package found at Wikipedia.

    An ISIN may be an earlier one: those of the US count if the ticker of their CUSIP in
    ``edgartools`` is the company's, others if they are of the country of the home exchange.
    London's are left out: of six read, two were those before a consolidation of the shares.
    """
    table = pl.read_parquet(folder / "edgar/reference/data/ct.pq")
    tickers = dict(zip(table["Cusip"], table["Ticker"], strict=True))
    tree = ast.parse((folder / "pytickersymbols/indices_data.py").read_text("utf-8"))
    indices = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value
    )
    for index in indices.values():
        for company in index["companies"]:
            more = company.get("metadata") or {}
            hosts = {registered_domain(more.get("website") or "")} - SHARED_HOSTS - {""}
            title = unquote((more.get("wikipedia_url") or "").partition("/wiki/")[2])
            symbol = company.get("symbol") or ""
            listed = [s["google"] for s in company.get("symbols", ()) if ":" in s.get("google", "")]
            home = [ticker for ticker in listed if _is_home(ticker, symbol)]
            yield SourceRecord(
                package="pytickersymbols",
                names=(company["name"],),
                titles=(re.sub(r"_\(.*|_", " ", title),),
                types=COMPANY,
                ids=(
                    *((("enwiki", title),) if title else ()),
                    *(
                        ("isin", isin)
                        for isin in company.get("isins", ())
                        if _is_current(isin, symbol, tickers.get(isin[2:11]) or "")
                    ),
                    *(("ticker", ticker) for ticker in home),
                    *make_website(hosts),
                ),
                hosts=frozenset(hosts),
                tickers=frozenset(
                    {re.sub(r"[.-](?![AB]$).*", "", symbol).replace("-", ".")} - {""}
                ),
                text=f"{company['name']}, {company.get('country') or ''}, {more.get('website')}",
            )


#: Suffix of a symbol -> country of its home exchange, as in ISINs; the exchange's usual code.
_EXCHANGES = {
    "AS": ("NL", "AMS"),
    "BR": ("BE", "EBR"),
    "DE": ("DE", "ETR"),
    "HE": ("FI", "HEL"),
    "L": ("GB", "LON"),
    "MC": ("ES", "BME"),
    "PA": ("FR", "EPA"),
    "ST": ("SE", "STO"),
    "SW": ("CH", "SWX"),
    "T": ("JP", "TYO"),
}


def _is_home(ticker: str, symbol: str) -> bool:
    """Return whether a ticker such as "AMS:ABN" is that of a symbol such as "ABN.AS"."""
    exchange, _, name = ticker.partition(":")
    own, _, suffix = symbol.partition(".")
    if suffix in _EXCHANGES:
        return (exchange, name) == (_EXCHANGES[suffix][1], own)
    return exchange in ("NASDAQ", "NYSE") and name == symbol


def _is_current(isin: str, symbol: str, cusip_ticker: str) -> bool:
    if isin.startswith("US"):
        return bool(cusip_ticker) and re.sub(r"\W", "", cusip_ticker) == re.sub(r"\W", "", symbol)
    home = _EXCHANGES.get(symbol.rpartition(".")[2])
    return home is not None and home[0] != "GB" and isin.startswith(home[0])


#: Exchanges as the SEC names them -> usual code before a ticker.
_SEC_EXCHANGES = {"Nasdaq": "NASDAQ", "NYSE": "NYSE", "CBOE": "CBOE", "OTC": "OTC"}


def read_edgartools(folder: Path) -> Iterator[SourceRecord]:
    """Read the SEC's list of companies with tickers; a company's first ticker is its usual one."""
    frame = pl.read_parquet(folder / "edgar/reference/data/company_tickers.parquet")
    rows: dict[str, list[dict[str, str]]] = {}
    for row in frame.iter_rows(named=True):
        rows.setdefault(row["cik"], []).append(row)
    for cik, listed in rows.items():
        name = re.sub(r"\s*/[A-Z ]+/?$", "", listed[0]["name"])
        if listed[0]["name"].endswith("/ADR"):  # the programme of a depositary bank
            continue
        exchange = _SEC_EXCHANGES.get(listed[0]["exchange"] or "")
        ticker = listed[0]["ticker"].replace("-", ".")
        is_share = bool(exchange) and not re.search(r"\.P[A-Z]?$", ticker)  # or preferred stock
        yield SourceRecord(
            package="edgartools",
            names=(name,),
            types=COMPANY,
            ids=(("cik", cik), *((("ticker", f"{exchange}:{ticker}"),) if is_share else ())),
            tickers=frozenset(row["ticker"].replace("-", ".") for row in listed),
            needs_witness=exchange in (None, "OTC"),  # shells of any name
            text=f"{listed[0]['name']}, {ticker}",
        )


def read_simple_icons(folder: Path) -> Iterator[SourceRecord]:
    """Read the brands whose logo comes from a site that has their name."""
    for brand in read_json(folder / "data/simple-icons.json"):
        host = registered_domain(brand["source"])
        label = re.sub(r"\W|_", "", host.partition(".")[0])
        title = re.sub(r"\W|_", "", brand["title"]).casefold()
        if label != title and host.replace(".", "") != title:
            continue
        if host.endswith((".design", ".brand")):
            continue
        yield SourceRecord(
            package="simple-icons",
            names=(brand["title"],),
            types=frozenset({"company", "product"}),
            ids=(("website", f"https://{host}/"),),
            hosts=frozenset({host}),
            text=brand["source"],
        )
