"use strict";
/* One document: its text beside what the page gave, every edit and doubt in its place, and where each value was read.
   Offsets count code points, hence texts are cut as arrays of them. */

report.pages.document = async ([id, asked]) => {
  const row = await rowOf(id);
  if (!row) return [h("h1", { tabindex: "-1" }, say("document.unknown")), h("p", {}, id)];
  const version = Number(asked) || row.current_version;
  const content = row.shards[version - 1] && (await report.load(row.shards[version - 1]))[`${id}/${version}`];
  if (!content) return [h("h1", { tabindex: "-1" }, say("document.unknown")), h("p", {}, `${id} / ${version}`)];
  const known = content.metadata;
  const source = report.release.sources.find((one) => one.source_id === row.source_id);
  return [
    h("h1", { tabindex: "-1", lang: known.language || "zh-Hans" }, known.title || say("document.untitled")),
    known.subtitle ? h("p.subtitle", {}, known.subtitle) : null,
    h("p.under", {},
      known.identifier ? h("span", {}, known.identifier) : null,
      known.creator || known.outlet ? h("span", {}, known.creator || known.outlet) : null,
      h("span", {}, day(known.issued || known.created)),
      h("span", {}, word("type", known.document_type)),
      h("a", { href: `#/documents?source=${encodeURIComponent(row.source_id)}` }, source ? source.title : row.source_id)),
    h("p.under", {}, ...marks(row), known.translated ? h("span.badge.plain", {}, say("document.translated")) : null),
    h("p", {}, outside(known.url)),
    row.work_id ? h("p", {}, h("a", { href: `#/policy/${row.work_id}` }, say("policies.of"))) : null,
    versionsOf(row, version),
    doubts(content),
    textSection(content),
    version > 1 ? section(say("document.step", { from: version - 1, to: version }), ...(report.release.texts ? differences(content) : [h("p.note", {}, say("document.notexts"))])) : null,
    metadataSection(content),
    targetsSection(content),
    clausesSection(content),
    listed(say("document.measures"), report.rows("measures", content.measures), (one) => [one.name, " ", h("span.badge.plain", {}, word("measure", one.kind))]),
    annexesSection(content),
  ];
};

const inBody = (row) => row.attachment === null;

function listed(title, rows, told) {
  return rows.length ? section(title, h("ul", {}, rows.map((row) => h("li", {}, told(row))))) : null;
}

function versionsOf(row, shown) {
  if (row.shards.length < 2) return null;
  return h("nav.versions", { "aria-label": say("document.history") }, h("span", {}, say("document.history")), row.shards.map((_, n) =>
    h("a", { href: `#/document/${row.document_id}/${n + 1}`, "aria-current": n + 1 === shown ? "page" : null }, say("document.version", { n: n + 1 }))));
}

function doubts(content) {
  const flags = report.rows("flags", content.flags);
  if (!flags.length) return null;
  return section(say("document.doubts"), h("ul.doubts", {}, flags.map((flag, n) =>
    h("li", {}, h("strong", {}, word("flag", flag.name)), ": ", flag.evidence, " ",
      flag.start !== null && content.text ? h("button", { type: "button", onclick: () => reveal(`flag-${n}`) }, say("document.show")) : null))));
}

function reveal(id) {
  const place = document.getElementById(id);
  if (!place) return;
  const folded = place.closest("details");
  if (folded) folded.open = true;
  place.scrollIntoView({ block: "center" });
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/* Text beside raw */

function textSection(content) {
  if (content.text === null) return section(say("document.text"), h("p.note", {}, say("document.notexts")));
  const edits = report.rows("edits", content.edits).filter(inBody);
  const points = Array.from(content.text);
  const clean = h("div.reading", { lang: content.metadata.language || "zh-Hans" }, cleanText(points, content, null, 0));
  const both = h("div.sides", {}, h("div", {}, h("h3", {}, say("document.clean")), clean));
  const legend = h("p.legend", {},
    edits.length ? h("span", {}, h("mark.edit", {}, say("document.edited"))) : null,
    report.rows("flags", content.flags).some((flag) => inBody(flag) && flag.start !== null) ? h("span", {}, h("mark.flag", {}, say("document.flagged"))) : null,
    content.targets ? h("span", {}, h("mark.target", {}, say("document.target"))) : null);
  if (edits.length) {
    both.append(h("div", {}, h("h3", {}, say("document.raw")), h("div.reading", { lang: content.metadata.language || "zh-Hans" }, rawText(points, edits))));
  }
  return section(say("document.text"), legend, both, edits.length ? editsTable(points, edits) : h("p.note", {}, say("document.unedited")));
}

/* A doubt about more than a paragraph or so is underlined: filled, it would hide what stands in it. */
const WIDE = 200;

/** A text with its marks: the body's (`part` null), or that of an annex, which begins at `from` in the whole. */
function cleanText(points, content, part, from) {
  const here = (row) => row.attachment === part;
  const flags = report.rows("flags", content.flags).map((flag, n) => ({ ...flag, id: `flag-${n}` })).filter(here);
  const spans = [
    ...report.rows("edits", content.edits).filter(here).map((edit) => ({ start: edit.offset - from, end: edit.offset + edit.length - from, kind: "edit", title: editTitle(edit) })),
    ...flags.filter((flag) => flag.start !== null).map((flag) => ({ start: flag.start - from, end: flag.end - from, kind: flag.end - flag.start > WIDE ? "wide" : "flag", id: flag.id, title: `${word("flag", flag.name)}: ${flag.evidence}` })),
    ...report.rows("targets", content.targets).filter(here).map((target) => ({ start: target.start - from, end: target.end - from, kind: "target", title: `${target.subject || ""} ${amount(target)} ${target.unit || ""} ${target.year || ""}` })),
  ];
  const cuts = [...new Set([0, points.length, ...spans.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  spans.sort((a, b) => a.start - b.start);
  const parts = [];
  let open = [];
  let next = 0;
  for (const [n, start] of cuts.entries()) {
    open = open.filter((span) => span.end > start);
    for (; next < spans.length && spans[next].start === start; next++) {
      const span = spans[next];
      if (span.end > start) open.push(span);
      else parts.push(h("mark.removed", { title: span.title, id: span.id }, h("span.hidden", {}, say("document.removed"))));
    }
    const end = cuts[n + 1];
    if (end === undefined) break;
    const text = points.slice(start, end).join("");
    if (!open.length) {
      parts.push(text);
      continue;
    }
    const named = open.find((span) => span.id && span.start === start);
    parts.push(h("mark", { class: [...new Set(open.map((span) => span.kind))].join(" "), title: open.map((span) => span.title).join("\n"), id: named && named.id }, text));
  }
  return parts;
}

/** The text as it was extracted: each edit is taken back. */
function rawText(points, edits) {
  const parts = [];
  let position = 0;
  for (const edit of edits) {
    parts.push(points.slice(position, edit.offset).join(""));
    if (edit.original) parts.push(h("mark.edit", { title: editTitle(edit) }, edit.original));
    else parts.push(h("mark.removed", { title: editTitle(edit) }, h("span.hidden", {}, say("document.inserted"))));
    position = edit.offset + edit.length;
  }
  parts.push(points.slice(position).join(""));
  return parts;
}

function editTitle(edit) {
  return `${word("edit", edit.kind)}: ${visible(edit.original) || "∅"}`;
}

/** Spaces and line ends, which are what many edits are about. */
function visible(text) {
  return text.replace(/\n/g, "⏎").replace(/[\u00a0\u3000]/g, "␣").replace(/ /g, "·");
}

function editsTable(points, edits) {
  const rows = edits.map((edit) => ({ ...edit, now: points.slice(edit.offset, edit.offset + edit.length).join("") }));
  return h("details", {}, h("summary", {}, say("document.edits", { n: edits.length })), sortableTable([
    { label: say("edits.kind"), value: (row) => row.kind, cell: (row) => word("edit", row.kind) },
    { label: say("edits.offset"), number: true, value: (row) => row.offset, cell: (row) => number(row.offset) },
    { label: say("edits.original"), value: (row) => row.original, cell: (row) => h("code.wrap", {}, visible(row.original)) },
    { label: say("edits.now"), value: (row) => row.now, cell: (row) => h("code.wrap", {}, visible(row.now)) },
  ], { caption: say("document.edits", { n: edits.length }), quiet: true, rows, size: 20 }));
}

/* Attached files */

function annexesSection(content) {
  const rows = report.rows("attachments", content.attachments);
  if (!rows.length) return null;
  const whole = content.text === null ? null : Array.from(content.text + (content.appendix || ""));
  const cells = report.rows("cells", content.cells);
  return section(say("document.attachments"), rows.map((row, n) => annex(row, n, content, whole, cells.filter((cell) => cell.attachment === n))));
}

function annex(row, n, content, whole, cells) {
  const good = row.status === "read" || row.status === "empty";
  const sizes = [
    row.pages !== null ? say("annex.pages", { n: row.pages }) : null,
    row.characters ? say("annex.characters", { n: row.characters }) : null,
    row.tables ? say("annex.tables", { n: row.tables }) : null,
  ].filter(Boolean);
  const text = whole && row.start !== null ? whole.slice(row.start, row.end) : null;
  return h("article.card", {},
    h("h3", {}, outside(row.url, row.label)),
    h("p.under", {}, h(`span.badge.${good ? "good" : "warn"}`, {}, word("annex", row.status)), ...sizes.map((size) => h("span", {}, size)), h("span.soft", {}, row.media_type || ""), h("span.soft", {}, row.parser || "")),
    row.reason ? h("p.note", {}, row.reason) : null,
    content.metadata.text_attachment === n ? h("p.note", {}, say("annex.main")) : null,
    text && content.metadata.text_attachment !== n ? h("details", {}, h("summary", {}, say("annex.text")), h("div.reading", { lang: content.metadata.language || "zh-Hans" }, cleanText(text, content, n, row.start))) : null,
    annexTables(cells));
}

function annexTables(cells) {
  const tables = new Map();
  for (const cell of cells) {
    if (!tables.has(cell.table)) tables.set(cell.table, new Map());
    const rows = tables.get(cell.table);
    if (!rows.has(cell.row)) rows.set(cell.row, []);
    rows.get(cell.row)[cell.column] = cell.text;
  }
  return [...tables].map(([n, rows]) => h("details", {}, h("summary", {}, say("annex.table", { n: n + 1 })), annexTable([...rows.values()], say("annex.table", { n: n + 1 }))));
}

function annexTable(rows, caption) {
  const width = Math.max(...rows.map((row) => row.length));
  const line = (row) => h("tr", {}, Array.from({ length: width }, (_, column) => h("td", {}, row[column] || "")));
  return h("div.scroll", { tabindex: "0", role: "region", "aria-label": caption }, h("table.cells", {}, h("caption", {}, caption), h("tbody", {}, rows.map(line))));
}

/* What is known of it */

function metadataSection(content) {
  const evidence = new Map();
  for (const one of report.rows("evidence", content.evidence)) {
    if (!evidence.has(one.field)) evidence.set(one.field, []);
    evidence.get(one.field).push(one);
  }
  const rows = Object.entries(content.metadata).map(([name, value]) => ({ name, value, evidence: evidence.get(name) || [] }));
  const shown = (row) => (/url$/.test(row.name) ? outside(row.value) : row.name === "document_type" ? word("type", row.value) : row.name === "jurisdiction" ? word("jurisdiction", row.value) : typeof row.value === "boolean" ? say(row.value ? "site.yes" : "site.no") : String(row.value));
  const table = (caption, some) => sortableTable([
    { label: say("metadata.field"), value: null, cell: (row) => [word("field", row.name), h("br"), h("code.soft", {}, row.name)] },
    { label: say("metadata.value"), kind: "long", value: null, cell: (row) => h("span.wrap", {}, shown(row)) },
    { label: say("metadata.evidence"), kind: "title", value: null, cell: (row) => (row.evidence.length ? row.evidence.map((one) => h("div.evidence", {}, h("code", {}, one.rule), one.value !== String(row.value) ? h("span", {}, ` ${one.value}`) : null, h("q.wrap", {}, one.snippet))) : h("span.soft", {}, "–")) },
  ], { caption, quiet: true, rows: some, size: 100 });
  const told = new Set(["container", "normalisation_steps", "run_id", "capture_id", "parser_version", "rule_digest", "plausibility", "cause", "first_seen", "document_id", "version", "source_id", "url"]);
  const technical = (row) => /^content_|_digest$/.test(row.name) || told.has(row.name);
  return section(say("metadata.title"), table(say("metadata.title"), rows.filter((row) => !technical(row))),
    h("details", {}, h("summary", {}, say("metadata.technical")), table(say("metadata.technical"), rows.filter(technical))));
}

function targetsSection(content) {
  const rows = report.rows("targets", content.targets);
  if (!rows.length) return null;
  return section(say("targets.title"), sortableTable([
    { label: say("targets.subject"), value: (row) => row.subject, cell: (row) => row.subject || "–" },
    { label: say("targets.amount"), number: true, value: (row) => row.low ?? row.high, cell: (row) => amount(row) },
    { label: say("targets.unit"), kind: "short", value: (row) => row.unit, cell: (row) => row.unit || "–" },
    { label: say("targets.year"), number: true, value: (row) => row.year, cell: (row) => [row.deadline || String(row.year ?? "–"), row.year_from ? h("span.soft", {}, ` ${word("year", row.year_from)}`) : null] },
    { label: say("targets.surface"), value: (row) => row.start, cell: (row) => row.surface },
  ], { caption: say("targets.title"), quiet: true, rows }));
}

function clausesSection(content) {
  const rows = report.rows("clauses", content.clauses).filter(inBody);
  if (!rows.length || content.text === null) return null;
  const points = Array.from(content.text);
  const under = rows.map(() => []);
  const top = [];
  rows.forEach((row, n) => (row.parent === null ? top : under[row.parent] || top).push(n));
  const begin = (row) => points.slice(row.start, Math.min(row.end, row.start + 60)).join("").split("\n")[0];
  const list = (numbers) => h("ul.clauses", {}, numbers.map((n) => h("li", {}, begin(rows[n]), under[n].length ? list(under[n]) : null)));
  return section(say("document.clauses"), h("details", {}, h("summary", {}, say("document.parts", { n: rows.length })), list(top)));
}
