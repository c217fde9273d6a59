// Tables of a selection as a workbook and in an archive; the frame of a picture; areas.

import assert from "node:assert/strict";
import test from "node:test";
import {inflateRawSync} from "node:zlib";
import {isInside} from "../../../kgraph/atlas/assets/renderer/math.js";
import {layOutFrame} from "../../../kgraph/atlas/assets/renderer/picture_frame.js";
import {bindGestures} from "../../../kgraph/atlas/assets/renderer/gestures.js";
import {columnLetters, workbook} from "../../../kgraph/atlas/assets/xlsx.js";
import {crc32, zip} from "../../../kgraph/atlas/assets/zip.js";

/** Name -> text of the files of an archive, read by its directory. */
function unzipped(bytes) {
  const view = new DataView(bytes.buffer), u16 = (at) => view.getUint16(at, true), u32 = (at) => view.getUint32(at, true), files = {}, end = bytes.length - 22;
  assert.equal(u32(end), 0x06054b50);
  for (let k = 0, at = u32(end + 16); k < u16(end + 10); k++, at += 46 + u16(at + 28)) {
    assert.equal(u32(at), 0x02014b50);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + u16(at + 28))), head = u32(at + 42), start = head + 30 + u16(head + 26);
    const plain = inflateRawSync(bytes.subarray(start, start + u32(at + 20)));
    assert.deepEqual([plain.length, crc32(plain)], [u32(at + 24), u32(at + 16)]);
    files[name] = new TextDecoder().decode(plain);
  }
  return files;
}

const bytesOfBlob = async (blob) => new Uint8Array(await blob.arrayBuffer());

test("an archive holds its files, and the same files give the same bytes", async () => {
  const files = [{ name: "a.csv", text: "é,1\r\n".repeat(500) }, { name: "b.csv", text: "" }], made = await bytesOfBlob(await zip(files));
  assert.deepEqual(unzipped(made), { "a.csv": files[0].text, "b.csv": "" });
  assert.deepEqual(await bytesOfBlob(await zip(files)), made);
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

test("a workbook has a sheet for each table: numbers as numbers, hostile texts as texts", async () => {
  const hostile = "=1+1<b>&\u0000\ud800\"", blob = await workbook([{ name: "nodes", columns: ["name", "episodes"], rows: [[hostile, 12], ["", 0.5]] }, { name: "edges", columns: ["a"], rows: [] }]);
  const files = unzipped(await bytesOfBlob(blob)), sheet = files["xl/worksheets/sheet1.xml"];
  assert.equal(blob.type, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  assert.ok(sheet.includes('<c r="A2" t="inlineStr"><is><t xml:space="preserve">=1+1&#60;b&#62;&#38;&#34;</t></is></c><c r="B2"><v>12</v></c>'));
  assert.ok(sheet.includes('<c r="B3"><v>0.5</v></c>') && !sheet.includes('r="A3"'));
  assert.ok(sheet.includes('<autoFilter ref="A1:B3"/>'));
  assert.ok(files["xl/workbook.xml"].includes('<sheet name="edges" sheetId="2" r:id="rId2"/>'));
  for (const name of ["[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet2.xml"]) assert.ok(files[name].startsWith("<?xml"), name);
  assert.deepEqual([0, 25, 26, 701, 702].map(columnLetters), ["A", "Z", "AA", "ZZ", "AAA"]);
});

test("a frame holds title, words, legend and source, each within the width", () => {
  const measure = (text, height) => text.length * height * 0.5, frame = { title: "T".repeat(200), words: ["Sep 2025"], source: "kgraph", legend: Array.from({ length: 30 }, (_, k) => ({ label: `kind ${k}`, colour: k ? "#123456" : "" })) };
  const { above, below, texts, marks } = layOutFrame(frame, 400, measure);
  for (const { text, x, height } of texts) assert.ok(x + measure(text, height) <= 400 - 17, text);
  assert.equal(marks.length, 29);
  assert.ok(texts[0].text.endsWith("…"));
  for (const { y, isBelow } of [...texts, ...marks]) assert.ok(y > 0 && y < (isBelow ? below : above));
  assert.deepEqual(layOutFrame(frame, 400, measure), { above, below, texts, marks });
});

test("a point is inside an outline, also one with a bay", () => {
  const bay = [[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]];
  assert.deepEqual([[1, 1], [2, 2], [3.5, 3], [5, 1], [-1, -1]].map(([x, y]) => isInside(bay, x, y)), [true, false, true, false, false]);
});

test("while an area is drawn a drag moves nothing, and its end tells the outline", () => {
  const handlers = {}, drawn = [], camera = { pan: () => assert.fail("moved"), flight: null };
  const host = { style: {}, getBoundingClientRect: () => ({ left: 0, top: 0 }), addEventListener: (name, does) => { handlers[name] = does; } };
  bindGestures(host, camera, { hover() {}, leave() {}, pick: () => assert.fail("picked"), isDrawing: () => true, draw() {}, drawn: (points) => drawn.push(points.length) });
  const at = (clientX, clientY, type = "pointermove") => ({ clientX, clientY, pointerId: 1, button: 0, type });
  handlers.pointerdown(at(0, 0));
  for (const x of [10, 20, 30]) handlers.pointermove(at(x, x));
  handlers.pointerup(at(30, 30, "pointerup"));
  handlers.pointerdown(at(0, 0));
  handlers.pointermove(at(20, 0));
  handlers.pointercancel(at(20, 0, "pointercancel"));
  assert.deepEqual(drawn, [4, 0]);
});
