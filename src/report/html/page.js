// What the page can do where scripts run: search, filters, copying, and links that open what they
// lead to. Everything is there without it. No text of the page is ever taken for markup.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const checks = all("li.c").map((item) => ({
    item,
    verdict: item.classList[1],
    level: item.classList[2],
    workflow: item.id.replace(/^check-/, "").split("/")[0],
    requirements: new Set(all('a[href^="#req-"]', item).map((link) => link.hash.slice(5))),
    text: `${item.id} ${item.textContent}`.toLowerCase(),
  }));

  // Filters.
  const chosen = (name) => all(`[name=${name}]`, form).flatMap((field) =>
    field.type === "checkbox" ? (field.checked ? [field.value] : []) : field.value ? [field.value] : []);

  function wanted() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [verdicts, levels, workflows, requirements] =
      ["verdict", "level", "workflow", "requirement"].map(chosen);
    const is = (values, value) => values.length === 0 || values.includes(value);
    return {
      anything: words.length + verdicts.length + levels.length + workflows.length + requirements.length > 0,
      takes: (check) =>
        is(verdicts, check.verdict) && is(levels, check.level) && is(workflows, check.workflow) &&
        requirements.every((alias) => check.requirements.has(alias)) &&
        words.every((word) => check.text.includes(word)),
    };
  }

  function apply() {
    const { anything, takes } = wanted();
    let shown = 0;
    for (const check of checks) {
      const match = takes(check);
      check.item.hidden = !match;
      shown += match;
    }
    for (const list of all("ul.list")) {
      const count = all("li.c:not([hidden])", list).length;
      const around = list.closest(".group, .found") || list;
      around.hidden = count === 0;
      if (around.matches(".group")) around.open = anything && shown <= 200;
    }
    const several = form.getAttribute("aria-label").toLowerCase();
    const what = checks.length === 1 ? several.replace(/s$/, "") : several;
    document.getElementById("matches").textContent =
      anything ? `${shown} of ${checks.length} ${what} match` : `${checks.length} ${what}`;
    number("n-wholes", "#wholes");
    number("n-groups", ".groups");
  }

  function number(id, within) {
    const place = document.getElementById(id);
    if (!place) return;
    const list = document.querySelector(within);
    const count = all("li.c:not([hidden])", list).length;
    place.textContent = count;
    place.parentElement.hidden = list.hidden = count === 0;
  }

  // A link that names filters sets these, and no others.
  function follow(link) {
    form.reset();
    for (const name of ["verdict", "level", "workflow", "requirement"]) {
      if (link.dataset[name] === undefined) continue;
      const value = link.dataset[name] || link.closest("tr").id.slice(4);
      for (const field of all(`[name=${name}]`, form)) {
        if (field.type === "checkbox") field.checked = field.value === value;
        else field.value = value;
      }
    }
    apply();
  }

  if (form) {
    const requirement = form.querySelector("[name=requirement]");
    for (const row of requirement ? all("tr[id^=req-]") : []) {
      const option = new Option(row.cells[0].textContent.trim(), row.id.slice(4));
      if (checks.some((check) => check.requirements.has(option.value))) requirement.add(option);
    }
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-verdict], a[data-level], a[data-workflow], a[data-requirement]");
      if (link) follow(link);
    });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, select, textarea, [contenteditable]");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.focus();
        form.scrollIntoView({ block: "nearest" });
      } else if (event.key === "Escape" && event.target === search) {
        search.value = "";
        apply();
      }
    });
    apply();
  }

  // Links to a check open it, and show it even where a filter hides it.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.matches("li.c") && target.hidden) {
      form.reset();
      search.value = "";
      apply();
    }
    const details = target.matches("li.c") ? target.querySelector("details") : null;
    if (details) details.open = true;
    const group = target.closest(".group");
    if (group) group.open = true;
    if (details || group) target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Copying.
  async function copy(button) {
    const pre = button.parentElement.querySelector("pre");
    let done = false;
    try {
      await navigator.clipboard.writeText(pre.textContent);
      done = true;
    } catch {
      getSelection().selectAllChildren(pre);
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Selected";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }
  for (const button of all("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  // What is folded is printed, too.
  addEventListener("beforeprint", () => {
    for (const details of all("details")) details.open = true;
  });
})();
