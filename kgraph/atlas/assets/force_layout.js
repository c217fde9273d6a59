// Force-directed layout of a small graph: edges attract, nodes repel (Fruchterman & Reingold, "Graph Drawing by
// Force-directed Placement", 1991, with their cooling), and a weak pull to the centre keeps components together. It starts
// from a sunflower spiral and uses no random numbers: the same graph has the same layout.

const ROUNDS = 300;
const PULL = 0.06; // to the middle, as a part of the distance
const SUNFLOWER = Math.PI * (3 - Math.sqrt(5));

/**
 * @param {number} n nodes; the first stands in the middle at the start
 * @param {{source: number, target: number, strength: number}[]} edges strength in [0, 1]: the stronger, the nearer
 * @param {number} wide width to height of the room
 * @returns {{x: Float32Array, y: Float32Array}} as `inFrame` leaves them
 */
export function settle(n, edges, wide = 1.4) {
  const x = new Float32Array(n), y = new Float32Array(n), dx = new Float32Array(n), dy = new Float32Array(n);
  const unit = 1; // distance that two nodes want without a tie
  for (let i = 0; i < n; i++) {
    x[i] = unit * Math.sqrt(i) * Math.cos(i * SUNFLOWER);
    y[i] = unit * Math.sqrt(i) * Math.sin(i * SUNFLOWER);
  }
  for (let round = 0; round < ROUNDS; round++) {
    pushApart(x, y, dx, dy, unit);
    for (const { source, target, strength } of edges) {
      const ex = x[target] - x[source], ey = y[target] - y[source], pull = (0.3 + 0.7 * strength) * Math.hypot(ex, ey) / unit;
      dx[source] += ex * pull;
      dy[source] += ey * pull;
      dx[target] -= ex * pull;
      dy[target] -= ey * pull;
    }
    const heat = unit * Math.sqrt(n) * 0.1 * (1 - round / ROUNDS) + 1e-3;
    for (let i = 0; i < n; i++) {
      dx[i] -= PULL * x[i];
      dy[i] -= PULL * y[i] * wide * wide;
      const far = Math.hypot(dx[i], dy[i]) || 1, step = Math.min(far, heat) / far;
      x[i] += dx[i] * step;
      y[i] += dy[i] * step;
      dx[i] = dy[i] = 0;
    }
  }
  return inFrame(x, y);
}

function pushApart(x, y, dx, dy, unit) {
  for (let i = 0; i < x.length; i++) {
    for (let k = i + 1; k < x.length; k++) {
      const ex = x[k] - x[i] || 1e-3 * (i + 1), ey = y[k] - y[i], push = (unit * unit) / Math.max(ex * ex + ey * ey, 1e-3);
      dx[i] -= ex * push;
      dy[i] -= ey * push;
      dx[k] += ex * push;
      dy[k] += ey * push;
    }
  }
}

/** The same places, moved and scaled so that the longer side reaches from -1 to 1. */
export function inFrame(x, y) {
  const left = Math.min(...x), right = Math.max(...x), top = Math.min(...y), bottom = Math.max(...y);
  const scale = 2 / Math.max(right - left, bottom - top, 1e-9);
  return {
    x: x.map((value) => (x.length > 1 ? (value - (left + right) / 2) * scale : 0)),
    y: y.map((value) => (x.length > 1 ? (value - (top + bottom) / 2) * scale : 0)),
  };
}
