// Writes selected nodes as text for other programs: CSV and SPARQL.
// Takes plain rows and IRIs, returns text. Titles and names are hostile: all of it is escaped.

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

/** An IRI as SPARQL writes it (SPARQL 1.1, IRIREF): what may not stand in it is percent-encoded. */
export function iriRef(iri) {
  const escaped = iri.replace(/[\u0000-\u0020<>"{}|\\^`]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  return `<${escaped}>`;
}

/** The name of a node as a SPARQL comment may hold it: on one line. */
const commentOf = (text) => text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ");

const SPARQL_PREFIXES = ["PREFIX schema: <https://schema.org/>", "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"];

/**
 * The query that gives the selected nodes, with what links them to one another.
 * @param {{iri: string, label: string}[]} nodes
 */
export function sparql(nodes) {
  return [
    ...SPARQL_PREFIXES,
    "SELECT ?thing ?type ?name ?predicate ?other WHERE {",
    "  VALUES ?thing {",
    ...nodes.map(({ iri, label }) => `    ${iriRef(iri)} # ${commentOf(label)}`),
    "  }",
    "  ?thing a ?type .",
    "  OPTIONAL { ?thing schema:name | skos:prefLabel | schema:text ?name }",
    "  OPTIONAL {",
    "    VALUES ?other {",
    ...nodes.map(({ iri }) => `      ${iriRef(iri)}`),
    "    }",
    "    ?thing ?predicate ?other .",
    "  }",
    "}",
    "ORDER BY ?thing ?predicate ?other",
    "",
  ].join("\n");
}
