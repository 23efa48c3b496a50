"use strict";
/* Policies instead of pages: what is in force, who carries it, what each copy changed, what it refers to, and what is missing. */

report.pages.policies = () => {
  const { policies } = report.release;
  const rows = [];
  const state = { words: "", status: "", copied: "" };
  const told = h("p.told", {});
  const progress = h("progress", { max: policies.files.length, value: 0, "aria-label": say("documents.loading") });
  const table = sortableTable([
    { label: say("column.title"), kind: "title", value: (row) => row.title, cell: (row) => policyLink(row.work_id, row.title) },
    { label: say("policies.identifier"), value: (row) => row.identifier, cell: (row) => row.identifier || "–" },
    { label: say("policies.creator"), value: (row) => row.creator, cell: (row) => row.creator || "–" },
    { label: say("column.issued"), kind: "short", value: (row) => row.issued, cell: (row) => h("span.day", {}, day(row.issued)) },
    { label: say("policies.status"), kind: "short", value: (row) => row.status, cell: (row) => word("status", row.status) },
    { label: say("policies.until"), kind: "short", value: (row) => row.valid_to, cell: (row) => h("span.day", {}, day(row.valid_to)) },
    { label: say("policies.copies"), number: true, value: (row) => row.copies, cell: (row) => String(row.copies) },
  ], { caption: say("policies.caption"), rows: [], sort: [3, "descending"], empty: say("policies.none") });
  function draw() {
    const asked = folded(state.words);
    const found = rows.filter((row) =>
      (!state.status || (row.status || "-") === state.status) && (!state.copied || row.copies > 1) &&
      (!asked || folded(`${row.title || ""} ${row.identifier || ""} ${row.creator || ""}`).includes(asked)));
    table.show(found);
    told.textContent = say("policies.found", { n: found.length, all: rows.length });
  }
  const search = h("input", { type: "search", autocomplete: "off", oninput: () => { state.words = search.value; draw(); } });
  const statuses = [["", say("documents.any")], ...["in_force", "draft", "expired", "repealed", "replaced", "-"].map((key) => [key, key === "-" ? say("status.unknown") : word("status", key)])];
  report.loadAll(policies.files, (content, n) => {
    for (const row of report.rows("work", content)) rows.push(row);
    progress.value = n;
  }).then(() => { progress.hidden = true; draw(); }, () => { told.textContent = say("site.missing"); });
  return [
    h("h1", { tabindex: "-1" }, say("policies.title")), h("p.lead", {}, say("policies.lead")),
    policies.total > policies.shown ? h("p.note", {}, say("policies.most", { n: policies.shown, all: policies.total })) : null,
    h("p", {}, h("a", { href: "#/missing" }, say("missing.link", { n: policies.missing }))),
    h("div.tools", {}, field(say("policies.search"), search), field(say("policies.status"), choice(statuses, "", (value) => { state.status = value; draw(); })),
      field(say("policies.copies"), choice([["", say("documents.any")], ["1", say("policies.copied")]], "", (value) => { state.copied = value; draw(); }))),
    h("div.progress", {}, told, progress), table,
  ];
};

report.pages.policy = async ([id]) => {
  const { policies } = report.release;
  const file = policies.details[parseInt(id.slice(0, 4), 16) >> (16 - policies.bits)];
  const content = file && (await report.load(file))[id];
  if (!content) return [h("h1", { tabindex: "-1" }, say("policies.unknown")), h("p", {}, id)];
  let work = null;
  await report.loadAll(policies.files, (group) => !(work = report.rows("work", group).find((row) => row.work_id === id)));
  const copies = report.rows("copy", content.copies);
  const titles = new Map(copies.map((row) => [row.document_id, row.title]));
  const canonical = copies.find((row) => row.canonical) || copies[0];
  return [
    h("h1", { tabindex: "-1", lang: languageOf(canonical.title) }, canonical.title || say("document.untitled")),
    work ? h("p.under", {}, work.identifier ? h("span", {}, work.identifier) : null, work.creator ? h("span", {}, work.creator) : null,
      h("span", {}, day(work.issued)), h("span", {}, word("type", work.document_type)), h("strong", {}, word("status", work.status))) : null,
    work && work.status_evidence ? h("p.soft", {}, say("policies.because"), " ", work.status_evidence) : null,
    work ? h("p.soft", {}, say("policies.elected"), " ", work.canonical_reason) : null,
    section(say("policies.copies"), sortableTable([
      { label: say("column.title"), kind: "title", value: (row) => row.title, cell: (row) => documentLink(row.document_id, row.title) },
      { label: say("policies.role"), kind: "short", value: (row) => row.role, cell: (row) => [word("role", row.role), row.canonical ? h("span.badge.plain", {}, say("policies.canonical")) : null] },
      { label: say("policies.link"), value: (row) => row.link_evidence, cell: (row) => row.link_by ? `${word("link", row.link_by)} ${number(row.link_score)}: ${row.link_evidence}` : "–" },
      { label: say("policies.delay"), number: true, value: (row) => row.delay_days, cell: (row) => number(row.delay_days) },
      { label: say("policies.overlap"), number: true, value: (row) => row.overlap, cell: (row) => row.overlap === null ? "–" : `${Math.round(row.overlap * 100)} %` },
      { label: say("policies.differences"), number: true, value: (row) => row.differences, cell: (row) => number(row.differences) },
      { label: "URL", value: (row) => row.url, cell: (row) => outside(row.url) },
    ], { caption: say("policies.copies"), quiet: true, rows: copies })),
    content.differences ? section(say("policies.fidelity"), sortableTable([
      { label: say("policies.copy"), kind: "title", value: (row) => titles.get(row.document_id), cell: (row) => documentLink(row.document_id, titles.get(row.document_id)) },
      { label: say("policies.kind"), kind: "short", value: (row) => row.kind, cell: (row) => word("difference", row.kind) },
      { label: say("policies.canonical"), kind: "long", cell: (row) => row.canonical ? h("del", {}, row.canonical) : "–" },
      { label: say("policies.copy"), kind: "long", cell: (row) => row.copy ? h("ins", {}, row.copy) : "–" },
    ], { caption: say("policies.fidelity"), quiet: true, rows: report.rows("difference", content.differences) })) : null,
    content.relations ? section(say("policies.relations"), sortableTable([
      { label: say("policies.kind"), kind: "short", value: (row) => row.kind, cell: (row) => word("relation", row.kind) },
      { label: say("policies.target"), value: (row) => row.target_title || row.target_identifier, cell: (row) => {
        const label = [row.target_title ? `《${row.target_title}》` : null, row.target_identifier].filter(Boolean).join(" ");
        return row.target_work_id ? policyLink(row.target_work_id, label) : label;
      } },
      { label: say("targets.surface"), kind: "long", cell: (row) => row.surface },
    ], { caption: say("policies.relations"), quiet: true, rows: report.rows("relation", content.relations) })) : null,
  ];
};

report.pages.missing = async () => {
  const rows = report.rows("gap", await report.load(report.release.policies.gaps));
  return [
    h("h1", { tabindex: "-1" }, say("missing.title")), h("p.lead", {}, say("missing.lead")),
    sortableTable([
      { label: say("policies.kind"), kind: "short", value: (row) => row.kind, cell: (row) => word("gap", row.kind) },
      { label: say("missing.what"), value: (row) => row.identifier || row.title || row.source_id, cell: (row) => row.document_id
        ? [row.title || "", " ", documentLink(row.document_id, row.url)] : row.identifier || (row.title ? `《${row.title}》` : `${row.source_id} ${row.first_day} – ${row.last_day}`) },
      { label: say("missing.known"), cell: (row) => row.known_from === null ? "–" : `${row.known_from}–${row.known_to} (${row.held})` },
      { label: say("missing.cited"), number: true, value: (row) => row.cited, cell: (row) => number(row.cited) },
      { label: say("missing.suggestion"), kind: "long", cell: (row) => row.suggestion },
    ], { caption: say("missing.title"), quiet: true, rows, empty: say("missing.none") }),
  ];
};

function policyLink(id, title) {
  return h("a", { href: `#/policy/${encodeURIComponent(id)}`, lang: languageOf(title) }, title || say("document.untitled"));
}

/* One small chart a quantity, the same axes within it: years across, a mark and a line a place. */
const SHAPES = ["●", "▲", "■", "◆", "○", "△", "□", "◇"];
const MOST_CHARTS = 24;
const SVG = "http://www.w3.org/2000/svg";

/** An element of a picture. */
function picture(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

async function smallMultiples() {
  const rows = report.rows("point", await report.load(report.release.policies.points));
  const groups = new Map();
  for (const row of rows) groups.set(row.series, [...(groups.get(row.series) || []), row]);
  const widest = [...groups].sort((a, b) => new Set(b[1].map((row) => row.jurisdiction)).size - new Set(a[1].map((row) => row.jurisdiction)).size || b[1].length - a[1].length);
  if (!widest.length) return null;
  return section(say("series.title"), h("p.lead", {}, say("series.lead")), h("div.multiples", {}, widest.slice(0, MOST_CHARTS).map(([key, points]) => multiple(key, points))));
}

function multiple(key, points) {
  const [subject, unit, how] = key.split(" | ");
  const places = [...new Set(points.map((row) => row.jurisdiction))];
  const years = points.map((row) => row.year);
  const value = (row) => row.low ?? row.high;
  const [first, last, top] = [Math.min(...years), Math.max(...years), Math.max(...points.map(value)) || 1];
  const x = (row) => 44 + (last === first ? 80 : ((row.year - first) / (last - first)) * 160);
  const y = (row) => 104 - (value(row) / top) * 88;
  const told = points.map((row) => `${word("jurisdiction", row.jurisdiction)} ${row.year}: ${number(value(row))}`).join("; ");
  const text = (at, label, anchor) => picture("text", { x: at[0], y: at[1], "text-anchor": anchor, class: "tick" }, label);
  const line = (place) => {
    const own = points.filter((row) => row.jurisdiction === place);
    return picture("polyline", { points: own.map((row) => `${x(row)},${y(row)}`).join(" "), class: `line s${places.indexOf(place) % SHAPES.length}` });
  };
  return h("figure", {}, h("figcaption", {}, subject, " ", h("span.soft", {}, [unit, say(`series.${how}`)].join(", "))),
    picture("svg", { viewBox: "0 0 220 124", role: "img", "aria-label": `${subject}: ${told}` },
      picture("path", { d: "M44 12V104H210", class: "axis" }),
      text([40, 20], number(top), "end"), text([40, 106], "0", "end"), text([44, 120], String(first), "middle"), ...(last > first ? [text([204, 120], String(last), "middle")] : []),
      ...places.map(line),
      ...points.map((row) => picture("text", { x: x(row), y: y(row) + 4, "text-anchor": "middle", class: `mark s${places.indexOf(row.jurisdiction) % SHAPES.length}` }, SHAPES[places.indexOf(row.jurisdiction) % SHAPES.length]))),
    h("p.soft", {}, places.map((place, n) => `${SHAPES[n % SHAPES.length]} ${word("jurisdiction", place)}`).join("  ")));
}
