// A timeline, ready to be drawn and stepped through: columns of numbers, the machine's state at any entry, and the bars that follow from it.

import { Field, Kind, RawHistory, instant, rawHistory, report, text } from "./data";

/** Entries between two kept copies of the machine's state. */
const CHECKPOINT = 512;

/** A stretch of entries through which a slot keeps a value. */
export interface Bar {
  from: number;
  to: number;
  value: number;
}

export interface Thing {
  number: number;
  group: string;
  name: string;
  fields: Field[];
  firstSlot: number;
}

export class History {
  readonly count: number;
  readonly kind: number[];
  readonly step: Float64Array;
  readonly time: Float64Array;
  readonly actor: number[];
  readonly violation: number;
  readonly cause: number;
  readonly short: number[];
  readonly things: Thing[] = [];
  readonly slotCount: number;
  private readonly raw: RawHistory;
  private readonly checkpoints: Float64Array[] = [];
  private readonly firsts = new Map<string, number>();

  constructor(number: number) {
    this.raw = rawHistory(number);
    this.count = this.raw.kind.length;
    this.kind = this.raw.kind;
    this.step = sums(this.raw.step);
    this.time = sums(this.raw.time);
    this.actor = this.raw.actor;
    this.violation = this.raw.violation;
    this.cause = this.raw.cause;
    this.short = this.raw.short;
    let slot = 0;
    report.things.forEach((group, g) => {
      const fields = report.fields.filter((field) => field.g === g);
      this.firsts.set(group, this.things.length);
      for (const name of this.raw.things[g]) {
        this.things.push({ number: this.things.length, group, name: text(name), fields, firstSlot: slot });
        slot += fields.length;
      }
    });
    this.slotCount = slot;
    const state = new Float64Array(slot);
    for (let i = 0; i < this.count; i++) {
      if (i % CHECKPOINT === 0) this.checkpoints.push(state.slice());
      this.apply(state, i);
    }
  }

  who = (entry: number): string => text(this.raw.who[entry]);

  what = (entry: number): string => text(this.raw.text[entry]);

  textNumber = (entry: number): number => this.raw.text[entry];

  /** Pairs of thing and sign. */
  signs = (entry: number): number[] => this.raw.signs[entry];

  changes = (entry: number): number[] => this.raw.changes[entry];

  thing = (group: string, index: number): Thing | undefined => (index < 0 ? undefined : this.things[this.firsts.get(group)! + index]);

  when = (entry: number): string => instant(this.time[entry]);

  /** The machine after an entry. */
  stateAt(entry: number): Float64Array {
    const state = this.checkpoints[Math.floor(entry / CHECKPOINT)].slice();
    for (let i = entry - (entry % CHECKPOINT); i <= entry; i++) this.apply(state, i);
    return state;
  }

  /** For each wanted slot the stretches in which it is not at rest. */
  bars(wanted: Map<number, number>): Map<number, Bar[]> {
    const open = new Map<number, Bar>();
    const bars = new Map<number, Bar[]>([...wanted.keys()].map((slot) => [slot, []]));
    for (let i = 0; i < this.count; i++) {
      const changes = this.raw.changes[i];
      for (let j = 0; j < changes.length; j += 2) {
        const slot = changes[j];
        if (!wanted.has(slot)) continue;
        const before = open.get(slot);
        if (before) before.to = i;
        open.delete(slot);
        if (changes[j + 1] !== wanted.get(slot)) {
          const bar = { from: i, to: this.count - 1, value: changes[j + 1] };
          open.set(slot, bar);
          bars.get(slot)!.push(bar);
        }
      }
    }
    return bars;
  }

  /** A value of a field in words. */
  say(field: Field, value: number): string {
    switch (field.k) {
      case "flag":
        return value === 1 ? "yes" : "no";
      case "word":
        return field.w![value] ?? String(value);
      case "hex":
        return value === 0 ? "-" : `0x${value.toString(16)}`;
      case "instant":
        return value === -1 ? "-" : value === -2 ? "never" : instant(value);
      case "guest":
        return this.thing("guest", value)?.name ?? "-";
      case "owner":
        return value === -2 ? "not in use" : value === -1 ? "host" : this.thing("guest", value)!.name;
      case "actor":
        return this.thing("actor", value)?.name ?? "-";
      case "lock":
        return this.thing("lock", value)?.name ?? "-";
      case "subclass":
        return value < 0 ? "-" : String(value);
      case "subclasses":
        return subclasses(value);
      default:
        return String(value);
    }
  }

  private apply(state: Float64Array, entry: number): void {
    const changes = this.raw.changes[entry];
    for (let j = 0; j < changes.length; j += 2) state[changes[j]] = changes[j + 1];
  }

  faultAfter(entry: number): number {
    return this.kind.indexOf(Kind.fault, entry + 1);
  }
}

/** The value of a field that says nothing. */
export function rest(field: Field): number {
  return field.k === "owner" ? -2 : ["instant", "guest", "actor", "lock", "subclass"].includes(field.k) ? -1 : 0;
}

function subclasses(packed: number): string {
  const counts: string[] = [];
  for (let isc = 0; isc < 8; isc++) {
    const count = Math.floor(packed / 16 ** isc) % 16;
    if (count > 0) counts.push(count === 1 ? `isc ${isc}` : `isc ${isc} × ${count}`);
  }
  return counts.join(", ") || "-";
}

function sums(differences: number[]): Float64Array {
  let sum = 0;
  return Float64Array.from(differences, (difference) => (sum += difference));
}
