// Restores the edges of an atlas from the transposed form that `kgraph/atlas/encode.py` writes.

import {sums} from "./blocks.js";

/** Kinds that stand in the block of the first picture: others are drawn only near, and all are there before one can come near. */
export const FIRST_KINDS = ["associated", "states"];

/** The number of the first edge of a kind, and that after its last. */
export function edgeRange(atlas, name) {
  const kind = atlas.meta.edgeKinds.indexOf(name);
  const start = atlas.meta.edges.slice(0, kind).reduce((sum, count) => sum + count, 0);
  return [start, start + atlas.meta.edges[kind]];
}

/**
 * The edges of some kinds, by kind, source and target; and how sure the leaves are, which their mentions tell.
 * @param atlas its edges so far are kept
 */
export function edgesOf(atlas, columns, kinds) {
  const { meta } = atlas, counts = meta.edgeKinds.map((name, kind) => (kinds.includes(name) ? meta.edges[kind] : 0));
  const m = counts.reduce((sum, count) => sum + count, 0);
  const edges = { m, source: new Uint32Array(m), target: new Uint32Array(m), kind: new Uint8Array(m), strength: new Float32Array(m) };
  let at = 0;
  meta.edgeKinds.forEach((name, kind) => {
    const end = at + counts[kind], known = atlas.kind?.indexOf(kind) ?? -1;
    const part = Object.fromEntries(["source", "target", "strength"].map((column) => [column, edges[column].subarray(at, end)]));
    edges.kind.fill(kind, at, end);
    if (known >= 0) for (const column of Object.keys(part)) part[column].set(atlas[column].subarray(known, known + end - at));
    else if (end > at) (TURNED[name] ?? asWritten)(atlas, columns, part, name, edges);
    at = end;
  });
  return edges;
}

function asWritten(atlas, columns, part, name) {
  part.source.set(columns[`${name}.source`]);
  part.target.set(columns[`${name}.target`]);
  const strength = columns[`${name}.strength`];
  for (let i = 0; i < strength.length; i++) part.strength[i] = strength[i] / 255;
}

/** How edges that are written turned are turned back (`kgraph/atlas/transposed.py`). */
const TURNED = { mentions: readMentions, quoted: readQuoted, names: readNamesInQuotes, theme: readThemes };

/** Mentions: written thing by thing, as gaps between episodes; those of leaves are not written. */
function readMentions(atlas, columns, part) {
  const { episodes, leaves } = atlas.meta.ranges;
  const [first, end] = episodes;
  const held = columns["mentions.held"];
  const gaps = columns["mentions.gap"];
  const starts = new Uint32Array(end - first + 1);
  for (let i = 0, at = 0; i < held.length; i++) {
    for (let k = 0, last = -1; k < held[i]; k++) starts[(last += gaps[at++] + 1) + 1]++;
  }
  for (let i = leaves[0]; i < leaves[1]; i++) starts[atlas.parent[i] - first + 1]++;
  for (let e = 0; e < end - first; e++) starts[e + 1] += starts[e];
  const next = starts.slice();
  for (let i = 0, at = 0; i < held.length; i++) {
    for (let k = 0, last = -1; k < held[i]; k++) part.target[next[(last += gaps[at++] + 1)]++] = i;
  }
  for (let i = leaves[0]; i < leaves[1]; i++) part.target[next[atlas.parent[i] - first]++] = i;
  for (let e = 0; e < end - first; e++) part.source.fill(first + e, starts[e], starts[e + 1]);
  const strength = columns["mentions.strength"];
  for (let k = 0; k < strength.length; k++) {
    part.strength[k] = strength[k] / 255;
    if (part.target[k] >= leaves[0]) {
      atlas.confidence[part.target[k]] = part.strength[k];
      atlas.weight[part.target[k]] = 0.1 * part.strength[k];
    }
  }
}

/** Where quotes stand: each in its own episode, and those that are written elsewhere as well. */
function readQuoted(atlas, columns, part) {
  const { episodes, quotes } = atlas.meta.ranges;
  const [source, target, strength] = ["source", "target", "strength"].map((name) => columns[`quoted.${name}`]);
  let [own, other, at] = [quotes[0], 0, 0];
  const put = (from, to, sure) => {
    part.source[at] = from;
    part.target[at] = to;
    part.strength[at++] = sure;
  };
  for (let e = episodes[0]; e < episodes[1]; e++) {
    for (;;) {
      const isOwn = own < quotes[1] && atlas.parent[own] === e;
      const isOther = other < source.length && source[other] === e;
      if (!isOwn && !isOther) break;
      if (isOther && !(isOwn && own < target[other])) put(e, target[other], strength[other++] / 255);
      else put(e, own, atlas.relevance[own++]);
    }
  }
}

/** Names in quotes: written as gaps between places among the mentions of the quote's episode, and as sure as these. */
function readNamesInQuotes(atlas, columns, part, _, edges) {
  const { episodes, quotes } = atlas.meta.ranges;
  const [firstMention, endMention] = edgeRange(atlas, "mentions");
  const starts = new Uint32Array(episodes[1] - episodes[0]);
  for (let k = endMention - 1; k >= firstMention; k--) starts[edges.source[k] - episodes[0]] = k;
  const held = columns["names.held"];
  for (let q = 0, at = 0; q < held.length; q++) {
    const start = starts[atlas.parent[quotes[0] + q] - episodes[0]];
    for (let k = 0, place = -1; k < held[q]; k++, at++) {
      place += columns["names.gap"][at] + 1;
      part.source[at] = quotes[0] + q;
      part.target[at] = edges.target[start + place];
      part.strength[at] = edges.strength[start + place];
    }
  }
}

/** Themes of quotes: each quote has one of some thousand sets. */
function readThemes(atlas, columns, part) {
  const [first] = atlas.meta.ranges.quotes;
  const [starts, members, sets] = [sums(columns["theme.size"]), columns["theme.member"], columns["theme.set"]];
  for (let q = 0, at = 0; q < sets.length; q++) {
    for (let k = starts[sets[q]]; k < starts[sets[q] + 1]; k++, at++) {
      part.source[at] = first + q;
      part.target[at] = members[k];
      part.strength[at] = 1;
    }
  }
}
