// Prompts the browser to collect garbage, which it rarely does while memory is plentiful.

const ENOUGH = 1e8; // bytes of new buffers: V8 collects everything from 64 MB on, with 40 MB often only what is young

/** The pages of the buffer are never touched, so they are no memory; it takes a few milliseconds. Where a buffer cannot be given back at once, nothing. */
export function collect() {
  if (!ArrayBuffer.prototype.transfer) return;
  try {
    new ArrayBuffer(ENOUGH).transfer(0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // so much room is not even to be had as addresses: it collects by itself
  }
}
