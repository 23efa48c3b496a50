"use strict";
/* The first page: what there is, where we were blind, how many documents when. And the health of each source. */

const RANGES = [30, 90, 365, 730];
const BLIND = new Set(["no_data", "blocked", "broken_layout", "failed", "not_run"]);
const MARKS = { ok: "", confirmed_zero: "0", no_data: "?", blocked: "B", broken_layout: "L", failed: "F", not_run: "–" };

report.pages.overview = () => {
  const { release, sources, changed, targets } = report.release;
  const well = sources.filter((source) => source.verdict && !BLIND.has(source.verdict)).length;
  const tiles = [
    [release.documents, "overview.documents", "#/documents"],
    [changed.counts.ADD || 0, "overview.new", "#/changes"],
    [changed.counts.MOD || 0, "overview.changed", "#/changes"],
    [changed.counts.DEL || 0, "overview.gone", "#/changes"],
    [targets.total, "overview.targets", "#/targets"],
    [`${well} / ${sources.length}`, "overview.seen", "#/sources"],
  ];
  return [
    h("h1", { tabindex: "-1" }, say("overview.title")),
    h("p.lead", {}, release.previous ? say("overview.lead", { release: release.release, previous: release.previous }) : say("overview.first", { release: release.release })),
    h("ul.tiles", {}, tiles.map(([value, key, href]) => h("li", {}, h("a", { href }, h("strong", {}, number(value)), h("span", {}, say(key)))))),
    coverageSection(),
    chartSection(),
    section(say("overview.recent"), documentTable(report.rows("list", report.release.recent), { size: 10, caption: say("overview.recent"), quiet: true })),
  ];
};

/* Coverage */

function coverageSection() {
  const range = Number(recall("days")) || 90;
  const place = h("div");
  const draw = (days) => place.replaceChildren(heatMap(days));
  draw(range);
  return section(say("coverage.title"),
    h("p", {}, say("coverage.lead")),
    h("div.tools", {}, field(say("coverage.days"), choice(RANGES.map((n) => [String(n), say("coverage.last", { n })]), String(range), (value) => {
      remember("days", value);
      draw(Number(value));
    }))),
    h("ul.legend", { "aria-label": say("coverage.legend") }, Object.keys(MARKS).map((verdict) =>
      h("li", {}, h(`span.cell.v-${verdict}`, { "aria-hidden": "true" }, MARKS[verdict]), word("verdict", verdict)))),
    place);
}

/** A grid of source by day: arrow keys go from cell to cell, the line below tells what the cell says. */
function heatMap(range) {
  const { start, days, sources } = report.release.coverage;
  if (!start) return h("p.note", {}, say("coverage.none"));
  const first = Math.max(0, days - range);
  const date = (n) => new Date(Date.parse(start) + n * 86400000).toISOString().slice(0, 10);
  const titles = Object.fromEntries(report.release.sources.map((source) => [source.source_id, source.title]));
  const told = h("p.told", { "aria-live": "polite" }, say("coverage.hint"));
  const months = [];
  for (let n = first; n < days; n++) {
    const month = date(n).slice(0, 7);
    if (months.length && months.at(-1)[0] === month) months.at(-1)[1]++;
    else months.push([month, 1]);
  }
  const body = h("tbody");
  for (const [id, row] of Object.entries(sources)) {
    const line = h("tr", {}, h("th", { scope: "row" }, h("a", { href: `#/documents?source=${encodeURIComponent(id)}`, title: titles[id] }, titles[id] || id)));
    for (let n = first; n < days; n++) {
      const verdict = report.release.verdicts[row.verdicts[n]] || "none";
      const [listed, fetched, read, failed] = row.counts[n] || [null, 0, 0, 0];
      const what = say("coverage.cell", { source: titles[id] || id, day: date(n), verdict: word("verdict", verdict), listed, fetched, read, failed });
      const cell = h(`td.cell.v-${verdict}`, { "aria-label": what, tabindex: "-1" }, MARKS[verdict] || "");
      cell.addEventListener("mouseenter", () => { told.textContent = what; });
      cell.addEventListener("focus", () => { told.textContent = what; });
      line.append(cell);
    }
    body.append(line);
  }
  const table = h("table.heat", { role: "grid" }, h("caption.hidden", {}, say("coverage.title")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("column.source")), months.map(([month, n]) => h("th", { scope: "colgroup", colspan: n }, h(n > 4 ? "span.month" : "span.hidden", {}, month))))), body);
  const cells = () => Array.from(body.rows, (line) => Array.from(line.cells).slice(1));
  const last = cells().map((line) => line.at(-1))[0];
  if (last) last.tabIndex = 0;
  table.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const cell = event.target.closest("td");
    if (!step || !cell) return;
    event.preventDefault();
    const next = cells()[cell.parentNode.sectionRowIndex + step[0]]?.[cell.cellIndex - 1 + step[1]];
    if (!next) return;
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  const scroll = h("div.scroll", { role: "region", "aria-label": say("coverage.title") }, table);
  requestAnimationFrame(() => { scroll.scrollLeft = scroll.scrollWidth; });
  return h("div", {}, scroll, told);
}

/* Documents over time */

const SERIES = 8;
const drawn = { chart: null };

function chartSection() {
  const state = { by: "jurisdiction", unit: null };
  const place = h("div");
  const months = report.release.months.filter((row) => row[0]);
  const unknown = report.release.months.filter((row) => !row[0]).reduce((sum, row) => sum + row[3], 0);
  if (!months.length) return section(say("chart.title"), h("p.note", {}, say("chart.none")));
  const span = new Set(months.map((row) => row[0])).size;
  state.unit = span > 48 ? "year" : "month";
  const draw = () => place.replaceChildren(...chart(months, state));
  const tools = h("div.tools", {},
    field(say("chart.by"), choice(["jurisdiction", "type"].map((by) => [by, say(`column.${by}`)]), state.by, (value) => { state.by = value; draw(); })),
    field(say("chart.unit"), choice(["month", "year"].map((unit) => [unit, say(`chart.${unit}`)]), state.unit, (value) => { state.unit = value; draw(); })));
  draw();
  return section(say("chart.title"), tools, place, unknown ? h("p.note", {}, say("chart.unknown", { n: unknown })) : null);
}

function chart(months, state) {
  const group = state.by === "type" ? "type" : "jurisdiction";
  const counts = new Map();
  const totals = new Map();
  const cut = (month) => month.slice(0, state.unit === "year" ? 4 : 7);
  for (const [month, jurisdiction, type, n] of months) {
    const name = (group === "type" ? type : jurisdiction) || "";
    totals.set(name, (totals.get(name) || 0) + n);
    const key = cut(month);
    if (!counts.has(key)) counts.set(key, new Map());
    counts.get(key).set(name, (counts.get(key).get(name) || 0) + n);
  }
  const ranked = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const names = ranked.slice(0, SERIES);
  const rest = ranked.slice(SERIES);
  const periods = periodsBetween([...counts.keys()].sort(), state.unit);
  const label = (name) => (name === null ? say("chart.rest", { n: rest.length }) : name === "" ? say("chart.without") : word(group, name));
  const all = rest.length ? [...names, null] : names;
  const value = (period, name) => {
    const row = counts.get(period);
    if (!row) return 0;
    return name === null ? rest.reduce((sum, other) => sum + (row.get(other) || 0), 0) : row.get(name) || 0;
  };
  const data = all.map((name) => periods.map((period) => value(period, name)));
  const canvas = h("div.chart", { role: "img", "aria-label": say("chart.alt", { by: say(`column.${state.by}`), from: periods[0], to: periods.at(-1) }) });
  drawn.chart = () => stackedBars(canvas, periods, data);
  requestAnimationFrame(drawn.chart);
  const legend = h("ul.legend", {}, all.map((name, n) => h("li", {}, h(`span.swatch.s${n}`, { "aria-hidden": "true" }), `${label(name)} (${number(data[n].reduce((a, b) => a + b, 0))})`)));
  const filled = periods.map((period, n) => [period, n]).filter(([, n]) => data.some((series) => series[n]));
  const table = h("details", {}, h("summary", {}, say("chart.table")),
    sortableTable([
      { label: say(`chart.${state.unit}`), value: (row) => row[0], cell: (row) => row[0] },
      ...all.map((name, n) => ({ label: label(name), number: true, value: (row) => data[n][row[1]], cell: (row) => number(data[n][row[1]]) })),
    ], { caption: say("chart.title"), quiet: true, rows: filled, sort: [0, "descending"], size: 24 }));
  return [canvas, legend, table];
}

/** All months or years from the first to the last, those without a document too. */
function periodsBetween(known, unit) {
  const [first, last] = [known[0], known.at(-1)];
  const result = [];
  let [year, month] = first.split("-").map(Number);
  for (;;) {
    const period = unit === "year" ? String(year) : `${year}-${String(month).padStart(2, "0")}`;
    result.push(period);
    if (period >= last || result.length > 3000) return result;
    if (unit === "year" || month === 12) [year, month] = [year + 1, 1];
    else month++;
  }
}

/** Bars on top of each other: each series is drawn as the sum up to it, the highest first. */
function stackedBars(place, periods, data) {
  if (!place.isConnected) return;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const sums = [];
  for (const series of data) sums.push(series.map((value, n) => value + (sums.length ? sums.at(-1)[n] : 0)));
  const order = sums.map((_, n) => n).reverse();
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 }, font: "12px system-ui, sans-serif" };
  const whole = (values) => values.map((value) => (Number.isInteger(value) ? number(value) : ""));
  place.replaceChildren();
  new uPlot({
    width: Math.max(240, place.clientWidth),
    height: 260,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [-0.6, periods.length - 0.4] }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
    axes: [
      { ...axis, grid: { show: false }, space: 60, incrs: [1, 2, 3, 6, 12, 24, 60, 120, 240], values: (_, ticks) => ticks.map((n) => periods[n] || "") },
      { ...axis, values: (_, ticks) => whole(ticks), size: 56 },
    ],
    series: [{}, ...order.map((n) => ({ fill: colour(`--s${n}`), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.85, 48] }) }))],
  }, [periods.map((_, n) => n), ...order.map((n) => sums[n])], place);
}

/* Sources */

report.pages.sources = () => {
  const columns = [
    { label: say("column.source"), kind: "title", value: (row) => row.title, cell: (row) => [h("a", { href: `#/documents?source=${encodeURIComponent(row.source_id)}` }, row.title), h("br"), row.homepage ? outside(row.homepage) : null] },
    { label: say("health.now"), kind: "short", value: (row) => row.verdict, cell: (row) => verdictBadge(row.verdict) },
    { label: say("health.ok"), number: true, value: (row) => row.ok, cell: (row) => number(row.ok) },
    { label: say("health.zero"), number: true, value: (row) => row.zero, cell: (row) => number(row.zero) },
    { label: say("health.blind"), number: true, value: (row) => row.blind, cell: (row) => number(row.blind) },
    { label: say("health.failed"), number: true, value: (row) => (row.fetched ? row.failed / row.fetched : null), cell: (row) => (row.fetched ? `${number(Math.round((1000 * row.failed) / row.fetched) / 10)} %` : "–") },
    { label: say("overview.documents"), number: true, value: (row) => row.documents, cell: (row) => number(row.documents) },
    { label: say("health.doubted"), number: true, value: (row) => row.doubted, cell: (row) => number(row.doubted) },
    { label: say("overview.gone"), number: true, value: (row) => row.offline, cell: (row) => number(row.offline) },
    { label: say("health.newest"), kind: "short", value: (row) => row.newest_document, cell: (row) => h("span.day", {}, day(row.newest_document)) },
    { label: say("health.last"), kind: "short", value: (row) => row.last_fetch, cell: (row) => h("span.day", {}, day(row.last_fetch, 16)) },
    { label: say("health.frequency"), kind: "short", value: (row) => row.frequency, cell: (row) => word("frequency", row.frequency) },
    { label: say("health.issues"), number: true, value: (row) => row.issues, cell: (row) => number(row.issues) },
  ];
  const troubles = [
    { label: say("column.time"), kind: "short", value: (row) => row.time, cell: (row) => h("span.day", {}, row.time) },
    { label: say("column.source"), value: (row) => row.source_id, cell: (row) => row.source_id },
    { label: say("column.trouble"), kind: "long", value: (row) => row.error, cell: (row) => [h("strong", {}, row.error), ` (${word("stage", row.stage)}, ${word("severity", row.severity)})`, h("br"), h("span.wrap", {}, row.message)] },
    { label: say("column.action"), kind: "long", value: null, cell: (row) => h("span.wrap", {}, row.action) },
    { label: say("column.url"), kind: "long", value: (row) => row.url, cell: (row) => outside(row.url) },
  ];
  return [
    h("h1", { tabindex: "-1" }, say("sources.title")),
    h("p.lead", {}, say("sources.lead")),
    sortableTable(columns, { caption: say("sources.caption"), quiet: true, rows: report.release.sources, sort: [0, "ascending"] }),
    section(say("issues.title"), h("p", {}, say("issues.lead", { n: number(report.release.issues.length) })), sortableTable(troubles, { caption: say("issues.title"), quiet: true, rows: report.release.issues, size: 20, empty: say("issues.none") })),
  ];
};

function verdictBadge(verdict) {
  const kind = !verdict ? "plain" : BLIND.has(verdict) ? "bad" : "good";
  return h(`span.badge.${kind}`, {}, word("verdict", verdict));
}
