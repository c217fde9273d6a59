// Judging without leaving the page. A link with data-judge opens its page's panel in place: in a
// card of the review, else in a dialog. Forms are sent in the background; a change is followed until
// the graph has it. Without this script the same links and forms lead from page to page.

const POLL_MS = 200; // between two looks at a change that is being applied
const STATUS = "/judgements/status";

const bar = document.getElementById("judge-status");
const undo = document.getElementById("judge-undo");
const deck = document.getElementById("deck");

// -- asking the server ------------------------------------------------------------------

async function fetchPanel(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const panel = page.getElementById("judge-panel") || page.getElementById("main");
  const element = document.importNode(panel, true);
  element.removeAttribute("id");
  return element;
}

async function sendForm(form) {
  const answer = await fetch(form.getAttribute("action"), {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(new FormData(form)),
  });
  const value = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(value.detail), { status: answer.status });
  return value;
}

async function fetchChange(number) {
  const answer = await fetch(number ? `${STATUS}?change=${number}` : STATUS);
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

// -- the state of a change --------------------------------------------------------------

function describe({ text, state, seconds, message }) {
  if (state === "applied" || state === "failed") return `${text}: ${message}`;
  return `${text}: building … ${seconds.toFixed(0)} s`;
}

function showChange(change) {
  if (!change) return;
  bar.textContent = describe(change);
  bar.classList.toggle("bad", change.state === "failed");
  undo.hidden = !(change.added.length && change.state !== "failed");
  undo.elements.change.value = change.number;
  undo.querySelector("button").disabled = false;
}

// A change that a page showed as applied, and that the next page need not show. Numbers begin again
// with the server, whose forms then have another token.
const SEEN = "kgraph-judge-seen";

function nameChange(change) {
  return `${undo.elements.token.value} ${change.number}`;
}

function markSeen(change) {
  if (change.state === "applied") sessionStorage.setItem(SEEN, nameChange(change));
}

// Show the last change until one page has shown that it is applied.
async function showLast() {
  const change = await fetchChange(0);
  if (!change || (change.state === "applied" && sessionStorage.getItem(SEEN) === nameChange(change))) return;
  markSeen(await follow(change));
}

function showError(error) {
  bar.textContent = error.message;
  bar.classList.add("bad");
}

// Show a change until it is applied or has failed, and return it.
async function follow(change) {
  while (change.state === "waiting" || change.state === "building") {
    showChange(change);
    await new Promise((done) => setTimeout(done, POLL_MS));
    change = await fetchChange(change.number);
  }
  showChange(change);
  return change;
}

// -- the panel --------------------------------------------------------------------------

let dialog = null;

function openDialog() {
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "judge-dialog";
    dialog.setAttribute("aria-label", "Judge");
    const host = document.createElement("div");
    host.className = "host";
    dialog.append(host);
    dialog.addEventListener("close", () => clearPanel(host));
    document.body.append(dialog);
  }
  if (!dialog.open) dialog.showModal();
  return dialog.firstElementChild;
}

function hostOf(element) {
  return element.closest(".host") || element.closest(".case")?.querySelector(".host") || openDialog();
}

let latest = 0; // the last panel that was asked for: an earlier one that comes late is dropped

async function openPanel(host, address) {
  const number = ++latest;
  const waiting = document.createElement("p");
  waiting.className = "waiting";
  waiting.setAttribute("role", "status");
  waiting.tabIndex = -1;
  waiting.textContent = "Looking at what it would change …";
  host.setAttribute("aria-busy", "true");
  host.replaceChildren(waiting);
  waiting.focus();
  let panel = null;
  try {
    panel = await fetchPanel(address);
  } catch (error) {
    panel = alertOf(`the server does not answer: ${error.message}`);
  }
  if (number !== latest) return;
  host.removeAttribute("aria-busy");
  host.replaceChildren(panel);
  const fields = ".record [name='why'], input:not([type='hidden']), select, a[aria-current], a";
  for (const selector of fields.split(", ")) {
    const field = panel.querySelector(selector);
    if (field) return field.focus();
  }
}

function openLink(link) {
  const host = hostOf(link);
  clearPanel(host);
  if (link.closest(".case")) link.setAttribute("aria-current", "true");
  openPanel(host, link.href);
}

function alertOf(text, status) {
  const element = document.createElement("p");
  element.className = "notice bad";
  element.setAttribute("role", "alert");
  element.textContent = text;
  if (status === 409) {
    const link = document.createElement("a");
    link.href = "/judgements";
    link.textContent = "The judgements as they are now";
    element.append(" ", link);
  }
  return element;
}

function clearPanel(host) {
  latest++;
  host.replaceChildren();
  host.removeAttribute("aria-busy");
  for (const link of host.closest(".case")?.querySelectorAll("[aria-current]") ?? []) {
    link.removeAttribute("aria-current");
  }
}

function closePanel(host) {
  if (dialog?.contains(host)) return dialog.close();
  clearPanel(host);
  host.closest(".case")?.focus();
}

async function record(form) {
  const host = form.closest(".host");
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const change = await sendForm(form);
    const card = host?.closest(".case");
    if (card) return finishCard(card, change);
    if (host) closePanel(host);
    const outcome = await follow(change);
    if (outcome.state !== "applied") return;
    if (host) location.reload();
    else location.assign(form.elements.back.value);
  } catch (error) {
    button.disabled = false;
    form.querySelector("[role='alert']")?.remove();
    form.prepend(alertOf(error.message, error.status));
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-judge], a[data-judge-close]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const host = link.closest(".host");
  if (link.matches("[data-judge-close]")) {
    if (!host) return;
    event.preventDefault();
    closePanel(host);
  } else if (host || link.closest("main")) {
    event.preventDefault();
    openLink(link);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-judge-form], #judge-undo")) return;
  event.preventDefault();
  if (form.method === "post") record(form);
  else openPanel(hostOf(form), `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`);
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-judge-form] select")) target.form.requestSubmit();
});

// -- the review -------------------------------------------------------------------------

async function finishCard(card, change) {
  const done = card.querySelector(".done");
  card.classList.add("is-done");
  card.querySelector(".host").replaceChildren();
  done.hidden = false;
  done.textContent = `${change.text}: building …`;
  focusAfter(card);
  const outcome = await follow(change);
  markSeen(outcome);
  done.textContent = describe(outcome);
}

// Move on to the next card that waits for an answer.
function focusAfter(card) {
  const cards = [...deck.querySelectorAll(".case")];
  const place = cards.indexOf(card);
  const next = [...cards.slice(place + 1), ...cards.slice(0, place)].find(
    (other) => !other.classList.contains("is-done"),
  );
  (next || card).focus();
  (next || card).scrollIntoView({ block: "nearest" });
}

async function undoLast() {
  const change = await fetchChange(0);
  if (!change?.added.length) return showError(new Error("there is nothing to undo"));
  undo.elements.change.value = change.number;
  const text = `${change.text}:`;
  const removal = await sendForm(undo);
  for (const card of deck.querySelectorAll(".case.is-done")) {
    if (card.querySelector(".done").textContent.startsWith(text)) {
      card.classList.remove("is-done");
      card.querySelector(".done").hidden = true;
      card.focus();
    }
  }
  markSeen(await follow(removal));
}

function onDeckKey(event) {
  const { key, target } = event;
  const host = target.closest(".host");
  if (key === "Escape" && host) return closePanel(host);
  if (target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const card = target.closest(".case");
  if (!card) return;
  if (key === "k") focusAfter(card);
  else if (key === "u") undoLast().catch(showError);
  else {
    const link = card.querySelector(`.answers a[data-key="${CSS.escape(key)}"]`);
    if (!link) return;
    openLink(link);
  }
  event.preventDefault(); // the letter is an answer, and not typed into the field that comes
}

if (deck) {
  document.getElementById("deck-keys").hidden = false;
  deck.addEventListener("keydown", onDeckKey);
  deck.querySelector(".case").focus({ preventScroll: true }); // the page opens at its heading
}

showLast().catch(showError);
