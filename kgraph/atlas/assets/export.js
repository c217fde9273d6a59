// Writes tables as CSV for other programs.
// Takes plain rows, returns text. Titles and names are hostile: all of it is escaped.

/**
 * A table as CSV (RFC 4180): CRLF, quotes doubled. A text that a spreadsheet would run as a formula
 * gets an apostrophe before it, as OWASP advises ("CSV Injection").
 * @param {string[]} columns
 * @param {(string|number)[][]} rows
 */
export function csv(columns, rows) {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(value) {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
