// What shrinking came to: how small, by what certificate, the nearest history that passes, and where it can no longer be saved.

import uPlot from "uplot";
import { Shrunk, StoryLine, instant, text } from "./data";
import { h, plural } from "./dom";
import { TimelineView } from "./timeline";

/** Of the picture of shares, in pixels; the style sheet reserves it. */
const HEIGHT = 170;

export interface ShrunkView {
  element: HTMLElement;
  repaint(): void;
  destroy(): void;
}

export function shrunkView(shrunk: Shrunk, timeline: TimelineView | undefined): ShrunkView {
  const chart = shrunk.shares.length > 1 ? new ShareChart(shrunk) : undefined;
  const element = h(
    "section",
    { class: "shrunk", "aria-labelledby": "shrunk-title" },
    h("h3", { id: "shrunk-title" }, shrunk.finished ? "The minimal history" : "The smallest history so far"),
    h(
      "dl",
      { class: "facts" },
      ...fact("size", `${text(shrunk.after)}; it was ${text(shrunk.before)}`),
      ...fact("shortest", shortest(shrunk)),
      ...(shrunk.rows.length > 0 ? fact("minimal", minimal(shrunk)) : []),
      ...(shrunk.shares.length > 0 ? fact("no return", noReturn(shrunk)) : []),
    ),
    twin(shrunk, timeline),
    chart && h("h4", { id: "shares-title" }, "How many random continuations fail in the same way, from each step"),
    chart?.host,
    chart && sharesTable(shrunk),
    certificate(shrunk),
  );
  return { element, repaint: () => chart?.repaint(), destroy: () => chart?.destroy() };
}

const fact = (name: string, value: string): HTMLElement[] => [h("dt", {}, name), h("dd", {}, value)];

const runs = (shrunk: Shrunk): string => plural(shrunk.executions, "run");

function shortest(shrunk: Shrunk): string {
  if (!shrunk.finished) return `not finished after ${runs(shrunk)}`;
  const proven = `proven: every shorter history of these parts was run, and none fails${shrunk.least ? "; nor does any choice of some of the parts: nothing smaller exists" : ""}`;
  return `${shrunk.proven ? proven : "not proven: there are too many shorter histories of these parts"}; ${runs(shrunk)} in all`;
}

function minimal(shrunk: Shrunk): string {
  const later = shrunk.rows.filter((row) => row.later).length;
  const complete = shrunk.rows.filter((row) => row.complete).length;
  return `${plural(shrunk.rows.length, "thing")} could be missing or smaller: without it ${shrunk.rows.length - later} pass, ${later} fail in no smaller history; ${complete} by every history, the others by samples`;
}

const noReturn = (shrunk: Shrunk): string =>
  shrunk.noReturn < 0 ? "none: from every step some continuation passes" : `from step ${shrunk.noReturn} on every continuation that was tried fails`;

function twin(shrunk: Shrunk, timeline: TimelineView | undefined): HTMLElement {
  const it = shrunk.twin;
  if (!it) return h("p", {}, shrunk.finished ? "No single decision saves it." : "");
  return h(
    "div",
    { class: "twin", role: "group", "aria-label": "The passing twin" },
    h("h4", {}, "The passing twin"),
    h(
      "p",
      {},
      `One answer differs: number ${it.answer}, which decides ${text(it.decides)}, is ${it.passing} instead of ${it.failing}. `,
      timeline && h("button", { type: "button", onclick: () => timeline.select(timeline.entryAfter(it.afterStep)) }, `Show step ${it.afterStep}, where they part`),
    ),
    h(
      "div",
      { class: "sides" },
      h("div", { class: "side-fails" }, h("h5", {}, "fails"), lines(it.failingDoes)),
      h("div", { class: "side-passes" }, h("h5", {}, "passes"), lines(it.passingDoes), h("p", { class: "hint" }, text(it.end))),
    ),
  );
}

function lines(story: StoryLine[]): HTMLElement {
  if (story.length === 0) return h("p", {}, "nothing more happens");
  return h("ol", { class: "steps" }, ...story.map(([, time, who, what]) => h("li", {}, h("span", { class: "when" }, instant(time)), " ", h("strong", {}, text(who)), ` ${text(what)}`)));
}

function sharesTable(shrunk: Shrunk): HTMLElement {
  return h(
    "details",
    {},
    h("summary", {}, "In numbers"),
    table("Continuations that fail", ["from step", "fail", "of"], shrunk.shares.map((share) => share.map(String))),
  );
}

function certificate(shrunk: Shrunk): HTMLElement | undefined {
  if (shrunk.rows.length === 0) return undefined;
  const rows = shrunk.rows.map((row) => [
    text(row.element),
    text(row.change),
    row.later ? "fails, but in no smaller history" : "passes",
    `${plural(row.histories, "history").replace("historys", "histories")}, ${row.complete ? "all there are" : "a sample"}`,
    text(row.pass),
  ]);
  return h("details", { class: "certificate" }, h("summary", {}, `The certificate: ${plural(rows.length, "row")}`), table("Certificate", ["what", "change", "then it", "tried", "pass of the shrinker"], rows));
}

function table(name: string, heads: string[], rows: string[][]): HTMLElement {
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": name },
    h(
      "table",
      { class: "plain" },
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, cell))))),
    ),
  );
}

/** The share of failing continuations over the steps; made when it has a width. */
class ShareChart {
  readonly host: HTMLElement;
  private plot: uPlot | undefined;
  private readonly resized: ResizeObserver;

  constructor(private readonly shrunk: Shrunk) {
    const told = shrunk.shares.map(([step, failed, all]) => `step ${step}: ${Math.round((100 * failed) / all)} %`);
    this.host = h("div", { class: "shares", role: "img", "aria-label": `Failing continuations. ${told.join(", ")}` });
    // Not within the observer's own turn: it would be told again, and says so on the console.
    this.resized = new ResizeObserver(() => requestAnimationFrame(() => this.fit()));
    this.resized.observe(this.host);
  }

  repaint(): void {
    this.plot?.redraw(false, true);
  }

  destroy(): void {
    this.resized.disconnect();
    this.plot?.destroy();
  }

  private fit(): void {
    if (this.host.clientWidth === 0) return;
    if (this.plot) this.plot.setSize({ width: this.host.clientWidth, height: HEIGHT });
    else this.plot = this.make();
  }

  private colour = (name: string): string => getComputedStyle(this.host).getPropertyValue(`--${name}`).trim();

  private make(): uPlot {
    const axis = { stroke: () => this.colour("muted"), grid: { stroke: () => this.colour("line"), width: 1 }, ticks: { stroke: () => this.colour("line"), width: 1 } };
    const { shares, noReturn } = this.shrunk;
    return new uPlot(
      {
        width: this.host.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false }, y: { range: () => [0, 104] } },
        axes: [
          { ...axis, values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? `step ${split}` : "")) },
          { ...axis, values: (_, splits) => splits.map((split) => `${split} %`), size: 58 },
        ],
        series: [{}, { stroke: () => this.colour("bad"), fill: () => this.colour("bad-back"), width: 2, paths: uPlot.paths.stepped!({ align: 1 }), points: { show: false } }],
        hooks: {
          draw: [
            (u) => {
              if (noReturn < 0) return;
              const { ctx, bbox } = u;
              const at = u.valToPos(noReturn, "x", true);
              const left = at > bbox.left + bbox.width / 2;
              ctx.save();
              ctx.strokeStyle = ctx.fillStyle = this.colour("text");
              ctx.lineWidth = 1.5 * devicePixelRatio;
              ctx.beginPath();
              ctx.moveTo(at, bbox.top);
              ctx.lineTo(at, bbox.top + bbox.height);
              ctx.stroke();
              ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
              ctx.textAlign = left ? "right" : "left";
              ctx.fillText("no return", at + (left ? -6 : 6) * devicePixelRatio, bbox.top + bbox.height - 8 * devicePixelRatio);
              ctx.restore();
            },
          ],
        },
      },
      [shares.map(([step]) => step), shares.map(([, failed, all]) => (100 * failed) / all)],
      this.host,
    );
  }
}
