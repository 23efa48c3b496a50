"use strict";
/* What a release changed: the differences themselves, clause by clause. */

const CHANGED_A_PAGE = 10;
const SHOWN_AT_FIRST = 8;

report.pages.changes = () => {
  const { changed, release } = report.release;
  const head = [h("h1", { tabindex: "-1" }, say("changes.title"))];
  if (!release.previous) return [...head, h("p.lead", {}, say("changes.first"))];
  const rows = [];
  const state = { op: "", cause: "", source: "", at: 0 };
  const place = h("div", {});
  const told = h("span", {});
  const earlier = h("button", { type: "button", onclick: () => turn(-1) }, say("table.earlier"));
  const later = h("button", { type: "button", onclick: () => turn(1) }, say("table.later"));
  const pager = h("div.pager", { role: "group", "aria-label": say("table.pages", { what: say("changes.title") }) }, earlier, told, later);
  const set = (name) => (value) => { state[name] = value; state.at = 0; draw(); };
  const any = [["", say("documents.any")]];
  const tools = h("div.tools", {},
    field(say("changes.what"), choice([...any, ...["MOD", "ADD", "DEL", "MOVE"].map((op) => [op, say(`op.${op}`)])], "", set("op"))),
    field(say("changes.cause"), choice([...any, ...["source", "parser"].map((cause) => [cause, say(`cause.${cause}`)])], "", set("cause"))),
    field(say("column.source"), choice([...any, ...report.release.sources.map((source) => [source.source_id, source.title])], "", set("source"))));
  function turn(step) {
    state.at += step * CHANGED_A_PAGE;
    draw();
    place.scrollIntoView({ block: "nearest" });
    tell(told.textContent);
  }
  function draw() {
    const wanted = rows.filter((row) => (!state.op || row.op === state.op) && (!state.cause || row.cause === state.cause) && (!state.source || row.source_id === state.source));
    const shown = wanted.slice(state.at, state.at + CHANGED_A_PAGE);
    place.replaceChildren(...(shown.length ? shown.map(changedDocument) : [h("p.note", {}, say("changes.none"))]));
    told.textContent = say("table.range", { from: Math.min(state.at + 1, wanted.length), to: Math.min(state.at + CHANGED_A_PAGE, wanted.length), all: wanted.length });
    earlier.disabled = state.at === 0;
    later.disabled = state.at + CHANGED_A_PAGE >= wanted.length;
    pager.hidden = wanted.length <= CHANGED_A_PAGE;
  }
  report.loadAll(changed.files, (content) => { rows.push(...report.rows("changed", content)); }).then(draw, () => place.replaceChildren(h("p.note", {}, say("site.missing"))));
  const all = Object.values(changed.counts).reduce((a, b) => a + b, 0);
  return [
    ...head,
    h("p.lead", {}, say("changes.lead", { previous: release.previous, added: changed.counts.ADD || 0, changed: changed.counts.MOD || 0, gone: changed.counts.DEL || 0 })),
    all > changed.shown ? h("p.note", {}, say("changes.most", { n: changed.shown })) : null,
    tools, place, pager,
  ];
};

function changedDocument(row) {
  const body = h("div.differences", {});
  if (row.op === "MOD" && report.release.texts) {
    body.append(h("p.note", {}, say("site.loading")));
    differencesOf(row).then((found) => body.replaceChildren(...found), () => body.replaceChildren(h("p.note", {}, say("site.missing"))));
  } else if (row.op === "MOVE") {
    body.append(h("p", {}, h("del", {}, row.url), " ", h("ins", {}, row.to_url)));
  }
  const kind = { ADD: "good", MOD: "warn", DEL: "bad", MOVE: "plain" }[row.op];
  return h("article.card", {},
    h("h2", {}, documentLink(row.document_id, row.title)),
    h("p.under", {}, h(`span.badge.${kind}`, {}, say(`op.${row.op}`)), row.cause === "parser" ? h("span.badge.plain", {}, say("cause.parser")) : null,
      ...(row.natures || []).map((nature) => h("span.badge.plain", {}, natureName(nature))), h("span", {}, day(row.time, 16)), h("span", {}, row.source_id)),
    body);
}

async function differencesOf(row) {
  const found = [];
  for (const [n, shard] of (row.shards || []).entries()) {
    const version = row.version_after - row.shards.length + 1 + n;
    const content = (await report.load(shard))[`${row.document_id}/${version}`];
    if (row.shards.length > 1) found.push(h("h3", {}, say("document.step", { from: version - 1, to: version })));
    found.push(...differences(content));
  }
  return found;
}

/** The changes that led to a version. */
function differences(content) {
  const changes = report.rows("changes", content.changes);
  if (!changes.length) return [h("p.note", {}, say("changes.nothing"))];
  const shown = changes.map(difference);
  if (shown.length <= SHOWN_AT_FIRST) return [h("ul.changes", {}, shown)];
  return [
    h("ul.changes", {}, shown.slice(0, SHOWN_AT_FIRST)),
    h("details", {}, h("summary", {}, say("changes.more", { n: shown.length - SHOWN_AT_FIRST })), h("ul.changes", {}, shown.slice(SHOWN_AT_FIRST))),
  ];
}

function difference(change) {
  const place = change.field ? word("field", change.field) : change.clause || say(`kind.${change.kind}`);
  return h("li", {},
    h("p.under", {}, h("strong", {}, place), h("span.badge.plain", {}, natureName(change.nature || change.kind))),
    h("p.diff", { lang: languageOf(change.pieces.map((piece) => piece[1]).join("")) }, change.pieces.map(([kind, text]) => (kind === "kept" ? text : h(kind === "removed" ? "del" : "ins", {}, text)))));
}

function natureName(nature) {
  for (const group of ["nature", "field", "kind"]) if (report.strings[`${group}.${nature}`]) return say(`${group}.${nature}`);
  return nature;
}
