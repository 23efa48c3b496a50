"use strict";
/* What every page needs: loading data files, making elements, saying things in two languages.
   Elements are made one by one and strings become text nodes: nothing that came from a page is ever read as markup. */

const report = { held: new Map(), waiting: new Map(), language: "en", pages: {} };

/* Data files kept in memory; lists and targets together are fewer at 10^5 documents. */
const MOST_HELD = 400;

/** Called by a data file with its name and what it holds. */
report.put = (name, value) => {
  report.held.set(name, value);
  if (report.held.size > MOST_HELD) report.held.delete(report.held.keys().next().value);
  const waiting = report.waiting.get(name);
  if (waiting) waiting.resolve(value);
  report.waiting.delete(name);
};

/** The content of a data file, loaded by a script element: a page on disk may not fetch. */
report.load = (name) => {
  if (report.held.has(name)) return Promise.resolve(report.held.get(name));
  if (report.waiting.has(name)) return report.waiting.get(name).promise;
  const waiting = {};
  waiting.promise = new Promise((resolve, reject) => Object.assign(waiting, { resolve, reject }));
  report.waiting.set(name, waiting);
  const script = document.createElement("script");
  script.src = `data/${name}.js`;
  script.onload = () => script.remove();
  script.onerror = () => {
    script.remove();
    report.waiting.delete(name);
    waiting.reject(new Error(name));
  };
  document.head.append(script);
  return waiting.promise;
};

/** Several data files, a few at a time and in order; `each` sees every content with its number. */
report.loadAll = async (names, each) => {
  const AT_ONCE = 8;
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const contents = await Promise.all(names.slice(start, start + AT_ONCE).map(report.load));
    for (const [n, content] of contents.entries()) if (each(content, start + n + 1) === false) return;
  }
};

/** Rows without column names, as objects. */
report.rows = (kind, rows) => {
  const columns = report.release.columns[kind];
  return (rows || []).map((row) => Object.fromEntries(columns.map((name, n) => [name, row[n]])));
};

/** An element: attributes, `on…` listeners, children; null children are left out. */
function h(tag, attributes, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A sentence of the interface, `{name}` filled in; numbers are written as the language does. */
function say(key, values) {
  const both = report.strings[key];
  if (!both) return key;
  return both[report.language === "zh" ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => number(values[name]));
}

/** A word of a controlled vocabulary; one that is not in the table stands as it is. */
function word(group, value) {
  if (value === null || value === undefined || value === "") return "–";
  return report.strings[`${group}.${value}`] ? say(`${group}.${value}`) : String(value);
}

function number(value) {
  if (typeof value !== "number") return String(value ?? "–");
  return value.toLocaleString(report.language === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: 6 });
}

/** Read out by a screen reader. */
function tell(text) {
  document.getElementById("said").textContent = text;
}

/** A link to the web, where the address is one of the web; all else is text. */
function outside(url, label) {
  let target = null;
  try {
    target = new URL(url);
  } catch {
    /* no address */
  }
  const text = label || url || "–";
  if (!target || (target.protocol !== "http:" && target.protocol !== "https:")) return h("span.url", {}, text);
  return h("a.url", { href: target.href, rel: "noopener noreferrer nofollow", target: "_blank" }, text);
}

function documentLink(id, title) {
  return h("a", { href: `#/document/${encodeURIComponent(id)}`, lang: languageOf(title) }, title || say("document.untitled"));
}

/** How a screen reader is to say a text that came from a page. */
function languageOf(text) {
  return text ? (/\p{Script=Han}/u.test(text) ? "zh-Hans" : "en") : null;
}

/** A day or minute: what stands behind the minute is noise in a list. */
function day(value, length = 10) {
  return value ? String(value).slice(0, length).replace("T", " ") : "–";
}

function section(title, ...children) {
  return h("section", {}, h("h2", {}, title), ...children);
}

/** A setting that stays; where storage is refused it lasts as long as the page. */
const remembered = {};
function remember(name, value) {
  remembered[name] = value;
  try {
    localStorage.setItem(`policy-ingest.${name}`, value);
  } catch {
    /* storage is refused */
  }
}
function recall(name) {
  try {
    return remembered[name] ?? localStorage.getItem(`policy-ingest.${name}`);
  } catch {
    return remembered[name] ?? null;
  }
}
