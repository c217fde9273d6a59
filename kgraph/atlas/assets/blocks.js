// Reads the blocks of this file, which `kgraph/atlas/codec.py` wrote.
//
// A block is: length of a header (4 bytes, little-endian), the header as JSON, the columns one after the other; over that,
// unless it is small, gzip. Nothing here depends on what a column means.

/** The bytes of a block of this page; waits while the page is still being read. */
export async function bytesOf(name, page = document) {
  return fromBase64((await blockOf(name, page)).textContent);
}

/** The element of a block, as soon as all of it has been read. */
export async function blockOf(name, page = document) {
  const whole = () => {
    const block = page.getElementById(name);
    return page.readyState !== "loading" || block?.nextSibling ? block : null; // else it may be cut
  };
  const block = whole() ?? (page.readyState === "loading" ? await arrived(whole, page) : null);
  if (!block) throw new Error(`this file holds no block "${name}"`);
  return block;
}

/** What `look` finds while a page is being read, or null at its end. */
function arrived(look, page) {
  return new Promise((done) => {
    const watcher = new MutationObserver(check);
    function check() {
      const found = look();
      if (!found && page.readyState === "loading") return;
      watcher.disconnect();
      page.removeEventListener("DOMContentLoaded", check);
      done(found);
    }
    watcher.observe(page, { childList: true, subtree: true });
    page.addEventListener("DOMContentLoaded", check);
  });
}

/** Base64 (RFC 4648) as bytes. */
export function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** What gzip packed (RFC 1952). */
async function unpacked(bytes) {
  const { writable, readable } = new DecompressionStream("gzip"), writer = writable.getWriter();
  const [whole] = await Promise.all([new Response(readable).arrayBuffer(), writer.write(bytes), writer.close()]);
  return new Uint8Array(whole);
}

/** The text of a block that is a packed script. */
export async function openScript(bytes) {
  return new TextDecoder().decode(await unpacked(bytes));
}

/** Whether bytes begin as gzip does; no small block does. */
const isPacked = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** A block's header and columns. @returns {Promise<{meta: any, columns: Object<string, any>}>} */
export async function openBlock(bytes) {
  const whole = isPacked(bytes) ? await unpacked(bytes) : bytes;
  let at = 4 + new DataView(whole.buffer, whole.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(whole.subarray(4, at)));
  const columns = {};
  for (const [name, coding, values, size] of header.columns) {
    columns[name] = READERS[coding](whole.subarray(at, at + size), values);
    at += size;
  }
  return { meta: header.meta, columns };
}

const READERS = { u8: (bytes) => bytes.slice(), u16: readU16, uint: readUint, delta: readDelta, text: (bytes) => bytes.slice() };

function readU16(bytes, values) {
  const read = new Uint16Array(values);
  for (let i = 0; i < values; i++) read[i] = bytes[2 * i] | (bytes[2 * i + 1] << 8);
  return read;
}

/** LEB128: seven bits a byte, the lowest first. */
function readUint(bytes, values) {
  const read = new Uint32Array(values);
  for (let i = 0, at = 0; i < values; i++) {
    let byte = bytes[at++];
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++];
      value |= (byte & 127) << shift;
    }
    read[i] = value;
  }
  return read;
}

/** Differences: 0, -1, 1, -2 are written as 0, 1, 2, 3. Most take one byte. */
function readDelta(bytes, values) {
  const read = new Int32Array(values);
  for (let i = 0, at = 0, last = 0; i < values; i++) {
    const byte = bytes[at++];
    if (byte < 128) {
      last += (byte >>> 1) ^ -(byte & 1);
    } else {
      const [value, next] = readLong(bytes, byte, at);
      last += value % 2 ? -(value + 1) / 2 : value / 2;
      at = next;
    }
    read[i] = last;
  }
  return read;
}

/** A number of several bytes, of which the first is read; and where the next one begins. */
function readLong(bytes, first, at) {
  let value = first & 127;
  // Not `<<`: a difference may have 33 bits, and shifts are of 32.
  for (let factor = 128, byte = first; byte > 127; factor *= 128) {
    byte = bytes[at++];
    value += (byte & 127) * factor;
  }
  return [value, at];
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Texts of a block, decoded: `at(i)`, or all as one, `whole`, in which each begins at its place in `starts`. */
export function textsOf(columns, name) {
  const whole = decoder.decode(columns[name]), starts = beginningsOf(columns, name);
  return { whole, starts, length: starts.length - 1, at: (i) => whole.substring(starts[i], starts[i + 1] - 1) };
}

/** Where each text begins in the whole, in UTF-16 code units, and where one after the last would. */
function beginningsOf(columns, name) {
  const lengths = columns[`${name}.length`], starts = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) starts[i + 1] = starts[i] + lengths[i] + 1;
  return starts;
}

/** Where each of several runs begins, and where the last one ends. */
export function sums(lengths) {
  const starts = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) starts[i + 1] = starts[i] + lengths[i];
  return starts;
}
