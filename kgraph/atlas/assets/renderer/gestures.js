// Pointer gestures: drag, wheel, pinch, double click, tap. The page handles keys by the camera's methods.

const STILL = 4; // pixels that a click may wander
const WHEEL = 0.0016; // how much one pixel of the wheel zooms, as a power of e
const LINE = 18, PAGE = 300; // pixels of a wheel that counts in lines or pages
const TWICE = 320, SAME = 24; // milliseconds and pixels between two taps that are one double tap

/**
 * Bind gestures to an element.
 * @param {HTMLElement} host
 * @param camera
 * @param {{hover(x, y), leave(), pick(x, y, event), leavesWheel?: boolean}} told
 *   what to do with a pointer that looks, leaves or picks, in CSS pixels of the host;
 *   leavesWheel: the wheel zooms with Ctrl only, and a finger scrolls the page up and down
 * @returns a function that unbinds them
 */
export function bindGestures(host, camera, told) {
  const pointers = new Map();
  let moved = 0, most = 0, tap = null;
  const place = ({ clientX, clientY }) => {
    const { left, top } = host.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  const spread = () => {
    const [[ax, ay], [bx, by]] = [...pointers.values()];
    return { x: (ax + bx) / 2, y: (ay + by) / 2, far: Math.hypot(ax - bx, ay - by) };
  };
  const down = (event) => {
    if (event.button > 0) return;
    pointers.set(event.pointerId, place(event));
    most = pointers.size === 1 ? 1 : Math.max(most, pointers.size);
    if (pointers.size === 1) moved = 0;
    host.setPointerCapture?.(event.pointerId);
    camera.flight = null;
  };
  const move = (event) => {
    const [x, y] = place(event), before = pointers.get(event.pointerId);
    if (!before) return void (pointers.size || told.hover(x, y));
    moved += Math.hypot(x - before[0], y - before[1]);
    if (pointers.size === 1) {
      if (moved > STILL) camera.pan(x - before[0], y - before[1]);
      pointers.set(event.pointerId, [x, y]);
    } else if (pointers.size === 2) {
      const was = spread();
      pointers.set(event.pointerId, [x, y]);
      const is = spread();
      camera.pan(is.x - was.x, is.y - was.y);
      if (was.far > 0 && is.far > 0) camera.zoomAt(is.x, is.y, is.far / was.far);
    }
    host.style.cursor = moved > STILL ? "grabbing" : "";
    return undefined;
  };
  const up = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    host.style.cursor = "";
    if (event.type !== "pointerup" || moved > STILL || most > 1) return;
    const [x, y] = place(event);
    if (tap && event.timeStamp - tap.at < TWICE && Math.hypot(x - tap.x, y - tap.y) < SAME) {
      tap = null;
      const [wx, wy] = camera.toWorld(x, y);
      camera.animate({ x: camera.x + (wx - camera.x) / 2, y: camera.y + (wy - camera.y) / 2, scale: camera.scale * 2 }, 260);
    } else {
      tap = { x, y, at: event.timeStamp };
      told.pick(x, y, event);
    }
  };
  const wheel = (event) => {
    if (told.leavesWheel && !event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    const unit = event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? PAGE : 1, [x, y] = place(event);
    camera.glideAt(x, y, Math.exp(-event.deltaY * unit * WHEEL * (event.ctrlKey ? 5 : 1)));
  };
  const leave = () => pointers.size || told.leave();
  const bound = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, pointerleave: leave, wheel };
  host.style.touchAction = told.leavesWheel ? "pan-y" : "none";
  for (const [name, does] of Object.entries(bound)) host.addEventListener(name, does, { passive: false });
  return () => {
    for (const [name, does] of Object.entries(bound)) host.removeEventListener(name, does);
  };
}
