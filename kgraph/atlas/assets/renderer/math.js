// Arithmetic that several modules of the renderer share.

/** The value, held between two bounds. */
export const clamp = (value, low, high) => (value < low ? low : value > high ? high : value);

/** From a (at 0) to b (at 1) in a straight line. */
export const between = (a, b, t) => a + (b - a) * t;

/** 0 below `from`, 1 above `to`, and a smooth rise in the middle. */
export function rise(value, from, to) {
  const t = clamp((value - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

/** The smallest box around points number `from` up to, but without, `to`: {left, top, right, bottom}; two units wide for less than two places. */
export function boundsOf(x, y, from, to) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = from; i < to; i++) {
    if (x[i] < box.left) box.left = x[i];
    if (x[i] > box.right) box.right = x[i];
    if (y[i] < box.top) box.top = y[i];
    if (y[i] > box.bottom) box.bottom = y[i];
  }
  if (from >= to) return { left: -1, top: -1, right: 1, bottom: 1 };
  if (box.right > box.left || box.bottom > box.top) return box;
  return { left: box.left - 1, top: box.top - 1, right: box.right + 1, bottom: box.bottom + 1 };
}

/** Distance of a point from the stretch between two others, in the unit of all six. */
export function distanceToStretch(px, py, ax, ay, bx, by) {
  const dx = bx - ax, dy = by - ay, long = dx * dx + dy * dy;
  const t = long ? clamp(((px - ax) * dx + (py - ay) * dy) / long, 0, 1) : 0;
  return Math.hypot(px - ax - t * dx, py - ay - t * dy);
}
