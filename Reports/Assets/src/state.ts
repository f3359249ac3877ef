// The machine beside a step: everything that is not at rest, and what the step changed.

import { h, fill, plural } from "./dom";
import { History, Thing, rest } from "./history";

const TITLES: [group: string, title: string][] = [
  ["queue", "Queues"],
  ["page", "Pages"],
  ["guest", "Guests"],
  ["lock", "Locks"],
  ["actor", "Actors"],
  ["adapter", "Adapters"],
  ["fault", "Faults"],
];

export function showState(host: HTMLElement, history: History, entry: number): void {
  const now = history.stateAt(entry);
  const before = entry > 0 ? history.stateAt(entry - 1) : now;
  const changed = new Set<number>();
  const changes = history.changes(entry);
  for (let j = 0; j < changes.length; j += 2) if (now[changes[j]] !== before[changes[j]]) changed.add(changes[j]);

  const parts = TITLES.map(([group, title]) => {
    const things = history.things.filter((thing) => thing.group === group);
    const told = things.map((thing) => rowOf(history, thing, now, before, changed)).filter((row) => row !== undefined);
    const idle = things.length - told.length;
    const rows = together(told);
    if (things.length === 0) return undefined;
    return h(
      "div",
      { class: "group", role: "group", "aria-label": title },
      h("h5", {}, title),
      rows.length > 0 && h("dl", {}, ...rows.flatMap(({ names, chips }) => [h("dt", {}, names.join(" ")), h("dd", {}, ...chips)])),
      idle > 0 && h("p", { class: "idle" }, rows.length === 0 ? "nothing to tell" : `${plural(idle, "other")} at rest`),
    );
  });
  fill(host, ...parts);
}

interface Row {
  names: string[];
  chips: HTMLElement[];
  /** Rows of the same text are shown as one. */
  key: string;
}

function rowOf(history: History, thing: Thing, now: Float64Array, before: Float64Array, changed: Set<number>): Row | undefined {
  const chips = thing.fields.flatMap((field, i) => {
    const slot = thing.firstSlot + i;
    if (now[slot] === rest(field) && !changed.has(slot)) return [];
    const say = history.say(field, now[slot]);
    const words = field.k === "flag" && now[slot] === 1 ? field.n : `${field.n} ${say}`;
    return changed.has(slot)
      ? [h("span", { class: "chip changed" }, words, h("span", { class: "was" }, ` was ${history.say(field, before[slot])}`))]
      : [h("span", { class: "chip" }, words)];
  });
  return chips.length === 0 ? undefined : { names: [thing.name], chips, key: chips.map((chip) => chip.textContent).join("|") };
}

function together(rows: Row[]): Row[] {
  const merged: Row[] = [];
  for (const row of rows) {
    const same = merged.find((other) => other.key === row.key);
    if (same) same.names.push(...row.names);
    else merged.push(row);
  }
  return merged;
}
