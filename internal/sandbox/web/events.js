// Events shows the raw events of a workflow: the newest unless another was chosen.
const pause = 300; // ms between two requests at least

export class Events {
  constructor(chooser, list, note) {
    Object.assign(this, { chooser, list, note, workflow: "", chosen: false, shown: 0, asking: false, again: false });
    chooser.addEventListener("change", () => this.select(chooser.value));
  }

  // offer is told which workflows there are, the newest first, and that something has happened.
  offer(workflows) {
    const known = [...this.chooser.options].map((o) => o.value);
    if (workflows.length && workflows.join() !== known.join()) {
      this.chooser.replaceChildren(...workflows.map((id) => new Option(id, id)));
      this.chooser.disabled = false;
      if (!this.chosen || !workflows.includes(this.workflow)) this.show(workflows[0]);
      this.chooser.value = this.workflow;
    }
    this.refresh();
  }

  // select shows a workflow and stays with it, unless it is the newest.
  select(id) {
    this.chosen = this.chooser.options.length > 0 && id !== this.chooser.options[0].value;
    this.show(id);
    this.chooser.value = id;
    this.refresh();
  }

  show(id) {
    if (id === this.workflow) return;
    this.workflow = id;
    this.shown = 0;
    this.list.replaceChildren();
  }

  // refresh asks for the events, now or when the request that is under way has been answered.
  async refresh() {
    if (!this.workflow) return;
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    const workflow = this.workflow;
    try {
      const response = await fetch("/sandbox/events?workflow=" + encodeURIComponent(workflow));
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error);
      if (workflow === this.workflow) this.draw(answer);
    } catch (error) {
      this.note.textContent = error.message;
    }
    setTimeout(() => {
      this.asking = false;
      if (this.again) {
        this.again = false;
        this.refresh();
      }
    }, pause);
  }

  // draw adds the events that are not shown yet: what has happened does not change.
  draw(rows) {
    this.note.textContent = rows.length ? "" : "No events yet.";
    const end = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    for (const row of rows) {
      if (row.seq <= this.shown) continue;
      this.shown = row.seq;
      this.list.append(item(row));
    }
    if (end) this.list.scrollTop = this.list.scrollHeight;
  }
}

function item(row) {
  const tail = row.subject.split(".").slice(2).join(".");
  const li = document.createElement("li");
  const [noun, verb] = tail.split(".");
  li.className = noun + (["failed", "closed"].includes(verb) || tail === "workflow.ended.failed" ? " bad" : verb === "skipped" ? " dull" : "");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.append(element("time", elapsed(row.after_s)), element("b", tail));
  if (row.detail) summary.append(element("span", row.detail));
  const json = element("pre", "");
  json.tabIndex = 0;
  details.append(summary, json);
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    json.textContent = JSON.stringify(row, null, 2);
    li.scrollIntoView({ block: "nearest" });
  });
  li.append(details);
  return li;
}

function element(name, text) {
  const e = document.createElement(name);
  e.textContent = text;
  return e;
}

const elapsed = (s) => `${String(Math.floor(s / 60)).padStart(2, "0")}:${(s % 60).toFixed(1).padStart(4, "0")}`;
