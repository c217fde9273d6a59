// Packs files into a ZIP archive (APPNOTE 6.3.9): deflated where a browser can, always of the same day, so that the same files
// give the same bytes.

const DAY = 0x0021, UTF8 = 0x0800; // 1980-01-01; names are UTF-8
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of bytes, as ZIP and gzip have it. */
export function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC_TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Numbers as little-endian bytes: [value, size in bytes]. */
function littleEndian(...fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [, size]) => sum + size, 0));
  let at = 0;
  for (const [value, size] of fields) for (let k = 0; k < size; k++) bytes[at++] = Math.floor(value / 2 ** (8 * k)) % 256;
  return bytes;
}

/**
 * @param {{name: string, text: string}[]} files
 * @returns {Promise<Blob>}
 */
export async function zip(files, type = "application/zip") {
  const parts = [], directory = [];
  let offset = 0;
  for (const { name, text } of files) {
    const plain = new TextEncoder().encode(text), packed = await deflated(plain), title = new TextEncoder().encode(name);
    const common = [[20, 2], [UTF8, 2], [8, 2], [0, 2], [DAY, 2], [crc32(plain), 4], [packed.length, 4], [plain.length, 4], [title.length, 2], [0, 2]];
    const head = littleEndian([0x04034b50, 4], ...common);
    directory.push(littleEndian([0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), title);
    parts.push(head, title, packed);
    offset += head.length + title.length + packed.length;
  }
  const size = directory.reduce((sum, bytes) => sum + bytes.length, 0);
  const end = littleEndian([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [offset, 4], [0, 2]);
  return new Blob([...parts, ...directory, end], { type });
}
