// Allocates intervals on a fixed number of shelves of equal length, and frees them. Needs no page.

/** @param {number} count how many shelves; @param {number} length of each */
export function createShelves(count, length) {
  const free = Array.from({ length: count }, () => [[0, length]]); // [from, to) of what is free on each, from left to right
  return {
    /** A place as {shelf, from, to}, on the first shelf that has one; null when none has. */
    take(wide) {
      for (const [shelf, stretches] of free.entries()) {
        const at = stretches.findIndex(([from, to]) => to - from >= wide);
        if (at < 0) continue;
        const [from, to] = stretches[at];
        stretches.splice(at, 1, ...(from + wide < to ? [[from + wide, to]] : []));
        return { shelf, from, to: from + wide };
      }
      return null;
    },

    /** Give a place back; it is joined with what is free beside it. */
    give({ shelf, from, to }) {
      const stretches = free[shelf], after = stretches.findIndex(([start]) => start >= to), at = after < 0 ? stretches.length : after;
      const joinsBefore = stretches[at - 1]?.[1] === from, joinsAfter = stretches[at]?.[0] === to;
      const joined = [joinsBefore ? stretches[at - 1][0] : from, joinsAfter ? stretches[at][1] : to];
      stretches.splice(at - joinsBefore, joinsBefore + joinsAfter, joined);
    },
  };
}
