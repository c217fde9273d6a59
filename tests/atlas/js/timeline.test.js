// Months, rises and windows.

import assert from "node:assert/strict";
import test from "node:test";
import {byCell, byMonth, calendarOf, changeOf, daysWindow, firstWords, monthSpan, nextWindow, riseOf, riseWords, standardShares, windowDays} from "../../../kgraph/atlas/assets/timeline.js";
import {dayNumber, firstDay, isoDay, monthName, monthOf} from "../../../kgraph/atlas/assets/text.js";
import {handmade, number} from "./handmade.js";

const atlas = handmade();
const JAN = 12 * 55, MAR = JAN + 2; // 2025

test("months of the episodes", () => {
  assert.deepEqual(monthSpan(atlas), [JAN, MAR]);
  assert.deepEqual([...byMonth(atlas, [8, 9, 10, 11].map(Number), [JAN, MAR])], [1, 0, 2]);
  assert.equal(monthSpan({ ...atlas, first: new Int32Array(atlas.n).fill(-(2 ** 31)) }), null);
  assert.equal(number("episode/1"), 8);
});

test("a few early episodes do not stretch the months, and count in the first", () => {
  const early = { meta: { types: ["episode"] }, n: 200, type: new Uint8Array(200), first: new Int32Array(200).fill(dayNumber("2025-03-01")) };
  early.first[7] = dayNumber("1999-01-01");
  early.first[8] = dayNumber("2025-05-01");
  assert.deepEqual(monthSpan(early), [MAR, MAR + 2]);
  assert.deepEqual([...byMonth(early, [7, 8, 9], [MAR, MAR + 2])], [2, 0, 1]);
});

test("days and months", () => {
  assert.deepEqual([isoDay(firstDay(JAN)), monthName(MAR), monthOf(dayNumber("1969-12-31")), monthName(-1)], ["2025-01-01", "Mar 2025", -1, "Dec 1969"]);
  assert.deepEqual([dayNumber("2025-03"), dayNumber("03/2025"), isoDay(-(2 ** 31))], [dayNumber("2025-03-01"), null, ""]);
});

/** A calendar of one show. */
const calendar = (all, first = JAN) => ({ first, months: all.length, shows: 1, all });

test("episodes by month and show", () => {
  const known = calendarOf(atlas, [JAN, MAR]);
  assert.deepEqual([known.first, known.months, known.shows, [...known.all]], [JAN, 3, 2, [1, 0, 0, 0, 1, 1]]);
  assert.deepEqual([8, 9, 10, 11].map(known.cell), [0, 4, 5, -1]);
  assert.deepEqual([...byCell(known, [8, 10, 11])], [1, 0, 0, 0, 0, 1]);
  const unknown = calendarOf({ ...atlas, show: new Int32Array(atlas.n).fill(-1) }, [JAN, MAR]);
  assert.deepEqual([unknown.shows, [...unknown.all]], [1, [1, 0, 2]]);
});

test("a rise is measured against the months before", () => {
  const { z, ...found } = riseOf(calendar(Array(7).fill(20)), [0, 2, 1, 2, 9, 10, 3]);
  assert.deepEqual(found, { first: JAN + 1, rose: JAN + 4, from: 5 / 60, to: 9 / 20, shows: 1 });
  assert.ok(Math.abs(z - (15 * (0.45 - 5 / 60)) / Math.sqrt((9 * 55 + 5 * 11) / 160)) < 1e-9);
  assert.equal(riseOf(calendar([5, 5]), [0, 0]), null);
});

test("a change is a rise or a fall by the interval of compare_shares in kgraph/graph/shares.py", () => {
  const cases = [[9, 3, 20, 1], [3, 9, 20, -1], [12, 5, 30, 0], [8, 2, 30, 1], [7, 2, 20, 0], [20, 0, 20, 1], [2, 0, 2, 0], [8, 2, 47, 0], [71, 50, 500, 1]];
  for (const [after, before, all, direction] of cases) {
    assert.equal(changeOf(calendar([all, all]), [before, after], [0, 1], [1, 2]).direction, direction, `${before} and ${after} of ${all}`);
  }
  const shows = { first: JAN, months: 2, shows: 4, all: [8, 9, 0, 4, 16, 14, 3, 0] }, counts = [1, 3, 0, 0, 9, 12, 3, 0];
  const change = changeOf(shows, counts, [0, 1], [1, 2]);
  assert.deepEqual([change.direction, change.shows, change.from.toFixed(4), change.to.toFixed(4)], [1, 2, "0.2306", "0.7118"]);
  assert.equal(changeOf({ ...shows, all: [0, 0, 0, 4, 16, 14, 3, 0] }, counts, [0, 1], [1, 2]).direction, 0);
});

test("more mentions among more episodes are no rise", () => {
  assert.deepEqual(riseOf(calendar([10, 20]), [3, 6]), { first: JAN, rose: JAN, from: 0, to: 0, z: 0, shows: 0 });
});

test("more episodes of a show that always mentions it are no rise, and no higher bar", () => {
  const shows = { first: JAN, months: 2, shows: 2, all: [10, 30, 30, 6] }, counts = [6, 3, 18, 0];
  assert.equal(riseOf(shows, counts).z, 0);
  const [before, after] = standardShares(shows, counts);
  assert.ok(Math.abs(before - after) < 0.04 && before > 0.3, `${before} ${after}`);
  assert.deepEqual(standardShares(calendar([4, 8]), [1, 4]), [0.25, 0.5]);
  assert.deepEqual(standardShares({ first: JAN, months: 2, shows: 2, all: [4, 0, 0, 4] }, [4, 0, 0, 2]), [0, 0]);
});

test("a rise in words", () => {
  assert.equal(riseWords(calendar(Array(7).fill(20)), [0, 2, 1, 2, 9, 10, 3]),
    "First in Feb 2025; rose most in May 2025, from 8 % to 45 % of the episodes in 1 show of both times.");
  assert.equal(riseWords(calendar([9, 9]), [1, 0]), "First in Jan 2025; no month stands out in the same shows.");
  assert.equal(riseWords(calendar([]), []), "No dated episode of a known show mentions it.");
  assert.deepEqual([firstWords([0, 2], JAN), firstWords([], JAN)], ["First in Feb 2025.", "No dated episode."]);
});

test("a window is days, and back", () => {
  const span = [JAN, JAN + 5];
  assert.deepEqual(windowDays([JAN, JAN + 5], span), { from: "", to: "" });
  assert.deepEqual(windowDays([JAN + 1, JAN + 1], span), { from: "2025-02-01", to: "2025-02-28" });
  assert.deepEqual(daysWindow(dayNumber("2025-02-01"), dayNumber("2025-02-28"), span), [JAN + 1, JAN + 1]);
  assert.deepEqual(daysWindow(null, null, span), span);
  assert.deepEqual(daysWindow(dayNumber("1999-01-01"), dayNumber("2099-01-01"), span), span);
});

test("playing moves a window to the end and begins again", () => {
  const span = [0, 4], played = [];
  let at = [0, 4];
  for (let step = 0; step < 4; step++) played.push(at = nextWindow(at, span));
  assert.deepEqual(played, [[0, 2], [1, 3], [2, 4], [0, 2]]);
  assert.deepEqual(nextWindow([0, 0], [0, 0]), [0, 0]);
});
