// What the report put into the page: apchaos.html/1. All texts are in one table; elsewhere their numbers stand for them.

export interface Firmware {
  id: string;
  summary: string;
  impossible: string;
  assumptions: [id: number, meaning: number, evidence: number][];
}

export interface Cell {
  d: number;
  p: number;
  f: number;
  runs: number;
  verdict: "safe" | "violated" | "undecided" | "stale";
  expected: boolean;
  reason?: number;
}

export interface Violation {
  o: number;
  c: number;
  runs: number;
  expected: boolean;
  q: number;
  time: string;
  steps: number;
  m: number;
  r: number;
  story: number;
  history: number;
  plan: number;
  /** The command for the history as it was found, where the rest is about a smaller one. */
  found?: number;
  shrunk?: Shrunk;
}

export interface Group {
  d: number;
  o: number;
  expected: boolean;
  shown: number;
  all: number[];
  promises: number[];
}

export interface Field {
  g: number;
  n: string;
  k: "number" | "flag" | "word" | "hex" | "instant" | "guest" | "owner" | "actor" | "lock" | "subclass" | "subclasses";
  w?: string[];
}

/** What shrinking a history came to. */
export interface Shrunk {
  before: number;
  after: number;
  executions: number;
  finished: boolean;
  proven: boolean;
  /** Nothing smaller exists of these parts. */
  least: boolean;
  rows: { pass: number; element: number; change: number; later: boolean; histories: number; complete: boolean }[];
  twin?: { answer: number; decides: number; afterStep: number; failing: number; passing: number; failingDoes: StoryLine[]; passingDoes: StoryLine[]; end: number };
  shares: [step: number, failed: number, runs: number][];
  noReturn: number;
}

export type StoryLine = [step: number, time: number, who: number, text: number, mark: number];

export interface Report {
  schema: string;
  verdict: string;
  seed: string;
  runsPerCell: number;
  interrupted: boolean;
  lines: string[];
  firmware: Firmware[];
  cells: Cell[];
  violations: Violation[];
  stories: StoryLine[][];
  groups: Group[];
  things: string[];
  fields: Field[];
  timelines: number;
  numbers: [label: number, text: number][];
  granted: string[];
  coverage: { d: number; of: number; reachable: number; missed: number[] }[];
  driverAssumptions: [id: number, meaning: number][];
}

function part<T>(id: string): T {
  return JSON.parse(document.getElementById(id)!.textContent!) as T;
}

export const report = part<Report>("report");
const texts = part<string[]>("texts");

export const text = (number: number): string => texts[number] ?? "";

/** Marks of a line in a short history. */
export const Mark = { none: 0, fault: 1, cause: 2, violation: 3 } as const;

/** Kinds of entries of a timeline. */
export const Kind = { deed: 0, fault: 1, wait: 2, gap: 3 } as const;

/** What happens to a thing in an entry. */
export const Sign = { change: 0, instruction: 1, store: 2, pin: 3, unpin: 4, word: 5, fault: 6 } as const;

export interface RawHistory {
  things: number[][];
  violation: number;
  cause: number;
  short: number[];
  kind: number[];
  step: number[];
  time: number[];
  actor: number[];
  who: number[];
  text: number[];
  signs: number[][];
  changes: number[][];
}

export const rawHistory = (number: number): RawHistory => part<RawHistory>(`history-${number}`);

/** A point in virtual time, in milliseconds. */
export const instant = (ns: number): string => `${(ns / 1e6).toFixed(3)} ms`;
