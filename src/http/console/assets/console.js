// What pages do beyond htmx: the key of the login, refusals, keys of the keyboard, the live stream, countdowns.
//
// Elements say what they want by attributes: `data-key` (clicked by that key), `data-row` (j and k walk them; `open` is
// clicked when walked to), `data-rowbox` (around a row: keys in it are of the current row only), `data-guarded` (dead for a
// moment after it appears), `data-first` (focused when its `details` opens), `data-until` (a countdown), `data-merge` (a list
// whose rows never move under a pointer), `data-seen` (told that it was shown). Text is only ever set as text.
"use strict";
(() => {
  const STORED = "countersign-key";
  const OFF = "countersign-keys-off";
  // How long what appears is dead, and what keys are called: from the table of the program, which stands in the frame.
  const GUARD = Number(document.body.dataset.guard);
  const WORDS = JSON.parse(document.body.dataset.keys);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const on = (name, act) => document.addEventListener(name, act);
  const make = (name, text = "", attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  Object.assign(htmx.config, {
    includeIndicatorStyles: false, allowEval: false, allowScriptTags: false, selfRequestsOnly: true,
    historyEnabled: false, historyCacheSize: 0, refreshOnHistoryMiss: true, defaultFocusScroll: true,
    // Without `style`, which the policy of our pages forbids wherever it comes from.
    attributesToSettle: ["class", "width", "height"],
  });

  // --- who acts, and what is refused

  on("htmx:configRequest", (event) => {
    const key = localStorage.getItem(STORED);
    if (key) event.detail.headers["X-Countersign-Key"] = key;
  });

  /** There is no login any more: to the page for one, and from there back here. */
  function login() {
    const to = location.pathname + location.search;
    location.assign(to === "/" ? "/login" : `/login?to=${encodeURIComponent(to)}`);
  }

  function alert(message, help) {
    const region = one("#alerts");
    if (!region) return;
    const text = make("p", help ? `${message}: ${help}.` : `${message}.`, { class: "alert" });
    const close = make("button", "Close", { type: "button", class: "quiet" });
    close.addEventListener("click", () => region.replaceChildren());
    text.append(" ", close);
    region.replaceChildren(text);
  }

  on("htmx:responseError", (event) => {
    const xhr = event.detail.xhr;
    if (xhr.status === 401) {
      login();
      return;
    }
    let said = {};
    try {
      said = JSON.parse(xhr.responseText).error;
    } catch {
      said = { message: `it was refused (${xhr.status})` };
    }
    alert(said.message, said.help);
  });
  on("htmx:sendError", () => {
    live("off");
    alert("countersign does not answer", "look whether `countersign console` still runs");
  });
  on("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb !== "get") one("#alerts")?.replaceChildren();
  });

  // A page from the browser's own memory may be of a login that ended.
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // --- what appears

  function guard(root) {
    const found = all("[data-guarded]", root);
    if (root.matches?.("[data-guarded]")) found.push(root);
    for (const element of found) element.disabled = element.inert = true;
    setTimeout(() => {
      for (const element of found) element.disabled = element.inert = false;
      if (!isField(document.activeElement)) one("[data-focus]", root)?.focus();
      for (const panel of all("details[open]")) {
        if (panel.contains(document.activeElement)) first(panel);
      }
    }, GUARD);
  }

  /** Focuses what is to be used first in an opened panel, unless somebody is in a field of it already. */
  function first(panel) {
    const wanted = one("[data-first]", panel);
    const at = document.activeElement;
    if (wanted && !wanted.disabled && (!panel.contains(at) || at.matches("summary"))) wanted.focus();
  }

  document.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.matches("details")) first(event.target);
  }, true);

  on("htmx:load", (event) => {
    guard(event.detail.elt);
    for (const card of all("[data-seen]", event.detail.elt.parentNode ?? document)) seen(card);
    tick();
  });

  /** Tells that a card was on the screen for a second. */
  function seen(card) {
    const key = localStorage.getItem(STORED);
    const path = card.dataset.seen;
    card.removeAttribute("data-seen");
    setTimeout(() => {
      if (!key || !card.isConnected || document.hidden) return;
      fetch(path, { method: "POST", headers: { "X-Countersign-Key": key } }).catch(() => live("off"));
    }, 1000);
  }

  // --- keys

  const isField = (element) => element?.isContentEditable
    || element?.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
  const usable = (element) => element.checkVisibility() && !element.disabled && !element.closest("[inert]");
  const current = () => document.activeElement?.closest("[data-row]") ?? one("[data-row][aria-current]");

  function keyed() {
    const row = current()?.closest("[data-rowbox]");
    return all("[data-key]").filter((element) => {
      const box = element.closest("[data-rowbox]");
      return usable(element) && (!box || box === row);
    });
  }

  function walk(step) {
    const rows = all("[data-row]").filter(usable);
    const at = rows.indexOf(current());
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!next) return;
    (next.matches("a, button, [tabindex]") ? next : one("a, button", next))?.focus();
    if (next.dataset.row === "open" && rows.indexOf(next) !== at) next.click();
  }

  function help() {
    const list = make("dl");
    const line = (key, text) => {
      const name = make("dt");
      name.append(make("kbd", key));
      list.append(name, make("dd", text));
    };
    if (one("[data-row]")) line("j / k", `${WORDS.j} / ${WORDS.k}`);
    for (const element of keyed()) {
      if (element.dataset.key === "?") continue;
      line(element.dataset.key, element.dataset.keyLabel ?? WORDS[element.dataset.key]);
    }
    line("Esc", "close, or leave the field");
    line("?", WORDS["?"]);
    const dialog = make("dialog", "", { "aria-labelledby": "keys-title" });
    const off = make("input", "", { type: "checkbox" });
    off.checked = localStorage.getItem(OFF) === null;
    off.addEventListener("change", () => {
      if (off.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "off");
    });
    const label = make("label");
    label.append(off, " single keys act (but for ?)");
    const form = make("form", "", { method: "dialog", class: "bar" });
    form.append(make("button", "Close", { autofocus: "" }), label);
    dialog.append(make("h2", "Keys on this page", { id: "keys-title" }), list, form);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  on("keydown", (event) => {
    const at = document.activeElement;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (one("dialog[open]")) return;
    if (event.key === "Escape") {
      const panel = at?.closest("details[open]");
      if (panel) {
        panel.open = false;
        one("summary", panel)?.focus();
      } else if (isField(at)) at.blur();
      return;
    }
    if (isField(at)) return;
    if (event.key === "?") {
      event.preventDefault();
      help();
    }
    if (event.key === "?" || localStorage.getItem(OFF) !== null) return;
    if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
    else if (!event.repeat) {
      const target = keyed().find((element) => element.dataset.key === event.key);
      if (!target) return;
      event.preventDefault();
      if (target.matches("input")) target.focus();
      if (!isField(target)) target.click();
      if (target.matches("summary") && target.parentElement.open) first(target.parentElement);
    }
  });

  on("click", (event) => {
    const row = event.target.closest("[data-row=open]");
    if (row) choose(row);
    if (event.target.closest("#keys")) help();
  });

  function choose(row) {
    for (const other of all("[data-row][aria-current]")) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
  }

  // --- the list of what waits: rows keep their place; what ended is struck out until nobody is there

  function merge(list, text) {
    const fresh = one("[data-merge]", new DOMParser().parseFromString(text, "text/html"));
    if (!fresh) return;
    const rows = new Map([...fresh.children].map((row) => [row.id, row]));
    const busy = list.matches(":hover") || list.contains(document.activeElement);
    for (const row of [...list.children]) {
      const now = rows.get(row.id);
      if (now) {
        one("[data-why]", row)?.replaceChildren(...one("[data-why]", now).childNodes);
        rows.delete(row.id);
        continue;
      }
      if (!busy && !one("[aria-current]", row)) row.remove();
      else strike(row);
    }
    for (const row of rows.values()) {
      row.classList.add("new");
      list.append(row);
      htmx.process(row);
    }
    if (rows.size > 0) say(rows.size === 1 ? "one new question" : `${rows.size} new questions`);
    tally(fresh.dataset.count);
    tick();
    if (!one("#card [data-card]")) proceed();
  }

  function strike(row) {
    row.classList.add("gone");
    for (const box of all("input", row)) box.remove();
    const why = one("[data-why]", row);
    if (why) why.textContent = "answered or over";
  }

  function tally(count) {
    const badge = one("#waiting");
    if (!badge || count === undefined) return;
    badge.textContent = badge.dataset.count = count;
    document.title = document.title.replace(/^(\(\d+\) )?/, count === "0" ? "" : `(${count}) `);
  }

  function say(text) {
    const region = one("#said");
    if (region) region.textContent = text;
  }

  /** On to the next question that waits, or to the words that nothing does. */
  function proceed(after) {
    const waits = (row) => row && !row.classList.contains("gone");
    let next = after?.nextElementSibling;
    while (next && !waits(next)) next = next.nextElementSibling;
    next ??= all("[data-merge] > *").find(waits);
    const link = next && one("[data-row=open]", next);
    if (link) {
      link.click();
    } else if (one("#card") && one("#nothing")) {
      one("#card").replaceChildren(one("#nothing").content.cloneNode(true));
    }
  }

  document.addEventListener("decided", (event) => {
    for (const id of [event.detail.value].flat()) {
      const row = document.getElementById(`row-${id}`);
      if (row) strike(row);
    }
    proceed(document.getElementById(`row-${[event.detail.value].flat().at(-1)}`));
    one("#card")?.focus({ preventScroll: true });
    all("#outcomes > *").slice(5).forEach((old) => old.remove());
    changed();
  });

  on("htmx:beforeSwap", (event) => {
    // A card that is older than its question is answered with the new card.
    if (event.detail.xhr.status === 409 && event.detail.xhr.getResponseHeader("HX-Retarget")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
    if (!event.detail.shouldSwap || !event.detail.target.matches("[data-merge]")) return;
    event.detail.shouldSwap = false;
    merge(event.detail.target, event.detail.xhr.responseText);
  });

  // --- live: one stream, only while somebody looks; browsers allow six connections to one host. Unlooked at, the title counts.

  let stream = null;
  let soon = null;
  let again = null;
  const SAID = { live: "live", off: "not live", gone: "gone: log in again?" };

  function live(state) {
    const dot = one("#live");
    if (!dot || dot.dataset.state === state) return;
    dot.dataset.state = state;
    dot.textContent = SAID[state];
  }

  function changed() {
    clearTimeout(soon);
    soon = setTimeout(() => {
      htmx.trigger(document.body, "changed");
      if (!one("[data-merge]")) ask();
    }, 120);
  }

  /** Asks how much waits, which also tells whether the login still counts. */
  async function ask() {
    try {
      const key = localStorage.getItem(STORED) ?? "";
      const answer = await fetch("/api/v1/pending/stats", { headers: { "X-Countersign-Key": key } });
      if (answer.status === 401) login();
      else if (answer.ok) tally(String((await answer.json()).pending));
    } catch {
      live("off");
    }
  }

  // Whoever logs out hears of nothing more, and needs no question whether his login still counts.
  on("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig?.path === "/logout") stream?.close();
  });

  /** The stream ended for good: its login is over, or there are too many; then it is tried again later. */
  function broken() {
    const closed = stream?.readyState === EventSource.CLOSED;
    live(closed ? "gone" : "off");
    if (!closed) return;
    stream = null;
    ask();
    clearTimeout(again);
    again = setTimeout(listen, 10_000);
  }

  function listen() {
    if (!one("#live")) return;
    if (document.hidden) {
      stream?.close();
      stream = null;
      live("off");
    } else if (!stream) {
      stream = new EventSource("/api/v1/approvals/stream");
      stream.onopen = () => {
        live("live");
        changed();
      };
      stream.onerror = broken;
      for (const name of ["message", "approval_requested", "approval_decided", "question_changed", "journal_changed", "lagged"]) {
        stream.addEventListener(name, changed);
      }
    }
  }

  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => stream?.close());

  // --- countdowns

  function left(until) {
    const seconds = Math.ceil((Date.parse(until) - Date.now()) / 1000);
    if (!(seconds > 0)) return "run out";
    const [days, hours, minutes] = [86400, 3600, 60].map((size) => Math.floor(seconds / size));
    if (days > 0) return `${days} d ${hours % 24} h`;
    if (hours > 0) return `${hours} h ${minutes % 60} min`;
    return minutes > 0 ? `${minutes} min ${String(seconds % 60).padStart(2, "0")} s` : `${seconds} s`;
  }

  function tick() {
    for (const time of all("time[data-until]")) {
      const text = left(time.dataset.until);
      if (time.textContent !== text) time.textContent = text;
    }
  }

  on("DOMContentLoaded", () => {
    listen();
    tick();
    setInterval(tick, 1000);
    setInterval(() => document.hidden && one("#live") && ask(), 30_000);
  });
})();
