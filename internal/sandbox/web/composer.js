// Composer is the input of slash commands: a combobox that completes commands, their options and the options' choices.
// A command is written as "/name option:value option:value"; a value goes on until the next option of the command.
const kinds = { string: 3, integer: 4, boolean: 5, number: 10 };
const pause = 150; // ms without a key, before the application is asked for choices

export class Composer {
  constructor({ form, input, list, commands, workflows, complain, complete, send }) {
    Object.assign(this, { input, list, commands, workflows, complain, complete, send, asked: "", offered: [], items: [], active: -1, closed: false, busy: false });
    input.addEventListener("input", () => { this.closed = false; this.suggest(); });
    input.addEventListener("focus", () => this.suggest());
    input.addEventListener("blur", () => this.hide());
    input.addEventListener("click", () => { this.closed = false; this.suggest(); });
    input.addEventListener("keydown", (e) => this.key(e));
    list.addEventListener("mousedown", (e) => e.preventDefault()); // the input keeps the focus
    list.addEventListener("click", (e) => {
      const option = e.target.closest("[role=option]");
      if (option) this.take(Number(option.dataset.index));
    });
    form.addEventListener("submit", (e) => { e.preventDefault(); this.submit(); });
  }

  // parse reads what is written up to now.
  parse() {
    const text = this.input.value.trimStart();
    const [, name, rest] = /^\/(\S*)(\s[^]*)?$/.exec(text) || [];
    if (name === undefined) return { text };
    const command = this.commands.find((c) => c.name === name);
    if (!command || rest === undefined) return { text, name, command: rest === undefined ? undefined : command, prefix: rest === undefined };
    const options = command.options || [];
    const names = options.map((o) => o.name).join("|");
    const values = {}, spans = names ? [...rest.matchAll(new RegExp(`(?<=\\s)(${names}):`, "g"))] : [];
    spans.forEach((m, i) => {
      const end = i + 1 < spans.length ? spans[i + 1].index : rest.length;
      values[m[1]] = rest.slice(m.index + m[0].length, end);
    });
    const last = spans.at(-1);
    const tail = last ? rest.slice(last.index + last[0].length) : rest;
    return { text, name, command, options, values, current: last && options.find((o) => o.name === last[1]), tail, stray: !last && rest.trim() };
  }

  // suggest shows what can come next.
  suggest() {
    const p = this.parse();
    let items = [], title = "", first = true;
    if (p.prefix) {
      title = "Commands";
      items = this.commands.filter((c) => c.name.startsWith(p.name))
        .map((c) => ({ label: "/" + c.name, about: c.description, text: "/" + c.name + " " + required(c) }));
    } else if (p.command && p.options.length) {
      const word = /\S*$/.exec(p.tail)[0];
      const values = p.current && p.tail === word ? this.valuesOf(p, word) : [];
      const left = p.options.filter((o) => !(o.name in p.values));
      if (values.length && !values.some((v) => v.value === word)) {
        title = p.current.name;
        items = values.map((v) => ({ label: v.name, about: p.current.description, text: v.value + " ", replace: word.length }));
      } else if (p.current && p.tail === word && !values.length) { // in the middle of a free value
        title = p.current.name;
        items = word ? [] : [{ label: p.current.name + ":", about: p.current.description, hint: p.current.required ? "required" : "" }];
      } else {
        title = "Options";
        items = left.filter((o) => o.name.startsWith(word) && o.name !== word + ":")
          .map((o) => ({ label: o.name, about: o.description, hint: o.required ? "required" : "", text: (word || /\s$/.test(this.input.value) ? "" : " ") + o.name + ":", replace: word.length }));
        first = word !== "" || left.some((o) => o.required); // else Enter sends
      }
    }
    this.draw(title, items, first);
  }

  // valuesOf are the values that an option can have, as far as they are known, that begin with a word.
  valuesOf(p, word) {
    const option = p.current;
    let values = [];
    if (option.choices?.length) values = option.choices.map((c) => ({ name: c.name, value: String(c.value) }));
    else if (option.type === kinds.boolean) values = ["true", "false"].map((v) => ({ name: v, value: v }));
    else if (option.autocomplete) {
      const offered = this.ask(p);
      if (offered.length) return offered;
      if (option.name === "workflow_id") values = this.workflows().map((v) => ({ name: v, value: v }));
    }
    return values.filter((v) => v.value.startsWith(word));
  }

  // ask returns the choices that the application has offered for what is written, and asks for them when they are not known.
  ask(p) {
    const written = this.input.value;
    if (written === this.asked) return this.offered;
    this.asked = written;
    this.offered = [];
    const options = Object.fromEntries(Object.entries(p.values).map(([name, value]) => [name, value.trim()]));
    setTimeout(async () => {
      if (this.input.value !== written) return;
      const offered = await this.complete(p.command.name, options, p.current.name).catch(() => []); // then there are none
      if (this.input.value !== written || !offered.length) return;
      this.offered = offered.map((c) => ({ name: c.name, value: String(c.value) }));
      this.suggest();
    }, pause);
    return [];
  }

  draw(title, items, first) {
    this.items = items;
    this.active = items.length && first && items[0].text ? 0 : -1;
    const heading = document.createElement("li");
    heading.setAttribute("role", "presentation");
    heading.textContent = title;
    this.list.replaceChildren(heading, ...items.map((item, i) => {
      const li = document.createElement("li");
      li.id = "suggestion-" + i;
      li.dataset.index = i;
      li.setAttribute("role", "option");
      for (const [name, text] of [["b", item.label], ["span", item.about], ["i", item.hint]]) {
        const e = document.createElement(name);
        e.textContent = text || "";
        if (text) li.append(e, " ");
      }
      return li;
    }));
    const open = items.length > 0 && !this.closed && document.activeElement === this.input;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.mark();
  }

  mark() {
    [...this.list.querySelectorAll("[role=option]")].forEach((li, i) => {
      li.setAttribute("aria-selected", String(i === this.active));
      if (i === this.active) li.scrollIntoView({ block: "nearest" });
    });
    if (this.active >= 0 && !this.list.hidden) this.input.setAttribute("aria-activedescendant", "suggestion-" + this.active);
    else this.input.removeAttribute("aria-activedescendant");
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark();
  }

  take(i) {
    const item = this.items[i];
    if (!item?.text) return;
    const { value } = this.input;
    this.input.value = item.replace === undefined ? item.text : value.slice(0, value.length - item.replace) + item.text;
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
    this.suggest();
  }

  key(e) {
    const open = !this.list.hidden;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (!open) {
        this.closed = false;
        this.suggest();
        return;
      }
      const n = this.items.length, step = e.key === "ArrowDown" ? 1 : -1;
      this.active = this.active < 0 ? (step > 0 ? 0 : n - 1) : (this.active + step + n) % n;
      this.mark();
    } else if (e.key === "Tab" && !e.shiftKey && open && this.items[Math.max(0, this.active)].text) {
      e.preventDefault();
      this.take(Math.max(0, this.active));
    } else if (e.key === "Enter" && open && this.active >= 0 && !e.isComposing) {
      e.preventDefault();
      this.take(this.active);
    } else if (e.key === "Escape" && open) {
      e.preventDefault();
      this.closed = true;
      this.hide();
    }
  }

  // read returns the command and its options, or says what is wrong with it.
  read() {
    const p = this.parse();
    if (p.name === undefined) throw new Error("This place takes commands. Type / to see them.");
    const command = p.command || this.commands.find((c) => c.name === p.name);
    if (!command) throw new Error(`There is no command /${p.name}.`);
    if (p.stray) throw new Error(`“${p.stray}” belongs to no option of /${p.name}.`);
    const options = {};
    for (const o of command.options || []) {
      const value = (p.values?.[o.name] || "").trim();
      if (!value) {
        if (o.required) throw new Error(`/${command.name} needs ${o.name}.`);
        continue;
      }
      if (o.choices?.length && !o.choices.some((c) => String(c.value) === value)) throw new Error(`${o.name} is one of ${o.choices.map((c) => c.value).join(", ")}.`);
      options[o.name] = o.type === kinds.boolean ? value === "true" : [kinds.integer, kinds.number].includes(o.type) ? Number(value) : value;
    }
    return [command.name, options];
  }

  async submit() {
    if (this.busy) return;
    this.busy = true;
    try {
      const [name, options] = this.read();
      const { value } = this.input;
      this.input.value = "";
      this.suggest();
      this.complain();
      try {
        await this.send(name, options);
      } catch (error) {
        if (!this.input.value) this.input.value = value; // to be corrected, and sent again
        throw error;
      }
    } catch (error) {
      this.complain(error);
      this.hide();
    } finally {
      this.busy = false;
    }
  }
}

// required is how a command's first required option begins.
const required = (c) => { const o = (c.options || []).find((o) => o.required); return o ? o.name + ":" : ""; };
