// Room on shelves.

import assert from "node:assert/strict";
import test from "node:test";
import {createShelves} from "../../../kgraph/atlas/assets/renderer/shelf_packer.js";
import {chance} from "./synthetic.js";

test("a place is on the first shelf that has room, and there is none where none has", () => {
  const shelves = createShelves(2, 10);
  assert.deepEqual([shelves.take(6), shelves.take(6), shelves.take(4)], [{ shelf: 0, from: 0, to: 6 }, { shelf: 1, from: 0, to: 6 }, { shelf: 0, from: 6, to: 10 }]);
  assert.equal(shelves.take(5), null);
  assert.equal(shelves.take(11), null);
});

test("what is given back is joined with what is free beside it", () => {
  const shelves = createShelves(1, 9), [one, two, three] = [3, 3, 3].map((wide) => shelves.take(wide));
  for (const place of [one, three, two]) shelves.give(place);
  assert.deepEqual(shelves.take(9), { shelf: 0, from: 0, to: 9 });
});

test("no two places overlap, whatever is taken and given back, and in the end all is free", () => {
  const shelves = createShelves(3, 100), random = chance(4), held = [];
  for (let step = 0; step < 2000; step++) {
    const place = random() < 0.6 ? shelves.take(1 + Math.floor(random() * 30)) : null;
    if (place) {
      assert.ok(place.from >= 0 && place.to <= 100);
      assert.ok(held.every(({ shelf, from, to }) => shelf !== place.shelf || to <= place.from || from >= place.to));
      held.push(place);
    } else if (held.length) shelves.give(held.splice(Math.floor(random() * held.length), 1)[0]);
  }
  held.forEach((place) => shelves.give(place));
  assert.deepEqual([0, 1, 2].map(() => shelves.take(100)?.shelf), [0, 1, 2]);
});
