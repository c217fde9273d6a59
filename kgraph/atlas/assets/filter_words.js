// Says in words what the filters choose: for panels, pictures and paper.

import {daysWindow} from "./timeline.js";
import {dayNumber, monthName} from "./text.js";
import {percent} from "../../draw/assets/evidence.js";

const NAMED = 3; // shows or themes that are named; of more, how many

/** What a state of `state.js` keeps to; "" when it keeps to nothing. @param {object} app of main.js */
export function filterWords({ atlas, span, filtered }, state) {
  const named = (nodes, plural) => (nodes.length > NAMED ? `${nodes.length} ${plural}` : nodes.map((i) => atlas.label(i)).join(", "));
  const parts = [
    state.from || state.to ? windowWords(state, span) : "",
    named(filtered.shows, "shows"),
    named(filtered.themes, "themes"),
    state.confidence > FLOOR ? `${percent(state.confidence)} sure at least` : "",
    state.episodes > 1 ? `in ${state.episodes} episodes at least` : "",
  ];
  return parts.filter(Boolean).join("; ");
}

/** Confidence below which a mention is more likely wrong than right: such are hidden at first. */
export const FLOOR = 0.5;

/** Days, or the months that they are. */
function windowWords({ from, to }, span) {
  const isWhole = span && (!from || from.endsWith("-01")) && (!to || dayNumber(to) !== null) && isMonthEnd(to);
  if (!isWhole) return [from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(" ");
  const [first, last] = daysWindow(dayNumber(from), dayNumber(to), span);
  return first === last ? monthName(first) : `${monthName(first)} – ${monthName(last)}`;
}

const isMonthEnd = (day) => !day || new Date((dayNumber(day) + 1) * 86_400_000).getUTCDate() === 1;
