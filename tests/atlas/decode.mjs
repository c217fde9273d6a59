// Reads an atlas file as its page does, and prints all of it as JSON: node decode.mjs FILE.

import { readFileSync } from "node:fs";
import { associationsOf } from "../../kgraph/atlas/assets/associations.js";
import { fromBase64 } from "../../kgraph/atlas/assets/blocks.js";
import { openEdges, openGraph } from "../../kgraph/atlas/assets/data.js";
import { openFacts, openNames, openQuotes, openTexts } from "../../kgraph/atlas/assets/details.js";

const page = readFileSync(process.argv[2], "utf8");
const bytes = (name) => fromBase64(page.match(new RegExp(`id="${name}">([^<]*)<`))[1]);
const atlas = await openNames(await openEdges(await openGraph(bytes("graph")), bytes("edges")), bytes("names"));
const facts = await openFacts(atlas, bytes("facts"));
const associations = associationsOf(atlas, () => true, atlas.meta.ranges.episodes[1] - atlas.meta.ranges.episodes[0]);
const { episodes, quotes } = atlas.meta.ranges;
const range = (start, end) => Array.from({ length: end - start }, (_, k) => start + k);
const kinds = (name) => range(0, atlas.m).filter((e) => atlas.meta.edgeKinds[atlas.kind[e]] === name);

const columns = ["type", "x", "y", "community", "weight", "confidence", "first", "last", "count", "show", "parent", "advert", "relevance", "source", "target", "kind", "strength"];
const said = Object.fromEntries(columns.map((name) => [name, Array.from(atlas[name])]));
said.meta = atlas.meta;
said.labels = range(0, quotes[0]).map(atlas.label);
said.aliases = range(0, quotes[0]).map(atlas.aliases);
said.ids = range(0, quotes[0]).map(facts.id);
said.details = range(0, quotes[0]).map(facts.detail);
said.episodes = range(...episodes).map(facts.episode);
said.mentions = kinds("mentions").map(facts.mention);
said.associations = kinds("associated").map((e) => associations.together(atlas.source[e], atlas.target[e]));
const [acme, bitcoin] = ["company/acme", "crypto/比特幣"].map((id) => said.ids.indexOf(id));
said.together = acme < 0 ? null : associations.together(acme, bitcoin);
said.beside = range(0, episodes[0]).map(associations.beside);
const texts = async (name, open) => (await Promise.all((atlas.meta.chunks[name] ?? []).map(async (_, k) => {
  const chunk = await open(k, bytes(`${name}-${k}`));
  return range(0, chunk.length).map((i) => [chunk.first + i, chunk.at(i), chunk.key?.(i)]);
}))).flat();
said.quotes = await texts("quotes", (k, block) => openQuotes(atlas, k, block));
said.contexts = await texts("contexts", (k, block) => openTexts(atlas, "contexts", k, block));
process.stdout.write(JSON.stringify(said));
