// One history: picture, list of entries, state of the machine, and the keys that step through it.

import { Chart, Scale, chartOf, describe, lowerBound } from "./chart";
import type { Shrunk } from "./data";
import { h, aside, fill, plural } from "./dom";
import { EntryList, markOf, noteOf } from "./entries";
import { History } from "./history";
import { lanesOf } from "./lanes";
import { showState } from "./state";

export interface TimelineView {
  element: HTMLElement;
  history: History;
  /** To be called when the element is in the document. */
  start(entry: number): void;
  select(entry: number): void;
  /** The last entry of a step. */
  entryAfter(step: number): number;
  key(event: KeyboardEvent): boolean;
  repaint(): void;
  destroy(): void;
}

export function timelineView(number: number, onSelect: (entry: number) => void, shrunk?: Shrunk): TimelineView {
  const history = new History(number);
  const entryAfter = (step: number): number => Math.max(0, lowerBound(history.step, step + 1) - 1);
  const noReturn = shrunk && shrunk.noReturn >= 0 ? entryAfter(shrunk.noReturn) : -1;
  const lanes = lanesOf(history);
  const list = new EntryList(history, select);
  const picture = h("div", { class: "lanes", role: "img", "aria-label": describe(history, lanes) });
  const now = h("p", { class: "now", "aria-live": "polite", id: "now" });
  const state = h("div", { class: "state", tabindex: 0, role: "region", "aria-label": "State of the machine after the entry" });
  const slider = h("input", {
    type: "range",
    min: 1,
    max: history.count,
    "aria-label": "Entry",
    oninput: () => select(Number(slider.value) - 1),
  });
  const found = h("span", { class: "found", role: "status" });
  const search = h("input", { type: "search", id: "find-entry", placeholder: "text in an entry", oninput: filter });
  const about = h(
    "select",
    { id: "about", onchange: filter },
    h("option", { value: "" }, "everything"),
    ...lanes.map((lane, i) => h("option", { value: String(i) }, lane.title)),
  );
  let chart: Chart | undefined;
  let selected = 0;

  const button = (label: string, keys: string, entry: () => number, wanted = true): HTMLElement | undefined =>
    wanted ? h("button", { type: "button", onclick: () => select(entry()), "aria-keyshortcuts": keys }, label) : undefined;
  const scales = h(
    "select",
    { id: "scale", onchange: () => chart?.setScale(scales.value as Scale) },
    h("option", { value: "entries" }, "one step after the other"),
    h("option", { value: "time" }, "virtual time"),
  );

  const element = h(
    "section",
    { class: "timeline", "aria-labelledby": "timeline-title" },
    h("h3", { id: "timeline-title" }, "Timeline"),
    h(
      "div",
      { class: "bar controls" },
      button("First", "Home", () => list.first()),
      button("Back", "ArrowLeft", () => list.neighbour(selected, -1)),
      button("Next", "ArrowRight", () => list.neighbour(selected, 1)),
      button("Last", "End", () => list.last()),
      button("Next fault", "f", () => nextFault(), history.faultAfter(-1) >= 0),
      button("Cause", "c", () => history.cause, history.cause >= 0),
      button("Violation", "v", () => history.violation, history.violation >= 0),
      button("No return", "n", () => noReturn, noReturn >= 0),
      slider,
    ),
    now,
    h(
      "div",
      { class: "bar" },
      h("label", {}, "Across ", scales),
      h("button", { type: "button", onclick: () => chart?.zoomIn() }, "Closer"),
      h("button", { type: "button", onclick: () => chart?.zoomOut() }, "Whole history"),
      h("span", { class: "hint" }, "Drag for a part, click for an entry."),
    ),
    picture,
    legend(),
    h(
      "div",
      { class: "bar" },
      h("label", {}, "Find ", search),
      h("label", {}, "What concerns ", about),
      found,
    ),
    h("div", { class: "panes" }, h("div", { class: "pane" }, h("h4", {}, "Entries"), list.element), h("div", { class: "pane" }, h("h4", {}, "The machine after this entry"), state)),
    h(
      "p",
      { class: "hint keys" },
      "Keys: ",
      ...[
        ["\u2190 \u2192", "step"],
        ["Page Up/Down", "ten steps"],
        ["Home End", "first, last"],
        ["c", "cause"],
        ["v", "violation"],
        ["f", "next fault"],
        ...(noReturn >= 0 ? [["n", "point of no return"]] : []),
      ].flatMap(([key, what]) => [h("kbd", {}, key), ` ${what}  `]),
    ),
  );

  function nextFault(): number {
    const next = history.faultAfter(selected);
    return next >= 0 ? next : history.faultAfter(-1);
  }

  function filter(): void {
    const wanted = search.value.trim().toLowerCase();
    const lane = about.value === "" ? undefined : new Set(lanes[Number(about.value)].entries);
    const known = new Map<number, boolean>();
    const contains = (entry: number): boolean => {
      const key = history.textNumber(entry);
      let matches = known.get(key);
      if (matches === undefined) known.set(key, (matches = history.what(entry).toLowerCase().includes(wanted)));
      return matches || history.who(entry).toLowerCase().includes(wanted);
    };
    const isOff = wanted === "" && !lane;
    const count = list.filter(isOff ? undefined : (entry) => (!lane || lane.has(entry)) && (wanted === "" || contains(entry)));
    found.textContent = isOff ? "" : `${plural(count, "entry").replace("entrys", "entries")} of ${history.count}`;
    if (!isOff && count > 0) select(list.neighbour(selected, 0));
  }

  function select(entry: number): void {
    selected = entry;
    slider.value = String(entry + 1);
    slider.setAttribute("aria-valuetext", `entry ${entry + 1} of ${history.count}`);
    now.className = `now ${markOf(history, entry)}`;
    fill(
      now,
      h("span", { class: "where" }, `${entry + 1}/${history.count}`, aside(" entries,"), ` · step ${history.step[entry]} · ${history.when(entry)} · `),
      h("strong", {}, history.who(entry)),
      " ",
      noteOf(history, entry),
      h("span", { class: "what" }, history.what(entry)),
    );
    list.select(entry);
    showState(state, history, entry);
    chart?.select(entry);
    onSelect(entry);
  }

  const steps: Record<string, () => number> = {
    ArrowRight: () => list.neighbour(selected, 1),
    ArrowLeft: () => list.neighbour(selected, -1),
    ArrowDown: () => list.neighbour(selected, 1),
    ArrowUp: () => list.neighbour(selected, -1),
    PageDown: () => list.neighbour(selected, 10),
    PageUp: () => list.neighbour(selected, -10),
    Home: () => list.first(),
    End: () => list.last(),
    c: () => (history.cause >= 0 ? history.cause : selected),
    v: () => (history.violation >= 0 ? history.violation : selected),
    f: () => nextFault(),
    n: () => (noReturn >= 0 ? noReturn : selected),
  };

  return {
    element,
    history,
    select,
    entryAfter,
    start(entry) {
      chart = chartOf(picture, history, lanes, noReturn, select);
      select(entry);
    },
    key(event) {
      const vertical = event.key.startsWith("Arrow") ? /Up|Down/.test(event.key) : event.key.startsWith("Page") || event.key === "Home" || event.key === "End";
      // Elsewhere these scroll the page.
      if (vertical && !element.contains(event.target as Node)) return false;
      if (state.contains(event.target as Node) && vertical) return false;
      const step = steps[event.key];
      if (step) select(step());
      return step !== undefined;
    },
    repaint: () => chart?.repaint(),
    destroy: () => chart?.destroy(),
  };
}

function legend(): HTMLElement {
  const item = (name: string, what: string): HTMLElement => h("li", {}, h("span", { class: `swatch ${name}`, "aria-hidden": "true" }), what);
  return h(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    item("operation", "driver operation"),
    item("sleep", "sleeps"),
    item("wait", "waits"),
    item("reset", "reset under way"),
    item("irq", "interruption on"),
    item("pin", "page pinned"),
    item("owner", "owner (one colour a guest)"),
    item("lock", "lock held"),
    item("fault", "fault"),
    item("store", "store by the hardware"),
    item("pinned", "pin"),
    item("unpinned", "unpin"),
  );
}
