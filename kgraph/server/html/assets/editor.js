// The SPARQL editor: YASQE writes the query, YASR shows what came (both parts of YASGUI).
// The query that the page begins with is that of the address (#query=), else of ?query=, which
// the server wrote into the form, else what was written here last.

const { Yasqe, Yasr } = Yasgui;
const form = document.getElementById("plain");
const field = document.getElementById("query");
const said = document.getElementById("said");
const results = document.getElementById("results");
const run = document.getElementById("run");
const stop = document.getElementById("stop");

function say(words, bad = false) {
  said.textContent = words;
  said.classList.toggle("bad", bad);
  said.hidden = !words;
}

async function read(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json, text/plain" } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

// -- what is completed ------------------------------------------------------------------

const MOST = 50; // completions that are shown

// What was typed may be a part of the name or of the IRI, in any case: "comp" finds kg:Company.
function fitting(terms, token) {
  const typed = token.string.trim().replace(/^<|>$/g, "").toLowerCase();
  const fits = (term) => [term.name, term.iri].some((text) => text.toLowerCase().includes(typed));
  return terms.filter(fits).slice(0, MOST).map((term) => term.name);
}

// In place of YASGUI's own completers of these names, which ask a server elsewhere.
function register(words) {
  const meanings = new Map(words.terms.map((term) => [term.name, term.words]));
  const explained = (_, hints) =>
    hints.map((hint) => {
      const meaning = meanings.get(hint.text);
      return meaning ? { ...hint, displayText: `${hint.text}  ${meaning}` } : hint;
    });
  for (const kind of ["class", "property"]) {
    const terms = words.terms.filter((term) => term.kind === kind);
    Yasqe.forkAutocompleter(kind, {
      name: kind,
      get: (_, token) => (token ? fitting(terms, token) : []),
      preProcessToken: (_, token) => token,
      postProcessSuggestion: (_, token, name) => name,
      postprocessHints: explained,
    });
  }
  const declared = Object.entries(words.prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  Yasqe.forkAutocompleter("prefixes", { name: "prefixes", persistenceId: null, get: () => declared });
}

// -- the query ----------------------------------------------------------------------------

// Declares the prefixes that a query uses, so that it can be read elsewhere, too.
function declare(editor, prefixes) {
  const declared = editor.getPrefixesFromQuery();
  for (const [prefix, iri] of Object.entries(prefixes)) {
    const used = new RegExp(`(^|[\\s({|/^!,;[])${prefix}:`);
    if (!(prefix in declared) && used.test(editor.getValue())) editor.addPrefixes({ [prefix]: iri });
  }
}

function asked() {
  return new URLSearchParams(location.hash.slice(1)).get("query") || "";
}

function address(query) {
  return `${location.origin}${location.pathname}#${new URLSearchParams({ query })}`;
}

// The grammar of the editor is that of SPARQL 1.1, without LATERAL (SEP-0006), which the server
// answers: a query with it is not marked as wrong here, and what is wrong is told when it is run.
const UNREAD = /<[^>\s]*>|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|#.*/g; // IRIs, strings, comments

function check(editor) {
  const checked = !/\bLATERAL\b/i.test(editor.getValue().replace(UNREAD, " "));
  if (checked === editor.config.syntaxErrorCheck) return;
  document.getElementById("editor").classList.toggle("unchecked", !checked);
  editor.setCheckSyntaxErrors(checked);
}

function make(words) {
  register(words);
  form.hidden = true;
  document.getElementById("choose").hidden = false;
  const editor = new Yasqe(document.getElementById("editor"), {
    requestConfig: { endpoint: `${location.origin}/sparql`, method: "POST" },
    value: asked() || field.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "20rem",
    screenReaderLabel: "SPARQL query",
  });
  // Tab goes on to the next control, as everywhere: no one is caught in the editor.
  editor.addKeyMap({ Tab: false, "Shift-Tab": false, Esc: () => run.focus() });
  editor.on("changes", () => check(editor));
  check(editor);
  return editor;
}

function showing(words, editor) {
  const table = new Yasr(results, {
    persistenceId: null,
    prefixes: words.prefixes,
    pluginOrder: ["table", "response"],
    plugins: { table: { enabled: true, dynamicConfig: { compact: true, isEllipsed: false } } },
  });
  const drawn = () => {
    lead(words.base);
    name(".tableSizer", "Rows of a page");
    name(".tableFilter", "Filter the rows");
  };
  new MutationObserver(drawn).observe(results, { childList: true, subtree: true });
  editor.on("query", () => {
    run.disabled = true;
    stop.disabled = false;
    say("Asking…");
  });
  editor.on("queryAbort", () => done("Stopped."));
  editor.on("queryResponse", (_, response, duration) => {
    if (response?.name === "AbortError") return; // the reader stopped it, and is told so
    table.setResponse(response, duration);
    const status = response.status ?? response?.response?.status;
    done("");
    if (response instanceof Error || (status && status >= 400)) return;
    results.focus({ preventScroll: true });
    hint(editor.getValue());
  });
}

// A word that the graph does not have gives no rows and no error: it is told of.
async function hint(query) {
  const asked = new URLSearchParams({ query });
  const said = await read(`/editor/hints?${asked}`).catch(() => "[]");
  if (said !== "[]") say(JSON.parse(said).join(". "));
}

// Things of the graph have their pages here, wherever their IRIs lead, and are called by their ids.
function lead(base) {
  for (const link of results.querySelectorAll("a.iri")) {
    if (!link.href.startsWith(base)) continue;
    link.title = link.href;
    if (link.textContent.startsWith(base)) link.textContent = link.textContent.slice(base.length);
    link.href = `${location.origin}/${link.href.slice(base.length)}`;
  }
}

// YASR gives these controls no name that a screen reader could say.
function name(selector, words) {
  results.querySelector(selector)?.setAttribute("aria-label", words);
}

function done(words) {
  run.disabled = false;
  stop.disabled = true;
  say(words);
}

async function choose(editor, name) {
  if (!name) return;
  try {
    editor.setValue(await read(`/questions/${encodeURIComponent(name)}?format=sparql`));
    say("");
  } catch (error) {
    say(`This example cannot be had here: ${error.message}`, true);
  }
}

async function share(editor) {
  const link = address(editor.getValue());
  history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link);
    say("The link is on the clipboard, and in the address.");
  } catch {
    say("The link is in the address.");
  }
}

async function start() {
  const words = JSON.parse(await read("/editor/words"));
  const editor = make(words);
  showing(words, editor);
  run.addEventListener("click", () => editor.query().catch(() => {}));
  stop.addEventListener("click", () => editor.abortQuery());
  document.getElementById("share").addEventListener("click", () => share(editor));
  const example = document.getElementById("example");
  example.addEventListener("change", () => choose(editor, example.value));
  addEventListener("hashchange", () => {
    if (asked()) editor.setValue(asked());
    declare(editor, words.prefixes);
  });
  declare(editor, words.prefixes);
  document.documentElement.dataset.editor = "ready";
}

start().catch((error) => say(`The editor does not start: ${error.message}`, true));
