// One violation: what broke, where, the steps that matter, and its timeline.

import { Group, Mark, Violation, instant, report, text } from "./data";
import { h, aside, plural } from "./dom";
import { ShrunkView, shrunkView } from "./shrunk";
import { TimelineView, timelineView } from "./timeline";

export interface Detail {
  element: HTMLElement;
  timeline: TimelineView | undefined;
  shrunk: ShrunkView | undefined;
}

const where = (violation: Violation): string => {
  const cell = report.cells[violation.c];
  return `${text(cell.p)} under ${text(cell.f)}`;
};

export function detailOf(number: number, group: Group, onPick: (violation: number) => void, onSelect: (entry: number) => void): Detail {
  const violation = report.violations[number];
  const cell = report.cells[violation.c];
  const timeline = violation.history < 0 ? undefined : timelineView(violation.history, onSelect, violation.shrunk);
  const shrunk = violation.shrunk && shrunkView(violation.shrunk, timeline);
  const element = h(
    "article",
    { class: "violation", "aria-labelledby": "violation-title" },
    h("h2", { id: "violation-title", tabindex: -1 }, `${text(cell.d)}: ${text(violation.o)} `, badge(violation.expected)),
    h("p", { class: "message" }, text(violation.m)),
    h(
      "dl",
      { class: "facts" },
      ...fact("where", where(violation)),
      ...fact("seen in", `${violation.runs} of ${plural(cell.runs, "run")}`),
      ...fact("at", `${violation.q < 0 ? "" : `queue ${text(violation.q)}, `}step ${violation.steps}, ${violation.time}`),
      ...(violation.r < 0 ? [] : [h("dt", {}, "again"), h("dd", {}, command(text(violation.r)))]),
      ...(violation.found === undefined || violation.found < 0 ? [] : [h("dt", {}, "as found"), h("dd", {}, command(text(violation.found)))]),
      ...(violation.r < 0 || shrunk ? [] : [h("dt", {}, "smallest"), h("dd", {}, command(`${text(violation.r).replace(" replay ", " shrink ")} --html minimal.html`))]),
      ...(group.all.length > 1 ? [h("dt", {}, h("label", { for: "cells" }, "cells")), h("dd", {}, cells(number, group, onPick))] : []),
    ),
    group.promises.length > 0 && h("h3", {}, "Promises of the hardware that it hangs on"),
    group.promises.length > 0 && h("ul", { class: "promises" }, ...group.promises.map((promise) => h("li", {}, text(promise)))),
    shrunk?.element,
    story(violation, timeline),
    timeline
      ? timeline.element
      : h("p", { class: "left-out" }, "The timeline of this history is left out to keep the page small. ", violation.r >= 0 && command(`${text(violation.r)} --html history.html`)),
    violation.plan >= 0 && h("details", { class: "plan", open: shrunk !== undefined }, h("summary", {}, shrunk ? `What is left of the plan ${text(cell.p)}` : `The plan ${text(cell.p)} in full`), h("pre", { class: "text", tabindex: 0 }, pretty(text(violation.plan)))),
  );
  return { element, timeline, shrunk };
}

export const badge = (expected: boolean): HTMLElement => h("span", { class: `badge ${expected ? "violated" : "surprising"}` }, expected ? "expected" : "not expected");

function fact(name: string, value: string): HTMLElement[] {
  return [h("dt", {}, name), h("dd", {}, value)];
}

/** A command, to be copied. A page from disk may not use the clipboard: then the text is selected. */
function command(words: string): HTMLElement {
  const code = h("code", {}, words);
  const said = h("span", { role: "status", class: "hint" });
  const copy = async (): Promise<void> => {
    getSelection()?.selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(words);
      said.textContent = " copied";
    } catch {
      said.textContent = " selected";
    }
  };
  return h("span", { class: "command" }, code, " ", h("button", { type: "button", onclick: () => void copy(), "aria-label": "Copy the command" }, "Copy"), said);
}

function cells(number: number, group: Group, onPick: (violation: number) => void): HTMLElement {
  const name = (i: number): string => {
    const violation = report.violations[i];
    const marks = [violation.expected ? "" : "not expected", violation.history < 0 ? "" : "with timeline"].filter((mark) => mark).join(", ");
    return `${where(violation)}: ${violation.runs} of ${report.cells[violation.c].runs}${marks ? ` (${marks})` : ""}`;
  };
  const select = h(
    "select",
    { id: "cells", onchange: () => onPick(Number(select.value)) },
    ...group.all.map((i) => h("option", { value: String(i), selected: i === number }, name(i))),
  );
  return select;
}

/** The steps that matter, as the text report has them; those that have an entry in the timeline lead to it. */
function story(violation: Violation, timeline: TimelineView | undefined): HTMLElement {
  const lines = report.stories[violation.story];
  const short = timeline?.history.short ?? [];
  let next = 0;
  const rows = lines.map(([step, time, who, what, mark]) => {
    const isLine = text(who) !== "";
    const entry = isLine && timeline ? short[2 * next++] : undefined;
    const name = ["", "fault", "cause", "violation"][mark];
    const note = { [Mark.fault]: "fault", [Mark.cause]: "cause", [Mark.violation]: "VIOLATION" }[mark];
    return h(
      "tr",
      { class: name || (isLine ? "" : "gap") },
      h(
        "td",
        { class: "step" },
        !isLine
          ? ""
          : entry === undefined
            ? String(step)
            : h("button", { type: "button", onclick: () => timeline!.select(entry), "aria-label": `Show step ${step} in the timeline` }, String(step)),
      ),
      h("td", { class: "when" }, isLine ? instant(time) : ""),
      h("td", { class: "who" }, text(who)),
      h("td", { class: "what" }, note !== undefined && h("span", { class: `note ${name}` }, note), text(what)),
    );
  });
  if (rows.length === 0) return h("p", { class: "empty" }, "No history was kept.");
  return h(
    "section",
    { class: "story" },
    h("h3", {}, "The steps that matter"),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "The steps that matter" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...["step", "time", "who", "what"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, ...rows),
      ),
    ),
    timeline ? aside("The numbers of the steps lead to the timeline.") : undefined,
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
