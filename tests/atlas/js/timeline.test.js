// Months and windows.

import assert from "node:assert/strict";
import test from "node:test";
import {byMonth, daysWindow, firstWords, monthSpan, nextWindow, windowDays} from "../../../kgraph/atlas/assets/timeline.js";
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

test("the first month in words", () => assert.deepEqual([firstWords([0, 2], JAN), firstWords([], JAN)], ["First in Feb 2025.", "No dated episode."]));

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
