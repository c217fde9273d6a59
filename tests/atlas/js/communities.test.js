// Communities: who belongs, what is said, what ties them to others; and their names on the map, which can be pressed.

import assert from "node:assert/strict";
import test from "node:test";
import {communitiesOf, episodesByGroup, groupOf, membersOf, quotesOfGroup, tiesOfGroup} from "../../../kgraph/atlas/assets/community_queries.js";
import {indexOf, pointedAt} from "../../../kgraph/atlas/assets/renderer/hit_test.js";
import {landsFromAfar} from "../../../kgraph/atlas/assets/renderer/regions.js";
import {tiersAt} from "../../../kgraph/atlas/assets/renderer/level_of_detail.js";
import {titleOf} from "../../../kgraph/atlas/assets/renderer/label_placement.js";
import {handmade, number} from "./handmade.js";

const atlas = handmade(), every = () => true;
atlas.meta.communities = [
  { name: "Banks and makers", members: 2, region: 0, x: 0, y: 0, r: 1, leaders: [0], themes: [] },
  { name: "Chains", members: 1, region: 0, x: 0.5, y: 0, r: 1, leaders: [1], themes: [] },
  { name: "Shows", members: 5, region: 1, x: 0, y: 0.5, r: 1, leaders: [6], themes: [] },
];
atlas.meta.regions = [{ name: "Money", members: 3, region: 0, x: 0.2, y: 0, r: 1, leaders: [0], themes: [] }, { name: "Shows", members: 5, region: 1, x: 0, y: 0.5, r: 1, leaders: [6], themes: [] }];
atlas.community = Uint16Array.from({ length: atlas.n }, (_, i) => (i === 1 ? 1 : i === 0 || i === 2 ? 0 : 2));

test("members of a community, and of the region that it is part of", () => {
  assert.deepEqual(membersOf(atlas, 2, false), [0, 2]);
  assert.deepEqual(membersOf(atlas, 2, true), [0, 1, 2]);
  assert.deepEqual([groupOf(atlas, 1).name, groupOf(atlas, 1, true).name, groupOf(atlas, 65535), groupOf(atlas, 65535, true)], ["Chains", "Money", undefined, undefined]);
  assert.deepEqual(communitiesOf(atlas).map(({ k }) => k), [2, 0, 1]);
});

test("episodes that mention a member of a community or of a region, each once", () => {
  const ids = (groups) => groups.map((episodes) => episodes.map((i) => atlas.id(i)));
  assert.deepEqual(ids(episodesByGroup(atlas, false, every)), [["episode/1", "episode/2", "episode/3", "episode/4"], ["episode/1", "episode/2", "episode/3"], []]);
  assert.deepEqual(ids(episodesByGroup(atlas, true, every)), [["episode/1", "episode/2", "episode/3", "episode/4"], []]);
  assert.deepEqual(ids(episodesByGroup(atlas, false, (e) => atlas.strength[e] < 0.6)), [[], ["episode/1"], []]);
});

test("quotes that name members, and pairs that tie it to another", () => {
  assert.deepEqual(quotesOfGroup(atlas, 0, false, every, 5), [number("quote/a")]);
  assert.deepEqual(quotesOfGroup(atlas, 0, false, () => false, 5), []);
  assert.deepEqual(tiesOfGroup(atlas, 0, false, every).map(({ community, edges }) => [community, edges]), [[1, [0, 1]]]);
  assert.deepEqual(tiesOfGroup(atlas, 0, false, (e) => e === 1).map(({ edges }) => edges), [[1]]);
  assert.deepEqual(tiesOfGroup(atlas, 0, true, every), []);
});

test("from afar the communities of one region have its name", () => {
  const lands = [{ community: 0, name: "Banks and makers", x: 0, y: 0, r: 0.4 }, { community: 2, name: "Shows", x: 0, y: 0.5, r: 0.3 }, { community: 1, name: "Chains", x: 0.5, y: 0, r: 0.3 }];
  assert.deepEqual(landsFromAfar(lands, atlas.meta).map(({ name, r }) => [name, Number(r.toFixed(2))]), [["Money", 0.5], ["Shows", 0.3]]);
});

test("a title has as many kinds or members as are short together", () => {
  assert.equal(titleOf("Layer-1 chains and banks"), "LAYER-1 CHAINS AND BANKS");
  assert.equal(titleOf("DeFi protocols and decentralized exchanges"), "DEFI PROTOCOLS");
  assert.equal(titleOf("Coinbase, Tether, Circle and others of the kind"), "COINBASE, TETHER, CIRCLE");
});

test("a press on the name of a community opens it, and not the mark below", () => {
  const camera = { scale: 100, width: 400, height: 400, toWorld: (px, py) => [(px - 200) / 100, (py - 200) / 100] }, [x, y] = [atlas.x[0] * 100 + 200, atlas.y[0] * 100 + 200];
  const at = { px: x, py: y, reach: 9, camera, tiers: tiersAt(atlas.meta.ranges, 1), zoom: 1, mask: null, lit: null, placed: [], edges: "auto", least: 0 };
  const titles = [{ text: "MONEY", community: 0, region: 0, box: { left: x - 20, right: x + 20, top: y - 8, bottom: y + 8 } }];
  assert.deepEqual(pointedAt(atlas, indexOf(atlas.x, atlas.y), at), { node: 0 });
  assert.deepEqual(pointedAt(atlas, indexOf(atlas.x, atlas.y), { ...at, titles }), { title: "MONEY", community: 0, region: 0 });
});
