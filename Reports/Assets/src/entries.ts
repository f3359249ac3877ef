// The list of a history's entries. Only the rows in view are in the document.

import { Kind, instant } from "./data";
import { h, fill } from "./dom";
import { lowerBound } from "./chart";
import { History } from "./history";

const ROW = 26;
const SPARE = 6;

export class EntryList {
  readonly element: HTMLElement;
  private readonly rows = h("div", { class: "rows", role: "presentation" });
  private readonly empty = h("p", { class: "empty", hidden: true }, "No entry matches.");
  private visible: number[];
  private selected = 0;

  constructor(
    private readonly history: History,
    private readonly onSelect: (entry: number) => void,
  ) {
    this.visible = Array.from({ length: history.count }, (_, i) => i);
    this.rows.style.height = `${history.count * ROW}px`;
    this.element = h("div", { class: "entries", role: "listbox", tabindex: 0, "aria-label": "Entries of the history", onscroll: () => this.draw() }, this.rows, this.empty);
  }

  /** Shows only entries that match; returns how many. */
  filter(matches: ((entry: number) => boolean) | undefined): number {
    this.visible = Array.from({ length: this.history.count }, (_, i) => i).filter((entry) => !matches || matches(entry));
    this.empty.hidden = this.visible.length > 0;
    this.rows.style.height = `${this.visible.length * ROW}px`;
    this.draw();
    return this.visible.length;
  }

  /** The entry so many shown rows away from another one. */
  neighbour(entry: number, rows: number): number {
    if (this.visible.length === 0) return entry;
    let at = lowerBound(this.visible, entry);
    if (this.visible[at] !== entry && rows > 0) at--;
    return this.visible[Math.min(this.visible.length - 1, Math.max(0, at + rows))];
  }

  first = (): number => this.visible[0] ?? 0;

  last = (): number => this.visible[this.visible.length - 1] ?? this.history.count - 1;

  select(entry: number): void {
    this.selected = entry;
    const at = lowerBound(this.visible, entry) * ROW;
    const { scrollTop, clientHeight } = this.element;
    if (at < scrollTop || at > scrollTop + clientHeight - ROW) this.element.scrollTop = at - clientHeight / 2;
    this.draw();
  }

  draw(): void {
    const { history } = this;
    const first = Math.max(0, Math.floor(this.element.scrollTop / ROW) - SPARE);
    const last = Math.min(this.visible.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / ROW) + SPARE);
    const rows: HTMLElement[] = [];
    let active: string | undefined;
    for (let i = first; i < last; i++) {
      const entry = this.visible[i];
      const id = `entry-${entry}`;
      const selected = entry === this.selected;
      if (selected) active = id;
      const row = h(
        "div",
        {
          id,
          role: "option",
          class: `row ${markOf(history, entry)}`,
          "aria-selected": selected ? "true" : "false",
          "aria-setsize": this.visible.length,
          "aria-posinset": i + 1,
          onclick: () => this.onSelect(entry),
        },
        h("span", { class: "step" }, history.kind[entry] === Kind.gap ? "" : String(history.step[entry])),
        h("span", { class: "when" }, instant(history.time[entry])),
        h("span", { class: "who" }, history.who(entry)),
        h("span", { class: "what" }, noteOf(history, entry), history.what(entry)),
      );
      row.style.top = `${i * ROW}px`;
      rows.push(row);
    }
    fill(this.rows, ...rows);
    if (active) this.element.setAttribute("aria-activedescendant", active);
    else this.element.removeAttribute("aria-activedescendant");
  }
}

export function markOf(history: History, entry: number): string {
  if (entry === history.violation) return "violation";
  if (entry === history.cause) return "cause";
  return history.kind[entry] === Kind.fault ? "fault" : history.kind[entry] === Kind.gap ? "gap" : "";
}

export function noteOf(history: History, entry: number): HTMLElement | undefined {
  const words = { violation: "VIOLATION", cause: "cause", fault: "fault" } as Record<string, string>;
  const word = words[markOf(history, entry)];
  return word ? h("span", { class: `note ${markOf(history, entry)}` }, word) : undefined;
}
