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

function completer(name, kind, words, position) {
  const completions = words.terms.filter((term) => term.kind === kind).map((term) => term.iri);
  return {
    name,
    bulk: true,
    autoShow: false,
    persistenceId: null,
    get: () => completions,
    isValidCompletionPosition: position,
    preProcessToken: (editor, token) => Yasqe.Autocompleters[kind].preProcessToken(editor, token),
    postProcessSuggestion: (editor, token, text) => prefixed(words.prefixes, token, text),
  };
}

// A prefixed name needs no declaration here, so that is what is written.
function prefixed(prefixes, token, iri) {
  if (token.string.startsWith("<")) return `<${iri}>`;
  for (const [prefix, namespace] of Object.entries(prefixes))
    if (iri.startsWith(namespace)) return `${prefix}:${iri.slice(namespace.length)}`;
  return `<${iri}>`;
}

function register(words) {
  for (const [kind, name] of [["class", "kgraph-classes"], ["property", "kgraph-properties"]]) {
    const position = Yasqe.Autocompleters[kind].isValidCompletionPosition;
    Yasqe.registerAutocompleter(completer(name, kind, words, position), false);
  }
}

// -- the query ----------------------------------------------------------------------------

function asked() {
  return new URLSearchParams(location.hash.slice(1)).get("query") || "";
}

function address(query) {
  return `${location.origin}${location.pathname}#${new URLSearchParams({ query })}`;
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
    autocompleters: ["kgraph-classes", "kgraph-properties", "variables"],
    screenReaderLabel: "SPARQL query",
  });
  // Tab goes on to the next control, as everywhere: no one is caught in the editor.
  editor.addKeyMap({ Tab: false, "Shift-Tab": false, Esc: () => run.focus() });
  return editor;
}

function showing(words, editor) {
  const table = new Yasr(results, {
    persistenceId: null,
    prefixes: words.prefixes,
    pluginOrder: ["table", "response"],
    plugins: { table: { enabled: true, dynamicConfig: { compact: true, isEllipsed: false } } },
  });
  new MutationObserver(() => lead(words.base)).observe(results, { childList: true, subtree: true });
  editor.on("query", () => {
    run.disabled = true;
    stop.disabled = false;
    say("Asking…");
  });
  editor.on("queryAbort", () => done("Stopped."));
  editor.on("queryResponse", (_, response, duration) => {
    table.setResponse(response, duration);
    const status = response.status ?? response?.response?.status;
    done("");
    if (response instanceof Error || (status && status >= 400)) return;
    results.focus({ preventScroll: true });
  });
}

// Things of the graph have their pages here, wherever their IRIs lead.
function lead(base) {
  for (const link of results.querySelectorAll("a.iri")) {
    if (!link.href.startsWith(base)) continue;
    link.href = `${location.origin}/${link.href.slice(base.length)}`;
  }
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
  addEventListener("hashchange", () => asked() && editor.setValue(asked()));
  document.documentElement.dataset.editor = "ready";
}

start().catch((error) => say(`The editor does not start: ${error.message}`, true));
