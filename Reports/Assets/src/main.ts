// The page: matrix, violations, assumptions; one violation at a time is open. Its number and its entry are in the address.

import { Cell, report, text } from "./data";
import { badge, detailOf } from "./detail";
import { h, fill, plural } from "./dom";
import { filtersOf } from "./filters";
import { showMatrix } from "./matrix";
import { themeSwitch } from "./theme";
import { ShrunkView } from "./shrunk";
import { TimelineView, timelineView } from "./timeline";
import { worth } from "./worth";

const isReplay = report.cells.length === 1 && report.timelines === 1;
const groupOf = new Map<number, number>();
report.groups.forEach((group, i) => group.all.forEach((number) => groupOf.set(number, i)));

let timeline: TimelineView | undefined;
let shrunk: ShrunkView | undefined;
let open = -1;

const matrix = h("div", { class: "matrix" });
const list = h("ul", { class: "groups" });
const count = h("p", { class: "count", role: "status" });
const detail = h("div", { class: "detail" });
const filters = filtersOf(() => {
  showMatrix(matrix, filters, pick);
  showList();
});

function showList(): void {
  const cells = new Set<number>();
  const rows = report.groups.flatMap((group, i) => {
    const matching = filters.group(group);
    if (matching.length === 0) return [];
    for (const number of matching) cells.add(report.violations[number].c);
    const wanted = matching.includes(group.shown) ? group.shown : matching[0];
    return [
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "group", "aria-current": groupOf.get(open) === i ? "true" : undefined, onclick: () => show(wanted, true) },
          h("span", { class: "oracle" }, text(group.o)),
          h("span", { class: "driver" }, text(group.d)),
          h("span", { class: "cells" }, plural(matching.length, "cell")),
          group.expected ? undefined : badge(false),
        ),
      ),
    ];
  });
  fill(list, ...rows);
  count.textContent = `${plural(rows.length, "violation")} in ${cells.size} of ${plural(report.cells.length, "cell")}`;
}

function pick(cell: Cell): void {
  filters.set(text(cell.d), text(cell.p), text(cell.f));
  const first = report.violations.findIndex((violation) => report.cells[violation.c] === cell);
  if (first >= 0) show(first, true);
}

function show(number: number, move: boolean, entry = -1): void {
  timeline?.destroy();
  shrunk?.destroy();
  open = number;
  const found = detailOf(number, report.groups[groupOf.get(number)!], (other) => show(other, false), (at) => address(number, at));
  ({ timeline, shrunk } = found);
  fill(detail, found.element);
  const history = timeline?.history;
  if (history) timeline!.start(entry >= 0 && entry < history.count ? entry : history.violation >= 0 ? history.violation : history.count - 1);
  else address(number, -1);
  showList();
  if (move) {
    const title = detail.querySelector<HTMLElement>("#violation-title")!;
    title.focus({ preventScroll: true });
    title.scrollIntoView({ block: "start" });
  }
}

let addressed = 0;
function address(number: number, entry: number): void {
  // Browsers refuse addresses that change too often: only the last one counts.
  clearTimeout(addressed);
  addressed = setTimeout(() => history.replaceState(null, "", `#v${number}${entry < 0 ? "" : `e${entry}`}`), 200);
}

function showReplay(): void {
  timeline = timelineView(0, () => undefined);
  fill(detail, h("article", { class: "violation" }, h("h2", {}, "The history"), h("p", {}, "No oracle spoke that was to speak in it."), timeline.element));
  timeline.start(0);
}

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.altKey || event.metaKey || target.matches("select, textarea, input:not([type=checkbox])")) return;
  if (event.key === "/") {
    filters.focusSearch();
    event.preventDefault();
  } else if (timeline?.key(event)) {
    event.preventDefault();
  }
});

const licences = document.getElementById("licences")!;
const badgeOf = { pass: "safe", fail: "surprising" }[report.verdict] ?? "undecided";
fill(
  document.getElementById("app")!,
  h("a", { class: "skip", href: "#violations" }, "Skip to the violations"),
  h(
    "header",
    { class: "top" },
    h("h1", {}, "ApChaos ", h("span", { class: `badge ${badgeOf}` }, report.verdict)),
    h("nav", { "aria-label": "Page" }, !isReplay && h("a", { href: "#cells-title" }, "Cells"), h("a", { href: "#violations" }, "Violations"), report.numbers.length > 0 && h("a", { href: "#worth" }, "Worth"), h("a", { href: "#assumptions" }, "Assumptions")),
    themeSwitch(() => {
      timeline?.repaint();
      shrunk?.repaint();
    }),
  ),
  h(
    "main",
    {},
    h(
      "section",
      { class: "summary", "aria-label": "Summary" },
      ...report.lines.map((line) => h("p", {}, line)),
      h("p", { class: "hint" }, `${isReplay ? "from" : "seed"} ${report.seed}`),
    ),
    !isReplay && filters.element,
    !isReplay &&
      h(
        "section",
        { "aria-labelledby": "cells-title" },
        h("h2", { id: "cells-title" }, "Cells"),
        h(
          "ul",
          { class: "legend", "aria-label": "Legend of the cells" },
          h("li", {}, h("span", { class: "box safe", "aria-hidden": "true" }, "\u2713"), "safe"),
          h("li", {}, h("span", { class: "box violated", "aria-hidden": "true" }, "2"), "violations that were expected, how many"),
          h("li", {}, h("span", { class: "box surprising", "aria-hidden": "true" }, "2!"), "some were not expected"),
          h("li", {}, h("span", { class: "box undecided", "aria-hidden": "true" }, "?"), "undecided or stale"),
        ),
        matrix,
      ),
    h(
      "section",
      { class: "browse", "aria-labelledby": "violations" },
      h("h2", { id: "violations", tabindex: -1 }, isReplay ? "Violation" : "Violations"),
      !isReplay && leftOut(),
      h("div", { class: isReplay ? "one" : "two" }, !isReplay && h("div", { class: "side" }, count, list), detail),
    ),
    worth(),
    assumptions(),
  ),
  h("footer", {}, h("details", {}, h("summary", {}, "Licences of what is built into this page"), licences)),
);
licences.hidden = false;

function leftOut(): HTMLElement {
  const without = report.violations.filter((violation) => violation.history < 0).length;
  return h(
    "p",
    { class: "hint" },
    `A violation is an oracle that spoke for a driver, in however many cells; the shortest history is shown first. ${plural(report.timelines, "history").replace("historys", "histories")} with a timeline`,
    without > 0 ? `; ${without} others have their steps that matter and the command that makes their timeline.` : ".",
  );
}

function assumptions(): HTMLElement {
  return h(
    "section",
    { "aria-labelledby": "assumptions" },
    h("h2", { id: "assumptions" }, "Assumptions"),
    h("p", { class: "hint" }, "What published sources leave open, and what each firmware profile takes for it."),
    ...report.firmware.map((profile) =>
      h(
        "details",
        {},
        h("summary", {}, h("strong", {}, profile.id), ` ${profile.summary}`),
        profile.impossible !== "" && h("p", {}, `No driver can be safe: ${profile.impossible}.`),
        h("dl", { class: "assumptions" }, ...profile.assumptions.flatMap(([id, meaning, evidence]) => [h("dt", {}, text(id)), h("dd", {}, `${text(meaning)} `, h("span", { class: "hint" }, `[${text(evidence)}]`))])),
      ),
    ),
    report.driverAssumptions.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, "What the models around drivers of a kernel tree take for granted"),
        h("dl", { class: "assumptions" }, ...report.driverAssumptions.flatMap(([id, meaning]) => [h("dt", {}, text(id)), h("dd", {}, text(meaning))])),
      ),
  );
}

showMatrix(matrix, filters, pick);
showList();
const [, asked, entry] = /^#v(\d+)(?:e(\d+))?$/.exec(location.hash) ?? [];
if (asked !== undefined && report.violations[Number(asked)]) show(Number(asked), true, entry === undefined ? -1 : Number(entry));
else if (report.violations.length > 0) show(report.groups[0].shown, false);
else if (isReplay) showReplay();
