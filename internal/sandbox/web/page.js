// The page follows the sandbox: messages and the state of things come as server-sent events, nothing is asked for again
// and again. Messages are HTML that the server has made and escaped; everything else is set as text.
import { Composer } from "./composer.js";
import { Events } from "./events.js";

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const channel = document.body.dataset.channel;
root.classList.add("scripted");

async function post(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || answer.message || `HTTP ${response.status}`);
  return answer;
}

// complain says what went wrong beside the input; nothing: it is fine again.
function complain(error) {
  $("status").textContent = error ? String(error.message || error) : "";
}

// --- messages

const scroll = $("scroll");
let atEnd = true; // the newest is in view, and is kept there until somebody scrolls up
let height = 0;
scroll.addEventListener("scroll", () => {
  if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60) atEnd = true;
  else if (scroll.scrollTop < height) atEnd = false; // else the messages have grown since
  height = scroll.scrollTop;
});
const toEnd = () => { if (atEnd) scroll.scrollTop = scroll.scrollHeight; };
new ResizeObserver(toEnd).observe($("messages"));
new ResizeObserver(toEnd).observe(scroll);

// put shows a message, new or changed. Focus and what was unfolded stay as they were.
function put(m) {
  let item = $("m-" + m.id);
  if (item && item.dataset.rev === m.rev) return;
  const fresh = !item;
  if (fresh) {
    item = document.createElement("li");
    item.id = "m-" + m.id;
    $("messages").append(item);
  }
  const focused = item.contains(document.activeElement) ? document.activeElement : null;
  const pressed = focused && focused.value;
  const open = [...item.querySelectorAll("details")].map((d) => d.open);
  const said = item.dataset.said;
  item.innerHTML = m.html;
  item.dataset.rev = m.rev;
  item.dataset.said = m.said;
  item.dataset.workflow = m.workflow || "";
  item.querySelectorAll("details").forEach((d, i) => { d.open = open[i] || false; });
  if (fresh) item.firstElementChild.classList.add("fresh");
  if (focused) ([...item.querySelectorAll("button")].find((b) => b.value === pressed) || $("command")).focus();
  if (said !== m.said) announce(m.said);
}

// announce tells who listens. Nodes are only added: a reader that is behind reads all of them.
function announce(text) {
  const line = document.createElement("p");
  line.textContent = text;
  $("announcer").append(line);
  while ($("announcer").childElementCount > 20) $("announcer").firstElementChild.remove();
}

$("messages").addEventListener("submit", async (e) => {
  e.preventDefault();
  const form = e.target, button = e.submitter;
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    complain();
    await post("/sandbox/press", { channel_id: channel, message_id: form.elements.message.value, custom_id: button.value });
  } catch (error) {
    complain(error);
  }
  button.removeAttribute("aria-busy");
});
$("messages").addEventListener("click", (e) => {
  const button = e.target.closest(".show-events");
  if (button) {
    events.select(button.value);
    showEvents(true);
  }
});

// --- the clock

let time = JSON.parse(document.body.dataset.time);
let ahead = time.now - Date.now(); // of this machine's clock
let spoken = ""; // what was last said of the session

function tick() {
  const now = new Date(Date.now() + ahead);
  $("now").textContent = now.toLocaleTimeString("en-GB");
  $("skipped").textContent = time.skipped ? `+${Math.round(time.skipped / 6) / 10} min` : "";
  const left = Math.max(0, Math.floor((time.closes - now.getTime()) / 1000));
  const token = document.querySelector(".token");
  $("left-bar").value = time.closes ? left : 0;
  $("left").textContent = !time.closes ? "none yet" : left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left` : "closed";
  const level = !time.closes ? "" : !left ? "over" : left <= time.lifetime / 5 ? "low" : "";
  token.classList.toggle("low", level === "low");
  token.classList.toggle("over", level === "over");
  if (level !== spoken && level) announce(level === "over" ? "The session has closed." : "The session closes soon.");
  spoken = level;
}
tick();
setInterval(tick, 1000);

$("skip")?.addEventListener("submit", async (e) => {
  e.preventDefault();
  try {
    complain();
    await post("/sandbox/skip", { seconds: Number(e.submitter.value) });
  } catch (error) {
    complain(error);
  }
});

// --- channels

for (const a of document.querySelectorAll(".channels a")) if (a.dataset.channel === channel) a.setAttribute("aria-current", "page");

// channels marks those where there is something new, and adds those that have come into being.
function channels(list) {
  for (const c of list) {
    const a = document.querySelector(`.channels a[data-channel="${CSS.escape(c.id)}"]`);
    if (a && c.id !== channel) a.querySelector(".new").hidden = c.count <= Number(a.dataset.count);
  }
}

// --- events

const events = new Events($("workflow"), $("timeline"), $("events-note"));
const wide = matchMedia("(min-width: 75.01rem)");

function showEvents(on) {
  root.classList.toggle("events-on", on);
  root.classList.toggle("events-off", !on);
  $("toggle-events").setAttribute("aria-expanded", String(on));
}
showEvents(wide.matches);
wide.addEventListener("change", () => showEvents(wide.matches));
$("toggle-events").addEventListener("click", () => {
  showEvents($("toggle-events").getAttribute("aria-expanded") !== "true");
  if (root.classList.contains("events-on") && !wide.matches) $("close-events").focus();
});
$("close-events").addEventListener("click", () => {
  showEvents(false);
  $("toggle-events").focus();
});
$("events").addEventListener("keydown", (e) => { if (e.key === "Escape" && !wide.matches) $("close-events").click(); });

const workflows = () => [...new Set([...document.querySelectorAll("#messages > li")].map((li) => li.dataset.workflow).filter(Boolean))].reverse();

// --- the command input

new Composer({
  form: $("composer"), input: $("command"), list: $("suggestions"),
  commands: JSON.parse(document.body.dataset.commands), workflows, complain,
  complete: async (name, options, focused) => (await post("/sandbox/complete", { channel_id: channel, name, options, focused })).choices || [],
  send: async (name, options) => {
    atEnd = true;
    await post("/sandbox/command", { channel_id: channel, name, options });
  },
});
document.addEventListener("keydown", (e) => {
  // The input has the focus when the key arrives, and takes it.
  if (e.key === "/" && !e.ctrlKey && !e.altKey && !e.metaKey && !e.target.closest("input, select, textarea")) $("command").focus();
});

// --- what happens

const stream = new EventSource("/sandbox/stream?channel=" + encodeURIComponent(channel));
stream.addEventListener("message", (e) => put(JSON.parse(e.data)));
stream.addEventListener("state", (e) => {
  time = JSON.parse(e.data);
  ahead = time.now - Date.now();
  const there = new Set(time.messages.map((id) => "m-" + id));
  for (const item of [...$("messages").children]) if (!there.has(item.id)) item.remove();
  channels(time.channels);
  events.offer(workflows());
  tick();
  if (lost) complain();
  lost = false;
});
let lost = false;
stream.addEventListener("error", () => {
  lost = true;
  complain("The sandbox cannot be reached. The page goes on when it is back.");
});
toEnd();
