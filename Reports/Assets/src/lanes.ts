// Which lanes a history has, and what is on them: bars from the machine's state, signs from the entries.

import { Kind } from "./data";
import { Bar, History, Thing, rest } from "./history";

/** How a bar is drawn. */
export type Style = "operation" | "sleep" | "wait" | "reset" | "irq" | "irq-change" | "owner" | "pin" | "lock" | "fault" | "flight" | "vm" | "down";

export interface LaneBar extends Bar {
  style: Style;
  label: string;
  /** Of whom: a guest or an actor, for its colour; -1 for nobody. */
  who: number;
}

export interface Lane {
  title: string;
  name: string;
  thing: number;
  bars: LaneBar[];
  /** Entries that concern it, ascending, and the sign of each. */
  entries: number[];
  signs: number[];
}

interface Source {
  field: string;
  paint: (value: number, say: string) => { style: Style; label: string; who?: number } | undefined;
}

const guestBar = (style: Style, word: string): Source["paint"] => (value, say) => ({ style, label: `${word}${say}`, who: value });

const SOURCES: Record<string, Source[]> = {
  actor: [
    { field: "in", paint: (_, say) => ({ style: "operation", label: say }) },
    { field: "does", paint: (value, say) => (value === 2 ? { style: "sleep", label: "sleeps" } : value > 2 ? { style: "wait", label: say } : undefined) },
  ],
  queue: [
    { field: "irq", paint: (value, say) => ({ style: value === 2 ? "irq" : "irq-change", label: value === 2 ? "irq on" : `irq ${say}` }) },
    { field: "reset", paint: (_, say) => ({ style: "reset", label: `${say} under way` }) },
    { field: "owner", paint: guestBar("owner", "in the APCB of ") },
    { field: "store under way", paint: (_, say) => ({ style: "flight", label: `${say} store under way` }) },
  ],
  page: [
    { field: "pins", paint: (value) => ({ style: "pin", label: value === 1 ? "pinned" : `${value} pins` }) },
    { field: "owner", paint: guestBar("owner", "owner ") },
  ],
  guest: [
    { field: "VM", paint: (value, say) => (value === 4 ? undefined : { style: "vm", label: say }) },
    { field: "GISCs", paint: (_, say) => ({ style: "irq", label: say }) },
  ],
  lock: [
    { field: "held by", paint: (value, say) => ({ style: "lock", label: say, who: value }) },
    { field: "readers", paint: (value) => ({ style: "lock", label: `${value} reading`, who: -1 }) },
  ],
  adapter: [{ field: "state", paint: (_, say) => ({ style: "down", label: say }) }],
  fault: [{ field: "active", paint: () => ({ style: "fault", label: "" }) }],
};

const ORDER = ["fault", "actor", "queue", "hardware", "page", "guest", "lock", "adapter"];
const TITLES: Record<string, string> = { queue: "queue ", page: "page ", guest: "VM ", adapter: "adapter " };

/** The lanes of a history that have anything to show. */
export function lanesOf(history: History): Lane[] {
  const wanted = new Map<number, number>();
  const paints: { thing: Thing; slot: number; source: Source }[] = [];
  for (const thing of history.things) {
    for (const source of SOURCES[thing.group] ?? []) {
      const index = thing.fields.findIndex((field) => field.n === source.field);
      const slot = thing.firstSlot + index;
      wanted.set(slot, rest(thing.fields[index]));
      paints.push({ thing, slot, source });
    }
  }

  const lanes = history.things.map((thing): Lane => ({ title: `${TITLES[thing.group] ?? ""}${thing.name}`, name: thing.group, thing: thing.number, bars: [], entries: [], signs: [] }));
  const hardware: Lane = { title: "hardware", name: "hardware", thing: -1, bars: [], entries: [], signs: [] };
  const bars = history.bars(wanted);
  for (const { thing, slot, source } of paints) {
    const field = thing.fields[slot - thing.firstSlot];
    for (const bar of bars.get(slot)!) {
      const painted = source.paint(bar.value, history.say(field, bar.value));
      if (painted) lanes[thing.number].bars.push({ ...bar, who: -1, ...painted });
    }
  }

  for (let entry = 0; entry < history.count; entry++) {
    const signs = history.signs(entry);
    for (let j = 0; j < signs.length; j += 2) {
      lanes[signs[j]].entries.push(entry);
      lanes[signs[j]].signs.push(signs[j + 1]);
    }
    const actor = history.actor[entry];
    const own = actor >= 0 ? lanes[history.thing("actor", actor)!.number] : history.kind[entry] === Kind.deed ? hardware : undefined;
    if (own) {
      own.entries.push(entry);
      own.signs.push(0);
    }
  }

  return ORDER.flatMap((name) => (name === "hardware" ? [hardware] : lanes.filter((lane) => lane.name === name))).filter(isBusy);
}

function isBusy(lane: Lane): boolean {
  if (lane.entries.length > 0) return true;
  // A page that only has an owner, a queue that only hangs in an APCB: nothing happens there.
  return lane.bars.some((bar) => bar.style !== "owner" && bar.style !== "vm");
}

/** The lane where an entry is best seen: of the thing that is stored to, pinned or unpinned, else of who acts. */
export function laneOf(history: History, lanes: Lane[], entry: number, near: string): number {
  const signs = history.signs(entry);
  const things: number[] = [];
  for (let j = 0; j < signs.length; j += 2) things.push(signs[j]);
  const find = (matches: (lane: Lane) => boolean): number => lanes.findIndex(matches);
  const close = find((lane) => lane.name === near && things.includes(lane.thing));
  if (close >= 0) return close;
  const any = find((lane) => things.includes(lane.thing));
  if (any >= 0) return any;
  return find((lane) => lane.entries.includes(entry));
}
