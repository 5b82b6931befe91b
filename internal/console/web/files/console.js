// Keeps the page up to date: the server sends the drawing of #live anew, and what differs is changed in place, so that focus, scrolling
// and selections stay. While the page is hidden nothing is asked for.
document.documentElement.classList.add("scripted");

const live = document.getElementById("live");
const link = document.getElementById("link");
const announcer = document.getElementById("announcer");
const q = document.getElementById("q");
const state = document.getElementById("state");
let source = null;
let problem = null; // the newest that was told

function say(text, kind) {
  link.textContent = text;
  link.className = "link " + kind;
}

function address() {
  if (!q) return live.dataset.stream;
  return live.dataset.stream + "?" + new URLSearchParams({ q: q.value, state: state.value });
}

function connect() {
  if (source) source.close();
  source = new EventSource(address());
  source.addEventListener("html", (e) => {
    const next = document.createElement("template");
    next.innerHTML = JSON.parse(e.data);
    children(live, next.content);
    say("live", "on");
    live.dataset.drawn = String(Number(live.dataset.drawn || 0) + 1);
    tell();
  });
  source.addEventListener("error", () => {
    say("connection lost, trying again", "off");
    if (source && source.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(again, 3000);
    }
  });
}

// again finds out why a stream was refused: a session that has ended shows its form.
async function again() {
  if (document.hidden || source) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "*/*" } });
    if (answer.status === 401) return location.reload();
  } catch { /* not there yet */ }
  if (!source) connect();
}

// tell says to those who do not see the page that something went wrong.
function tell() {
  const first = live.querySelector(".problems li");
  const id = first ? first.id : "";
  if (problem !== null && id && id !== problem) announcer.textContent = first.querySelector("a").textContent;
  problem = id;
}

// children makes the children of one element those of another; what has an id stays the same element.
function children(from, to) {
  const kept = new Map();
  for (const node of from.children) if (node.id) kept.set(node.id, node);
  let at = from.firstChild;
  for (const want of [...to.childNodes]) {
    const known = want.id ? kept.get(want.id) : null;
    if (known && known !== at) from.insertBefore(known, at);
    const have = known || at;
    const same = have && have.nodeType === want.nodeType && have.nodeName === want.nodeName && (known || (have.id || "") === (want.id || ""));
    if (!same) {
      from.insertBefore(want, at);
      continue;
    }
    if (have === at) at = at.nextSibling;
    if (have.isEqualNode(want)) continue;
    if (have.nodeType !== Node.ELEMENT_NODE) {
      have.nodeValue = want.nodeValue;
      continue;
    }
    for (const { name } of [...have.attributes]) if (!want.hasAttribute(name)) have.removeAttribute(name);
    for (const { name, value } of want.attributes) if (have.getAttribute(name) !== value) have.setAttribute(name, value);
    children(have, want);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

if (q) {
  let typing = 0;
  const search = () => {
    const url = new URL(location.href);
    q.value ? url.searchParams.set("q", q.value) : url.searchParams.delete("q");
    state.value ? url.searchParams.set("state", state.value) : url.searchParams.delete("state");
    history.replaceState(null, "", url);
    connect();
  };
  q.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(search, 200);
  });
  state.addEventListener("change", search);
  document.addEventListener("keydown", (e) => {
    if (e.key === "/" && !e.ctrlKey && !e.metaKey && !e.altKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      e.preventDefault();
      q.focus();
      q.select();
    }
  });
}

if (live) {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      if (source) source.close();
      source = null;
    } else if (!source) connect();
  });
  addEventListener("pagehide", () => source && source.close());
  if (!document.hidden) connect();
}
