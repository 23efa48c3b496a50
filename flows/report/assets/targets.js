"use strict";
/* Quantified commitments side by side: what each jurisdiction promised, how much, by when. */

report.pages.targets = async () => {
  const { targets } = report.release;
  const rows = [];
  const state = { subject: "", jurisdiction: "", unit: "", year: "" };
  const told = h("p.told", {});
  const progress = h("progress", { max: targets.files.length, value: 0, "aria-label": say("documents.loading") });
  const table = sortableTable([
    { label: say("column.jurisdiction"), value: (row) => word("jurisdiction", row.jurisdiction), cell: (row) => word("jurisdiction", row.jurisdiction) },
    { label: say("targets.subject"), value: (row) => row.subject, cell: (row) => row.subject || "–" },
    { label: say("targets.amount"), number: true, value: (row) => row.low ?? row.high, cell: (row) => h("span.day", {}, amount(row)) },
    { label: say("targets.unit"), kind: "short", value: (row) => row.unit, cell: (row) => row.unit || "–" },
    { label: say("targets.year"), number: true, value: (row) => row.year, cell: (row) => (row.deadline ? h("span.day", {}, row.deadline) : String(row.year ?? "–")) },
    { label: say("targets.surface"), value: (row) => row.surface, cell: (row) => row.surface },
    { label: say("column.title"), kind: "title", value: (row) => row.title, cell: (row) => documentLink(row.document_id, row.title) },
    { label: say("column.issued"), kind: "short", value: (row) => row.issued, cell: (row) => h("span.day", {}, day(row.issued)) },
  ], { caption: say("targets.caption"), rows: [], sort: [0, "ascending"], empty: say("targets.none") });
  const tools = h("div.tools", {});
  function draw() {
    const asked = folded(state.subject);
    const found = rows.filter((row) =>
      (!state.jurisdiction || (row.jurisdiction || "-") === state.jurisdiction) &&
      (!state.unit || row.unit === state.unit) &&
      (!state.year || String(row.year) === state.year) &&
      (!asked || folded(row.subject).includes(asked)));
    table.show(found);
    told.textContent = say("targets.found", { n: found.length, all: rows.length });
  }
  function listen() {
    const set = (name) => (value) => { state[name] = value; draw(); };
    const known = (value, label) => [["", say("documents.any")], ...[...new Set(rows.map(value).filter(Boolean))].map((key) => [key, label(key)]).sort((a, b) => COLLATOR.compare(a[1], b[1]))];
    let pending = 0;
    const search = h("input", { type: "search", autocomplete: "off", oninput: () => {
      clearTimeout(pending);
      pending = setTimeout(() => set("subject")(search.value), 150);
    } });
    tools.replaceChildren(
      field(say("targets.subject"), search),
      field(say("column.jurisdiction"), choice(known((row) => row.jurisdiction || "-", (key) => word("jurisdiction", key === "-" ? null : key)), "", set("jurisdiction"))),
      field(say("targets.unit"), choice(known((row) => row.unit, String), "", set("unit"))),
      field(say("targets.year"), choice(known((row) => row.year && String(row.year), String), "", set("year"))));
  }
  report.loadAll(targets.files, (content, n) => {
    for (const row of report.rows("target", content)) rows.push(row);
    progress.value = n;
  }).then(() => {
    progress.hidden = true;
    listen();
    draw();
  }, () => { told.textContent = say("site.missing"); });
  return [
    h("h1", { tabindex: "-1" }, say("targets.title")),
    h("p.lead", {}, say("targets.lead")),
    targets.total > targets.shown ? h("p.note", {}, say("targets.most", { n: targets.shown, all: targets.total })) : null,
    await smallMultiples(), tools, h("div.progress", {}, told, progress), table,
  ];
};

/** A number with what the text says of it: at least, about, from … to. */
function amount(row) {
  const about = row.approximate ? "≈ " : "";
  const sign = { ">=": "≥ ", "<=": "≤ ", ">": "> ", "<": "< ", "=": "" }[row.comparator] || "";
  const change = { increase: "↑ ", decrease: "↓ " }[row.change] || "";
  if (row.low !== null && row.high !== null && row.low !== row.high) return `${change}${about}${number(row.low)}–${number(row.high)}`;
  return `${change}${about}${sign}${number(row.low ?? row.high)}`;
}
