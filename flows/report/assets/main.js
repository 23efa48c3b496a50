"use strict";
/* From the address to a page, and the two switches. */

/* Pages that draw for themselves after a while ask whether they are still the one to draw. */
let turns = 0;

async function show(focus) {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = (path || "overview").split("/").map(decoded);
  const turn = ++turns;
  const page = report.pages[name] || report.pages.overview;
  const main = document.getElementById("main");
  let content;
  try {
    content = await page(rest, new URLSearchParams(query || ""));
  } catch (error) {
    console.error(error);
    content = [h("h1", { tabindex: "-1" }, say("site.missing"))];
  }
  if (turn !== turns) return;
  main.replaceChildren(...content.filter(Boolean));
  document.title = `${main.querySelector("h1").textContent} · ${report.release.release.release}`;
  for (const link of document.querySelectorAll("[data-page]")) {
    if (link.dataset.page === name || (name === "document" && link.dataset.page === "documents") || ((name === "policy" || name === "missing") && link.dataset.page === "policies")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (focus) {
    scrollTo(0, 0);
    main.querySelector("h1").focus({ preventScroll: true });
  }
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function speak(language) {
  report.language = language;
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const element of document.querySelectorAll("[data-say-label]")) element.setAttribute("aria-label", say(element.dataset.sayLabel));
  const button = document.getElementById("language");
  button.textContent = language === "zh" ? "English" : "中文";
  button.lang = language === "zh" ? "en" : "zh-Hans";
  paint(recall("theme") || "auto");
}

/** auto follows the system */
function paint(theme) {
  if (theme === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = theme;
  document.getElementById("theme").textContent = say(`theme.${theme}`);
  if (drawn.chart) drawn.chart();
}

document.getElementById("language").addEventListener("click", () => {
  speak(report.language === "zh" ? "en" : "zh");
  remember("language", report.language);
  show(false);
});
document.getElementById("theme").addEventListener("click", () => {
  const themes = ["auto", "light", "dark"];
  const next = themes[(themes.indexOf(recall("theme") || "auto") + 1) % themes.length];
  remember("theme", next);
  paint(next);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.chart && drawn.chart());
let resized = 0;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(() => drawn.chart && drawn.chart(), 150);
});
addEventListener("hashchange", () => {
  if (location.hash === "#main") document.getElementById("main").focus();
  else show(true);
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); /* the address names the page, not a place in it */
  document.getElementById("main").focus();
});

speak(recall("language") || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en"));
show(false);
