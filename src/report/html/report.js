// Sorts and filters the table of metrics. Without it the page says the same, the worst first.
"use strict";
document.documentElement.classList.add("scripted"); // before the table: its later rows are not laid out
addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector(".metrics");
  if (!table) return;
  const [body, later] = table.tBodies;
  const rows = Array.from(table.rows).slice(1);
  const form = document.getElementById("filter"), wanted = document.getElementById("wanted");
  const count = document.getElementById("count"), more = document.getElementById("more");
  const button = more.appendChild(document.createElement("button"));
  const PAGE = 500; // rows laid out at once: ten thousand take a browser a second
  let order = rows, matching = rows, shown = PAGE, texts = null;

  const say = (template, ...parts) => template.replace(/%s/g, () => parts.shift());

  function show() {
    body.replaceChildren(...matching.slice(0, shown));
    more.hidden = matching.length <= shown;
    button.textContent = say(more.dataset.label, Math.min(shown, matching.length - shown));
  }

  function filter() {
    const verdicts = new Set(Array.from(form.querySelectorAll("[name=verdict]:checked"), (box) => box.value));
    const words = wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    matching = order.filter((row) => verdicts.has(row.dataset.v)
      && words.every((word) => texts.get(row).includes(word)));
    shown = PAGE;
    count.textContent = say(count.dataset.label, matching.length, rows.length);
    show();
  }

  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const number = (text) => parseFloat(text.replace("\u2212", "-"));
  const keys = {
    t: (row, column) => row.cells[column].textContent,
    n: (row, column) => number(row.cells[column].textContent),
    d: (row) => number(row.dataset.d ?? ""),
    u: (row) => number(row.dataset.u ?? ""),
    v: (row) => number(row.dataset.v),
  };

  function sort(head) {
    const down = head.getAttribute("aria-sort") === (head.dataset.sort === "t" ? "ascending" : null)
      || (head.dataset.sort !== "t" && head.getAttribute("aria-sort") !== "descending");
    const sign = down ? -1 : 1;
    const keyed = rows.map((row, at) => ({ row, at, key: keys[head.dataset.sort](row, head.cellIndex) }));
    keyed.sort((a, b) => {
      if (head.dataset.sort === "t") return sign * collator.compare(a.key, b.key) || a.at - b.at;
      const lacks = Number.isNaN(a.key) - Number.isNaN(b.key); // what has no number comes last
      return lacks || sign * (a.key - b.key) || a.at - b.at;
    });
    order = keyed.map((item) => item.row);
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    filter();
  }

  for (const head of table.tHead.querySelectorAll("[data-sort]")) {
    const press = document.createElement("button");
    press.type = "button";
    press.append(...head.childNodes);
    head.append(press);
  }
  table.tHead.addEventListener("click", (event) => {
    const head = event.target.closest("[data-sort]");
    if (head) sort(head);
  });
  let waiting = 0;
  form.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  button.type = "button";
  button.addEventListener("click", () => { shown *= 2; show(); });
  addEventListener("beforeprint", () => { body.replaceChildren(...matching); });
  addEventListener("afterprint", show);
  later?.remove();
  form.hidden = false;
  filter();
});
