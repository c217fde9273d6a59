// The camera: the centre of the view in world coordinates, and its scale in CSS pixels a unit.
// Flights from view to view follow van Wijk & Nuij, "Smooth and Efficient Zooming and Panning"
// (2003), which keeps start and goal in sight. With reduced motion the camera jumps.

import {clamp} from "./math.js";

const CURVE = 1.4; // rho: how much a flight rises; 1.4 is what their readers liked best
const PACE = 260; // milliseconds for each unit of their path length
const LONGEST = 1100; // milliseconds: a flight across everything must not make one wait
const GLIDE = 0.34; // part of a soft zoom that one frame takes
const NEAREST = 160; // how many times nearer than the whole one may come
const FARTHEST = 0.4;
const FREE_BESIDE = 0.08; // part of the view that stays free on each side when all is shown

/**
 * A camera over a host of `width` by `height` pixels.
 * @param {{width: number, height: number, calm?: () => boolean}} options calm: whether motion is unwelcome
 * @returns camera with x, y, scale, and what is done with them; `onChange` is called after each change
 */
export function createCamera({ width, height, calm = () => false }) {
  const camera = {
    x: 0, y: 0, scale: 1, width, height, home: 1, flight: null, glide: null, fitted: null, onChange() {},

    toScreen: (x, y) => [(x - camera.x) * camera.scale + camera.width / 2, (y - camera.y) * camera.scale + camera.height / 2],
    toWorld: (px, py) => [(px - camera.width / 2) / camera.scale + camera.x, (py - camera.height / 2) / camera.scale + camera.y],

    /** Look at a place at once. */
    set({ x = camera.x, y = camera.y, scale = camera.scale }) {
      camera.flight = null;
      camera.glide = null;
      place(camera, x, y, scale);
    },

    /** Move what is seen by so many pixels. */
    pan(dx, dy) {
      camera.set({ x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale });
    },

    /** Come nearer (factor above 1) so that what is under the pointer stays there. */
    zoomAt(px, py, factor) {
      const [x, y] = camera.toWorld(px, py);
      const scale = held(camera, camera.scale * factor);
      camera.set({ x: x - (px - camera.width / 2) / scale, y: y - (py - camera.height / 2) / scale, scale });
    },

    /** The same in a soft movement over the next frames; what is left of an earlier one is added. */
    glideAt(px, py, factor) {
      if (calm()) return camera.zoomAt(px, py, factor);
      camera.flight = null;
      const left = camera.glide?.left ?? 0;
      camera.glide = { px, py, left: Math.sign(left) === -Math.sign(Math.log(factor)) ? Math.log(factor) : left + Math.log(factor) };
      return camera.onChange();
    },

    /** Come nearer to the middle; in a short flight. */
    zoomBy: (factor) => camera.animate({ scale: camera.scale * factor }, 220),

    /** The view that shows a box of the world whole, with room beside it for names, or with `margin` pixels all round. */
    viewOf(box, margin = null) {
      const beside = margin ?? Math.min(FREE_BESIDE * camera.width, 90), above = margin ?? Math.min(FREE_BESIDE * camera.height, 40);
      const across = Math.max(camera.width - 2 * beside, camera.width / 2), down = Math.max(camera.height - 2 * above, camera.height / 2);
      const scale = Math.min(across / Math.max(box.right - box.left, 1e-9), down / Math.max(box.bottom - box.top, 1e-9));
      return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, scale };
    },

    /** Show a box of the world whole, at once; `home` also makes it the widest view. */
    fit(box, { margin = null, home = false } = {}) {
      const view = camera.viewOf(box, margin);
      if (home) camera.home = view.scale;
      camera.set(view);
      camera.fitted = { x: camera.x, y: camera.y, scale: camera.scale };
    },

    /** Whether nobody has moved the camera since it was last told to fit. */
    isFitted: () => ["x", "y", "scale"].every((key) => camera.fitted?.[key] === camera[key]),

    /** Fly to a view; a promise of arrival (or of being overtaken). */
    animate({ x = camera.x, y = camera.y, scale = camera.scale }, longest = LONGEST) {
      const goal = { x, y, scale: held(camera, scale) };
      if (calm()) {
        camera.set(goal);
        return Promise.resolve();
      }
      return new Promise((arrived) => {
        camera.flight = { ...flightPath(camera, goal, longest), goal, start: 0, arrived };
        camera.onChange();
      });
    },

    /** Take one step of a flight; whether it goes on. `now` in milliseconds. */
    step(now) {
      const { flight } = camera;
      if (!flight) return glideOn(camera);
      flight.start ||= now;
      const t = flight.duration ? clamp((now - flight.start) / flight.duration, 0, 1) : 1;
      const view = t < 1 ? flight.at(t * t * (3 - 2 * t)) : flight.goal;
      place(camera, view.x, view.y, view.scale);
      if (t < 1) return true;
      camera.flight = null;
      flight.arrived();
      return false;
    },

    /** The host has another size now; the middle stays where it is. */
    resize(newWidth, newHeight) {
      camera.width = newWidth;
      camera.height = newHeight;
      camera.onChange();
    },
  };
  return camera;
}

/** One step of a soft zoom; whether it goes on. */
function glideOn(camera) {
  const { glide } = camera;
  if (!glide) return false;
  const last = Math.abs(glide.left) < 0.004, part = last ? glide.left : glide.left * GLIDE;
  camera.zoomAt(glide.px, glide.py, Math.exp(part));
  if (!last) camera.glide = { ...glide, left: glide.left - part };
  return !last;
}

const held = (camera, scale) => clamp(scale, camera.home * FARTHEST, camera.home * NEAREST);

function place(camera, x, y, scale) {
  if (![x, y, scale].every(Number.isFinite)) return;
  camera.x = x;
  camera.y = y;
  camera.scale = held(camera, scale);
  camera.onChange();
}

/** {duration in ms, at(t in [0, 1]) -> view} between a camera's view and a goal. */
export function flightPath(camera, goal, longest = LONGEST) {
  const { x, y, scale } = camera;
  const span = camera.width / scale, goalSpan = camera.width / goal.scale;
  const dx = goal.x - x, dy = goal.y - y, far = Math.hypot(dx, dy);
  const only = Math.log(goalSpan / span) / CURVE;
  if (far < 1e-6 * span) {
    const zoomed = (t) => ({ x: x + dx * t, y: y + dy * t, scale: scale * Math.exp(-CURVE * only * t) });
    return { duration: Math.min(Math.abs(only) * PACE * 2, longest), at: zoomed };
  }
  const curve2 = CURVE * CURVE, curve4 = curve2 * curve2;
  const angle = (width, sign) => {
    const b = (goalSpan * goalSpan - span * span + sign * curve4 * far * far) / (2 * width * curve2 * far);
    return Math.log(Math.sqrt(b * b + 1) - b);
  };
  const r0 = angle(span, 1), length = (angle(goalSpan, -1) - r0) / CURVE;
  const at = (t) => {
    const s = t * length;
    const along = (span / (curve2 * far)) * (Math.cosh(r0) * Math.tanh(CURVE * s + r0) - Math.sinh(r0));
    return { x: x + dx * along, y: y + dy * along, scale: (scale * Math.cosh(CURVE * s + r0)) / Math.cosh(r0) };
  };
  return { duration: Math.min(Math.abs(length) * PACE, longest), at };
}
