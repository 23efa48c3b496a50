"use strict";
/* A table that is sorted by its column heads and shown a page at a time. */

const ROWS_A_PAGE = 50;

/**
 * columns: [{label, value(row) for sorting (null: not sortable), cell(row), number, kind: title, long or short}]
 * A column of numbers or of kind short is compared by its values, all else as the languages sort.
 * options: {caption, quiet: said by the heading above, rows, sort: [column, "ascending" | "descending"], empty, size}
 * Returns an element with `show(rows)`, which takes other rows and keeps the order.
 */
function sortableTable(columns, options) {
  const size = options.size || ROWS_A_PAGE;
  let rows = options.rows;
  let sort = options.sort || null;
  let at = 0;
  const heads = columns.map((column, n) =>
    h("th", { scope: "col", class: column.number ? "number" : null },
      column.value
        ? h("button", { type: "button", class: "sort", onclick: () => sortBy(n) }, column.label, h("span.arrow", { "aria-hidden": "true" }))
        : column.label));
  const body = h("tbody");
  const told = h("span", {});
  const earlier = h("button", { type: "button", onclick: () => turn(-1) }, say("table.earlier"));
  const later = h("button", { type: "button", onclick: () => turn(1) }, say("table.later"));
  const pager = h("div.pager", { role: "group", "aria-label": say("table.pages", { what: options.caption }) }, earlier, told, later);
  const scroll = h("div.scroll", { tabindex: "0", role: "region", "aria-label": options.caption },
    h("table", {}, h("caption", { class: options.quiet ? "hidden" : null }, options.caption), h("thead", {}, h("tr", {}, heads)), body));
  const element = h("div.sortable", {}, scroll, pager);

  /** Rows in the order that was asked for; unknown comes last, whatever the direction. */
  function sorted(unsorted) {
    const column = columns[sort[0]];
    const sign = sort[1] === "ascending" ? 1 : -1;
    const none = (value) => value === null || value === undefined || value === "";
    /* days compare as they are: a collator takes ten times as long */
    const order = column.number || column.kind === "short" ? (a, b) => (a < b ? -1 : a > b ? 1 : 0) : (a, b) => COLLATOR.compare(a, b);
    const keyed = unsorted.map((row) => [column.value(row), row]);
    const known = keyed.filter(([key]) => !none(key)).sort((a, b) => sign * order(a[0], b[0]));
    return [...known, ...keyed.filter(([key]) => none(key))].map(([, row]) => row);
  }
  function sortBy(n) {
    sort = [n, sort && sort[0] === n && sort[1] === "ascending" ? "descending" : "ascending"];
    at = 0;
    draw(true);
    tell(say("table.sorted", { column: columns[n].label, order: say(`table.${sort[1]}`) }));
  }
  function turn(step) {
    at += step * size;
    draw(false);
    scroll.scrollIntoView({ block: "nearest" });
    tell(told.textContent);
  }
  function draw(fresh) {
    if (fresh && sort) rows = sorted(rows);
    for (const [n, head] of heads.entries()) {
      if (!columns[n].value) continue;
      head.setAttribute("aria-sort", sort && sort[0] === n ? sort[1] : "none");
    }
    const shown = rows.slice(at, at + size);
    body.replaceChildren(...(shown.length
      ? shown.map((row) => h("tr", {}, columns.map((column) => h("td", { class: column.number ? "number" : column.kind || "text" }, column.cell(row)))))
      : [h("tr", {}, h("td.empty", { colspan: columns.length }, options.empty || say("table.empty")))]));
    told.textContent = say("table.range", { from: Math.min(at + 1, rows.length), to: Math.min(at + size, rows.length), all: rows.length });
    earlier.disabled = at === 0;
    later.disabled = at + size >= rows.length;
    pager.hidden = rows.length <= size;
  }
  element.show = (others) => {
    rows = others;
    at = 0;
    draw(true);
  };
  draw(true);
  return element;
}

/* Chinese by pinyin, numbers by value. */
const COLLATOR = new Intl.Collator("zh-Hans-CN", { numeric: true });

/** A labelled field of a form. */
function field(label, control) {
  return h("label.field", {}, h("span", {}, label), control);
}

/** A choice; options are [value, label]. */
function choice(options, value, onchange) {
  const select = h("select", { onchange: () => onchange(select.value) }, options.map(([key, label]) => h("option", { value: key, selected: key === value }, label)));
  return select;
}
