"use strict";
/* Search over the rows of all documents: title, number, issuer, days. The lists are loaded once, a few files at a time. */

const index = { rows: [], loaded: 0, started: null, listen: () => {} };

/** Load all lists, telling the page that listens how far it is. */
function loadIndex() {
  index.started ||= report.loadAll(Object.values(report.release.lists), (rows, n) => {
    for (const row of report.rows("list", rows)) index.rows.push(row);
    index.loaded = n;
    index.listen();
  });
  return index.started;
}

/** Brackets and spaces differ from page to page, and so do full-width letters: none of them decides a search. */
function folded(text) {
  return (text || "").normalize("NFKC").toLowerCase().replace(/[\s\[\]()〔〕【】《》〈〉“”"']/g, "");
}

function haystack(row) {
  row.folded ??= folded(`${row.title || ""}\n${row.identifier || ""}\n${row.creator || ""}\n${row.document_id}`);
  return row.folded;
}

function matching(rows, asked) {
  const words = asked.q.split(/\s+/).map(folded).filter(Boolean);
  return rows.filter((row) =>
    (!asked.source || row.source_id === asked.source) &&
    (!asked.jurisdiction || row.jurisdiction === asked.jurisdiction) &&
    (!asked.type || row.document_type === asked.type) &&
    (!asked.from || (row.issued && row.issued.slice(0, 10) >= asked.from)) &&
    (!asked.to || (row.issued && row.issued.slice(0, 10) <= asked.to)) &&
    (!asked.state || (asked.state === "doubted" ? !row.complete : asked.state === "changed" ? row.current_version > 1 : row.offline_since)) &&
    words.every((part) => haystack(row).includes(part)));
}

function documentTable(rows, options) {
  const titles = Object.fromEntries(report.release.sources.map((source) => [source.source_id, source.title]));
  return sortableTable([
    { label: say("column.title"), kind: "title", value: (row) => row.title, cell: (row) => [documentLink(row.document_id, row.title), h("div.under", {}, row.identifier ? h("span", {}, row.identifier) : null, ...marks(row))] },
    { label: say("column.issuer"), value: (row) => row.creator, cell: (row) => row.creator || "–" },
    { label: say("column.issued"), kind: "short", value: (row) => row.issued, cell: (row) => h("span.day", {}, day(row.issued)) },
    { label: say("column.type"), value: (row) => row.document_type, cell: (row) => word("type", row.document_type) },
    { label: say("column.jurisdiction"), value: (row) => row.jurisdiction, cell: (row) => word("jurisdiction", row.jurisdiction) },
    { label: say("column.source"), kind: "long", value: (row) => titles[row.source_id], cell: (row) => titles[row.source_id] || row.source_id },
  ], { sort: [2, "descending"], rows, ...options });
}

function marks(row) {
  return [
    row.offline_since ? h("span.badge.bad", {}, say("document.offline", { day: row.offline_since })) : null,
    row.complete ? null : h("span.badge.warn", {}, say("document.doubted")),
    row.current_version > 1 ? h("span.badge.plain", {}, say("document.versions", { n: row.current_version })) : null,
  ];
}

report.pages.documents = (_, query) => {
  const asked = Object.fromEntries(["q", "source", "jurisdiction", "type", "from", "to", "state"].map((name) => [name, query.get(name) || ""]));
  const files = Object.keys(report.release.lists).length;
  const progress = h("progress", { max: files, value: index.loaded, "aria-label": say("documents.loading") });
  const told = h("p.told", {});
  const table = documentTable([], { caption: say("documents.caption"), empty: say("documents.none") });
  const months = report.release.months;
  const known = (n, group) => [["", say("documents.any")], ...[...new Set(months.map((row) => row[n]).filter(Boolean))].map((value) => [value, word(group, value)]).sort((a, b) => COLLATOR.compare(a[1], b[1]))];
  const form = h("form.search", { role: "search", onsubmit: (event) => event.preventDefault() },
    field(say("documents.words"), h("input", { type: "search", name: "q", value: asked.q, placeholder: say("documents.example"), autocomplete: "off" })),
    field(say("documents.from"), h("input", { type: "date", name: "from", value: asked.from })),
    field(say("documents.to"), h("input", { type: "date", name: "to", value: asked.to })),
    field(say("column.source"), named("source", [["", say("documents.any")], ...report.release.sources.map((source) => [source.source_id, source.title])], asked.source)),
    field(say("column.jurisdiction"), named("jurisdiction", known(1, "jurisdiction"), asked.jurisdiction)),
    field(say("column.type"), named("type", known(2, "type"), asked.type)),
    field(say("documents.state"), named("state", ["", "doubted", "changed", "offline"].map((state) => [state, say(`documents.${state || "any"}`)]), asked.state)));
  function named(name, options, value) {
    const select = choice(options, value, () => {});
    select.name = name;
    return select;
  }
  function draw() {
    const found = matching(index.rows, asked);
    table.show(found);
    progress.value = index.loaded;
    progress.hidden = index.loaded >= files;
    told.textContent = index.loaded < files ? say("documents.sofar", { n: found.length, done: index.loaded, all: files }) : say("documents.found", { n: found.length, all: index.rows.length });
  }
  let pending = 0;
  form.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(() => {
      if (!table.isConnected) return;
      for (const [name, value] of new FormData(form)) asked[name] = value.trim();
      const kept = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
      history.replaceState(null, "", `#/documents${kept.size ? `?${kept}` : ""}`);
      draw();
      tell(told.textContent);
    }, 150);
  });
  let last = 0;
  index.listen = () => {
    if (!table.isConnected) return; /* the reader went on to another page */
    /* while the lists come, the table is drawn a few times, not once for each */
    if (index.loaded >= files || performance.now() - last > 500) {
      draw();
      last = performance.now();
    } else progress.value = index.loaded;
  };
  loadIndex().then(draw, () => { told.textContent = say("site.missing"); });
  return [h("h1", { tabindex: "-1" }, say("documents.title")), form, h("div.progress", {}, told, progress), table];
};

/** The row of one document: its id says in which list it stands. */
async function rowOf(id) {
  if (!/^[0-9a-f]{4,}$/.test(id)) return null;
  const name = report.release.lists[parseInt(id.slice(0, 4), 16) >> (16 - report.release.bits)];
  if (!name) return null;
  const at = report.release.columns.list.indexOf("document_id");
  const row = (await report.load(name)).find((listed) => listed[at] === id);
  return row ? report.rows("list", [row])[0] : null;
}
