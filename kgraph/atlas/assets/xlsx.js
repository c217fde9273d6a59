// Writes tables as a workbook (Office Open XML, ECMA-376): texts as inline strings, which no spreadsheet runs as formulas; the first row
// bold, in sight and with filters.

import {zip} from "./zip.js";

const LONGEST_CELL = 32_767; // letters that a spreadsheet takes
const MOST_ROWS = 1_048_575; // below the first
const DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006", TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** Text of XML 1.0, without letters that it does not allow. */
const xmlText = (text) => text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "").replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** "A", "B", …, "AA" for columns from 0. */
export function columnLetters(column) {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnLetters(Math.floor(column / 26) - 1) + letter;
}

function cellOf(value, place, style) {
  if (typeof value === "number" && Number.isFinite(value)) return `<c r="${place}"${style}><v>${value}</v></c>`;
  const text = String(value ?? "").slice(0, LONGEST_CELL);
  return text ? `<c r="${place}"${style} t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>` : "";
}

function sheetOf({ columns, rows }) {
  const row = (values, at, style = "") => `<row r="${at}">${values.map((value, k) => cellOf(value, `${columnLetters(k)}${at}`, style)).join("")}</row>`;
  const kept = rows.slice(0, MOST_ROWS), range = `A1:${columnLetters(columns.length - 1)}${kept.length + 1}`;
  const widths = columns.map((name, k) => `<col min="${k + 1}" max="${k + 1}" width="${Math.min(60, Math.max(10, name.length + 2, ...kept.slice(0, 50).map((values) => String(values[k] ?? "").length)))}" customWidth="1"/>`);
  return `${DECLARED}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
    `<cols>${widths.join("")}</cols><sheetData>${row(columns, 1, ' s="1"')}${kept.map((values, k) => row(values, k + 2)).join("")}</sheetData><autoFilter ref="${range}"/></worksheet>`;
}

const STYLES = `${DECLARED}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>' +
  '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>';

/**
 * @param {{name: string, columns: string[], rows: (string|number)[][]}[]} sheets names of at most 31 letters, without []:*?/\
 * @returns {Promise<Blob>} the same bytes for the same tables
 */
export function workbook(sheets) {
  const each = (words) => sheets.map((sheet, k) => words(k + 1, sheet)).join("");
  return zip([
    { name: "[Content_Types].xml", text: `${DECLARED}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${each((k) => `<Override PartName="/xl/worksheets/sheet${k}.xml" ContentType="${TYPE}.worksheet+xml"/>`)}</Types>` },
    { name: "_rels/.rels", text: `${DECLARED}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>` },
    { name: "xl/workbook.xml", text: `${DECLARED}<workbook xmlns="${MAIN}" xmlns:r="${RELATED}"><sheets>${each((k, { name }) => `<sheet name="${xmlText(name)}" sheetId="${k}" r:id="rId${k}"/>`)}</sheets></workbook>` },
    { name: "xl/_rels/workbook.xml.rels", text: `${DECLARED}<Relationships xmlns="${PACKAGE}/relationships">${each((k) => `<Relationship Id="rId${k}" Type="${RELATED}/worksheet" Target="worksheets/sheet${k}.xml"/>`)}` +
      `<Relationship Id="rId${sheets.length + 1}" Type="${RELATED}/styles" Target="styles.xml"/></Relationships>` },
    { name: "xl/styles.xml", text: STYLES },
    ...sheets.map((sheet, k) => ({ name: `xl/worksheets/sheet${k + 1}.xml`, text: sheetOf(sheet) })),
  ], `${TYPE}.sheet`);
}
