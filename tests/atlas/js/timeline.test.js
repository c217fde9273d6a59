// Months, rises and windows.

import assert from "node:assert/strict";
import test from "node:test";
import {byCell, byMonth, calendarOf, changeOf, changeWords, daysWindow, firstWords, largestChange, monthSpan, monthlyChanges, nextWindow, standardShares, windowDays} from "../../../kgraph/atlas/assets/timeline.js";
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

/** A calendar of one show, with its counts in consecutive months. */
const calendar = (all, first = JAN) => ({ months: all.map((_, at) => first + at), shows: 1, strata: 1, all });

test("episodes by month and show", () => {
  const known = calendarOf(atlas);
  assert.deepEqual([known.months, known.shows, known.strata, [...known.all]], [[JAN, MAR], 2, 3, [1, 0, 0, 1, 1, 0]]);
  assert.deepEqual([8, 9, 10, 11].map(known.cell), [0, 3, 4, -1]);
  assert.deepEqual([...byCell(known, [8, 10, 11])], [1, 0, 0, 0, 1, 0]);
  const unknown = calendarOf({ ...atlas, show: new Int32Array(atlas.n).fill(-1) });
  assert.deepEqual([unknown.shows, [...unknown.all]], [1, [1, 2]]);
  const sources = new Uint8Array(atlas.n).fill(1);
  sources[8] = 0;
  assert.deepEqual(calendarOf(atlas, sources).months, [MAR]);
});

test("a month is compared with the calendar month before, not with a later or an earlier one", () => {
  const counts = [0, 2, 1, 2, 9, 10, 3], changes = monthlyChanges(calendar(Array(7).fill(20)), counts);
  assert.deepEqual(changes.map(({ direction }) => direction), [0, 0, 0, 0, 1, 0, -1]);
  const { month, from, to, shows, mentions } = largestChange(changes, 1);
  assert.deepEqual([month, from, to, shows, mentions], [JAN + 4, 0.1, 0.45, 1, 9]);
  assert.equal(largestChange(changes, -1).month, JAN + 6);
  const gap = { months: [JAN, JAN + 2], shows: 1, strata: 1, all: [20, 20] };
  assert.deepEqual(monthlyChanges(gap, [0, 20]).map(({ direction, shows: both }) => [direction, both]), [[0, 0], [0, 0]]);
  assert.equal(largestChange([], 1), null);
});

test("a change is a rise or a fall by the interval of compare_shares in kgraph/graph/shares.py", () => {
  const cases = [[9, 3, 20, 1], [3, 9, 20, -1], [12, 5, 30, 0], [8, 2, 30, 1], [7, 2, 20, 0], [20, 0, 20, 1], [2, 0, 2, 0], [8, 2, 47, 0], [71, 50, 500, 1]];
  for (const [after, before, all, direction] of cases) {
    assert.equal(changeOf(calendar([all, all]), [before, after], [JAN, JAN], [JAN + 1, JAN + 1]).direction, direction, `${before} and ${after} of ${all}`);
  }
  const shows = { months: [JAN, JAN + 1], shows: 4, strata: 4, all: [8, 9, 0, 4, 16, 14, 3, 0] }, counts = [1, 3, 0, 0, 9, 12, 3, 0];
  const change = changeOf(shows, counts, [JAN, JAN], [JAN + 1, JAN + 1]);
  assert.deepEqual([change.direction, change.shows, change.from.toFixed(4), change.to.toFixed(4)], [1, 2, "0.2306", "0.7118"]);
  assert.equal(changeOf({ ...shows, all: [0, 0, 0, 4, 16, 14, 3, 0] }, counts, [JAN, JAN], [JAN + 1, JAN + 1]).direction, 0);
});

test("several months are compared with several before, gaps included", () => {
  const { from, to, mentions, earlier } = changeOf({ months: [JAN, JAN + 1, JAN + 3], shows: 1, strata: 1, all: [10, 10, 20] }, [1, 3, 10], [JAN, JAN + 1], [JAN + 2, JAN + 3]);
  assert.deepEqual([from, to, mentions, earlier], [0.2, 0.5, 10, 4]);
});

test("more mentions among more episodes are no rise", () => {
  assert.deepEqual(monthlyChanges(calendar([10, 20]), [3, 6]).map(({ direction }) => direction), [0, 0]);
});

test("more episodes of a show that always mentions it are no rise, and no higher bar", () => {
  const shows = { months: [JAN, JAN + 1], shows: 2, strata: 2, all: [10, 30, 30, 6] }, counts = [6, 3, 18, 0], span = [JAN, JAN + 1];
  assert.equal(largestChange(monthlyChanges(shows, counts), 1), null);
  const [before, after] = standardShares(shows, counts, span);
  assert.ok(Math.abs(before - after) < 0.04 && before > 0.3, `${before} ${after}`);
  assert.deepEqual(standardShares(calendar([4, 8]), [1, 4], span), [0.25, 0.5]);
  assert.deepEqual(standardShares({ months: [JAN, JAN + 1], shows: 2, strata: 2, all: [4, 0, 0, 4] }, [4, 0, 0, 2], span), null);
  assert.deepEqual(standardShares({ months: [JAN, JAN + 1], shows: 2, strata: 2, all: [4, 3, 2, 0] }, [0, 3, 0, 0], span), null);
});

test("episodes of unknown shows are one stratum of shares, and in no change", () => {
  const some = { months: [JAN, JAN + 1], shows: 1, strata: 2, all: [2, 2, 2, 8] }, counts = [0, 1, 0, 4], span = [JAN, JAN + 1];
  assert.deepEqual(standardShares(some, counts, span).map((share) => share.toFixed(4)), ["0.3571", "0.3571"]);
  const { from, to, shows, mentions, earlier } = changeOf(some, counts, [JAN, JAN], [JAN + 1, JAN + 1]);
  assert.deepEqual([from, to, shows, mentions, earlier], [0, 0, 1, 4, 1]);
});

test("shares of a span leave out earlier months, which count for the whole, and months without an episode", () => {
  assert.deepEqual(standardShares({ months: [JAN - 90, JAN, JAN + 2], shows: 1, strata: 1, all: [2, 4, 4] }, [2, 1, 2], [JAN, JAN + 2]), [0.25, 0, 0.5]);
  assert.deepEqual(standardShares(calendar([2, 3]), [2, 3], [JAN, JAN + 1]), [0, 1]); // two episodes have none
});

test("rises and falls in words", () => {
  const words = (all, counts) => changeWords(monthlyChanges(calendar(all), counts), true);
  assert.equal(words(Array(7).fill(20), [0, 2, 1, 2, 9, 10, 3]),
    "First in Feb 2025; rose most in May 2025, from 10 % to 45 % of the episodes in 1 show of both months; fell most in Jul 2025, from 50 % to 15 % of the episodes in 1 show of both months.");
  assert.equal(words([9, 9], [1, 0]), "First in Jan 2025; in no month did it rise or fall by more than chance explains.");
  const single = { months: [JAN, JAN + 1], shows: 2, strata: 2, all: [4, 0, 0, 4] };
  assert.equal(changeWords(monthlyChanges(single, [0, 0, 0, 2]), false), "First in Feb 2025; months cannot be compared, since no known show that mentions it has episodes in two.");
  assert.equal(words([], []), "No dated episode mentions it.");
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
