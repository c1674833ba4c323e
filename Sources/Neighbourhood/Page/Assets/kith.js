// kith.js: keys, arrows in a list of results, find as you type. Everything works without it.
"use strict";
const one = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
const typing = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select");

// A page that says what is wrong begins there.
one("main > .notice.stop")?.focus();

// Keys. A key is only what a visible thing on this page says in aria-keyshortcuts; "g" and then a letter goes to a tab.
let went = -Infinity;
addEventListener("keydown", (event) => {
  if (document.documentElement.dataset.keys === "off" || event.isComposing || event.altKey || event.metaKey) return;
  const { target, key } = event;
  if (event.ctrlKey) {
    if (key !== "Enter") return;
    const form = target.closest("main form") ?? one("main form.form");
    if (form) { event.preventDefault(); form.requestSubmit(one(".primary", form)); }
    return;
  }
  if (key === "ArrowDown" || key === "ArrowUp") return walk(event, key === "ArrowDown" ? 1 : -1);
  if (key === "Escape") {
    if (one(":popover-open")) return;
    return typing(target) ? target.blur() : one(".back")?.click();
  }
  if (typing(target)) return;
  const tab = event.timeStamp - went < 1500;
  went = !tab && key === "g" ? event.timeStamp : -Infinity;
  if (went > 0) return;
  const found = tab ? one(`[data-go="${CSS.escape(key)}"]`)
    : /^[1-9]$/.test(key) ? all("main fieldset .option [type=radio]")[key - 1]
    : one(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
  if (!found) return;
  event.preventDefault();
  found.focus();
  if (!found.matches("input[type=search]")) found.click();
});

// Arrows go from the field into the results and back.
function walk(event, step) {
  const links = all("#gevonden .name"), at = links.indexOf(event.target);
  if (!links.length || (at < 0 && event.target.id !== "find")) return;
  event.preventDefault();
  (links[at + step] ?? (step < 0 ? one("#find") : links.at(-1))).focus();
}

// Find as you type: the field names the address of a fragment; the newest answer wins, a failed one changes nothing.
const field = one("#find[data-find]"), list = one("#gevonden");
if (field && list) {
  let asked, timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(field.dataset.find + encodeURIComponent(field.value), { signal: asked.signal });
        if (answer.redirected) return location.assign(answer.url);
        if (!answer.ok) return;
        list.innerHTML = await answer.text();
        // Said once, by a line that stays: one that is put in anew is not read out.
        one("#gevonden-stand").textContent = one("[data-stand]", list)?.textContent ?? "";
      } catch { /* a newer question, or no answer: what stands there stays */ }
    }, 120);
  });
}

// "Afdrukken" is a link to the page with everything open; with script it prints at once.
for (const link of all("[data-print]")) link.addEventListener("click", (event) => { event.preventDefault(); print(); });

// Counting goes on without a new page; where that fails, the form is sent as without script.
for (const form of all("form[data-count]")) form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw answer.status;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    one("#samen").textContent = one("#samen", page).textContent;
    one("main > .undo")?.remove();
    const bar = one("main > .undo", page);
    if (bar) one("main").prepend(bar);
  } catch { location.assign(form.action); }
});

// Long work, and what comes and goes: the server tells it now and again; nothing is put in the place of what somebody is on.
for (const box of all("[data-events]")) {
  const source = new EventSource(box.dataset.events);
  let last;
  source.onmessage = ({ data }) => { if (data !== last && !box.contains(document.activeElement)) box.innerHTML = last = data; };
  source.addEventListener("done", () => { source.close(); location.reload(); });
}

// While a window is open it says so every minute, and whether somebody types there: Kith ends ten minutes after the last one, and locks
// when nobody does anything; then what stands on the screen is put away.
let typed = false;
addEventListener("input", () => { typed = true; });
const here = async () => {
  const answer = await fetch("/er-is-nog-een-venster" + (typed ? "?bezig" : "")).catch(() => {});
  typed = false;
  if (answer?.status === 423 && !one("#wachtzin")) location.replace(location.pathname + location.search);
};
here();
setInterval(here, 60_000);
