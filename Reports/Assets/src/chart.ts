// The lanes as a picture: uPlot has the axes, the zoom and the pointer; bars, signs and the tie from cause to violation are painted into
// its plotting area. Only what is in view is painted, and what falls onto one pixel is painted once: a history may have 100,000 entries.

import uPlot from "uplot";
import { Sign, instant } from "./data";
import { History } from "./history";
import { Lane, LaneBar, Style, laneOf } from "./lanes";

const LANE = 26;
const NOTHING = -1;

export type Scale = "entries" | "time";

export interface Chart {
  select(entry: number): void;
  setScale(scale: Scale): void;
  zoomIn(): void;
  zoomOut(): void;
  repaint(): void;
  destroy(): void;
}

export function chartOf(host: HTMLElement, history: History, lanes: Lane[], noReturn: number, onSelect: (entry: number) => void): Chart {
  let scale: Scale = "entries";
  let selected = 0;
  let paint = new Paint(host);
  const byEntry = Array.from({ length: history.count }, (_, i) => i);
  const byTime = Array.from(history.time, (ns) => ns / 1e6);
  const xs = (): number[] => (scale === "entries" ? byEntry : byTime);
  const ties = [history.cause, history.violation].map((entry) => (entry < 0 ? NOTHING : laneOf(history, lanes, entry, "page")));

  const narrow = host.clientWidth < 600;
  const label = (title: string): string => {
    const most = narrow ? 13 : 24;
    return title.length <= most ? title : `${title.slice(0, most - 1)}\u2026`;
  };

  const plot = new uPlot(
    {
      width: Math.max(280, host.clientWidth),
      height: lanes.length * LANE + 46,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false } },
      scales: { x: { time: false, range: (_, min, max) => spread(min, max) }, y: { range: () => [-0.5, lanes.length - 0.5], dir: -1 } },
      axes: [
        {
          stroke: () => paint.colour("muted"),
          grid: { stroke: () => paint.colour("line"), width: 1 },
          ticks: { stroke: () => paint.colour("line"), width: 1 },
          values: (_, splits) => splits.map((split) => (scale === "time" ? `${+split.toFixed(6)} ms` : Number.isInteger(split) && split >= 0 && split < history.count ? `${split + 1}` : "")),
        },
        {
          stroke: () => paint.colour("text"),
          font: narrow ? "11px system-ui, sans-serif" : "12px system-ui, sans-serif",
          size: narrow ? 96 : 172,
          gap: 4,
          splits: () => lanes.map((_, i) => i),
          values: () => lanes.map((lane) => label(lane.title)),
          grid: { show: false },
          ticks: { show: false },
        },
      ],
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      hooks: {
        drawClear: [(u) => paint.stripes(u, lanes.length)],
        draw: [(u) => draw(u)],
      },
    },
    [xs(), new Array(history.count).fill(0)],
    host,
  );

  /** Room at both ends of the whole, so that the last entry is not at the very edge; a part is shown as it was asked for. */
  function spread(min: number, max: number): [number, number] {
    const values = xs();
    if (min > values[0] || max < values[values.length - 1]) return [min, max];
    const room = (max - min) * 0.025 || 0.5;
    return [values[0] - room, values[values.length - 1] + room];
  }

  function x(u: uPlot, entry: number): number {
    return u.valToPos(xs()[entry], "x", true);
  }

  function draw(u: uPlot): void {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    const [first, last] = range(u);
    lanes.forEach((lane, i) => {
      const middle = u.valToPos(i, "y", true);
      paint.bars(lane.bars, middle, first, last, (entry) => x(u, entry));
      paint.signs(lane, middle, first, last, (entry) => x(u, entry));
    });
    tie(u);
    if (noReturn >= 0) frontier(u);
    const at = x(u, selected);
    ctx.strokeStyle = paint.colour("accent");
    ctx.lineWidth = 2 * devicePixelRatio;
    line(ctx, at, bbox.top, at, bbox.top + bbox.height);
    ctx.restore();
  }

  /** The entries in view, with one to spare at each side. */
  function range(u: uPlot): [number, number] {
    const values = xs();
    const first = lowerBound(values, u.scales.x.min!);
    const last = lowerBound(values, u.scales.x.max!);
    return [Math.max(0, first - 1), Math.min(history.count - 1, last + 1)];
  }

  /** From here on nothing saves it. */
  function frontier(u: uPlot): void {
    const { ctx, bbox } = u;
    const at = x(u, noReturn);
    ctx.fillStyle = paint.colour("bad");
    ctx.globalAlpha = 0.08;
    ctx.fillRect(at, bbox.top, bbox.left + bbox.width - at, bbox.height);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = paint.colour("text");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    line(ctx, at, bbox.top, at, bbox.top + bbox.height);
    if (narrow) return;
    ctx.font = `${10 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textBaseline = "top";
    ctx.textAlign = "right";
    ctx.fillStyle = paint.colour("text");
    ctx.fillText("no return", at - 4 * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
  }

  function tie(u: uPlot): void {
    const { ctx, bbox } = u;
    const [causeLane, violationLane] = ties;
    const ratio = devicePixelRatio;
    const mark = (entry: number, lane: number, colour: string): { x: number; y: number } => {
      const at = { x: x(u, entry), y: u.valToPos(Math.max(0, lane), "y", true) };
      ctx.strokeStyle = paint.colour(colour);
      ctx.lineWidth = 1.5 * ratio;
      ctx.setLineDash([4 * ratio, 3 * ratio]);
      line(ctx, at.x, bbox.top, at.x, bbox.top + bbox.height);
      ctx.setLineDash([]);
      ctx.lineWidth = 2.5 * ratio;
      ctx.beginPath();
      ctx.arc(at.x, at.y, 9 * ratio, 0, 2 * Math.PI);
      ctx.stroke();
      return at;
    };
    const cause = history.cause < 0 ? undefined : mark(history.cause, causeLane, "cause");
    const violation = history.violation < 0 ? undefined : mark(history.violation, violationLane, "bad");
    if (!cause || !violation || history.cause === history.violation) return;
    const rise = cause.y === violation.y ? 20 * ratio : 0;
    ctx.strokeStyle = paint.colour("bad");
    ctx.lineWidth = 2 * ratio;
    ctx.beginPath();
    ctx.moveTo(cause.x + 9 * ratio, cause.y);
    ctx.bezierCurveTo(cause.x + 40 * ratio, cause.y - rise, violation.x - 40 * ratio, violation.y - rise, violation.x - 9 * ratio, violation.y);
    ctx.stroke();
    arrow(ctx, violation.x - 9 * ratio, violation.y, ratio);
  }

  host.querySelector<HTMLElement>(".u-over")!.addEventListener("click", (event) => {
    const values = xs();
    const wanted = plot.posToVal((event as MouseEvent).offsetX, "x");
    let entry = Math.min(history.count - 1, lowerBound(values, wanted));
    if (entry > 0 && wanted - values[entry - 1] < values[entry] - wanted) entry--;
    onSelect(entry);
  });

  const resized = new ResizeObserver(() => {
    if (host.clientWidth > 0) plot.setSize({ width: Math.max(280, host.clientWidth), height: plot.height });
  });
  resized.observe(host);

  return {
    select(entry) {
      selected = entry;
      follow();
      plot.redraw(false, false);
    },
    setScale(wanted) {
      scale = wanted;
      plot.setData([xs(), new Array(history.count).fill(0)], true);
    },
    zoomIn() {
      const { min, max } = plot.scales.x;
      const quarter = (max! - min!) / 4;
      const at = xs()[selected];
      if (quarter > 1e-6) plot.setScale("x", { min: at - quarter, max: at + quarter });
    },
    zoomOut: () => plot.setData([xs(), new Array(history.count).fill(0)], true),
    repaint() {
      paint = new Paint(host);
      plot.redraw(false, true);
    },
    destroy() {
      resized.disconnect();
      plot.destroy();
    },
  };

  /** When zoomed in, the view moves along with what is selected. */
  function follow(): void {
    const { min, max } = plot.scales.x;
    const at = xs()[selected];
    if (min === undefined || max === undefined || min === null || max === null || (at >= min && at <= max)) return;
    const half = (max - min) / 2;
    plot.setScale("x", { min: at - half, max: at + half });
  }
}

/** Colours of the page's theme, and how things are painted with them. */
class Paint {
  private readonly style: CSSStyleDeclaration;
  private readonly known = new Map<string, string>();
  private ctx!: CanvasRenderingContext2D;

  constructor(host: HTMLElement) {
    this.style = getComputedStyle(host);
  }

  colour(name: string): string {
    let colour = this.known.get(name);
    if (colour === undefined) this.known.set(name, (colour = this.style.getPropertyValue(`--${name}`).trim()));
    return colour;
  }

  /** Colour of a guest or an actor. */
  of(who: number): string {
    return who < 0 ? this.colour("muted") : this.colour(`hue-${who % 8}`);
  }

  stripes(u: uPlot, count: number): void {
    const { ctx, bbox } = u;
    this.ctx = ctx;
    ctx.fillStyle = this.colour("stripe");
    const height = bbox.height / count;
    for (let i = 0; i < count; i += 2) ctx.fillRect(bbox.left, bbox.top + i * height, bbox.width, height);
  }

  bars(bars: LaneBar[], middle: number, first: number, last: number, x: (entry: number) => number): void {
    const painted = new Map<Style, number>();
    for (const bar of bars) {
      if (bar.to < first || bar.from > last) continue;
      const left = x(Math.max(bar.from, first));
      const right = Math.max(x(Math.min(bar.to, last)), left + devicePixelRatio);
      if (right <= (painted.get(bar.style) ?? -Infinity) + 0.5) continue;
      painted.set(bar.style, right);
      this.bar(bar, left, right, middle);
    }
  }

  private bar(bar: LaneBar, left: number, right: number, middle: number): void {
    const ratio = devicePixelRatio;
    const [top, height] = PLACE[bar.style];
    const { ctx } = this;
    const y = middle + top * ratio;
    ctx.fillStyle = bar.style === "owner" || bar.style === "lock" ? this.of(bar.who) : this.colour(`bar-${bar.style}`);
    ctx.fillRect(left, y, right - left, height * ratio);
    if (bar.style === "sleep" || bar.style === "wait" || bar.style === "irq-change") this.hatch(left, y, right - left, height * ratio);
    if (height >= 9 && bar.label !== "" && right - left > 26 * ratio) {
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, y, right - left - 2 * ratio, height * ratio);
      ctx.clip();
      ctx.font = `${9.5 * ratio}px system-ui, sans-serif`;
      ctx.textBaseline = "middle";
      ctx.textAlign = "left";
      ctx.fillStyle = this.colour("bar-text");
      ctx.fillText(bar.label, Math.max(left, 0) + 4 * ratio, y + (bar.style === "operation" ? 5.5 * ratio : (height * ratio) / 2) + 0.5 * ratio);
      ctx.restore();
    }
  }

  private hatch(left: number, top: number, width: number, height: number): void {
    const { ctx } = this;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.strokeStyle = this.colour("panel");
    ctx.lineWidth = devicePixelRatio;
    const gap = 6 * devicePixelRatio;
    ctx.beginPath();
    for (let i = left - height - ((left - height) % gap); i < left + width; i += gap) {
      ctx.moveTo(i, top + height);
      ctx.lineTo(i + height, top);
    }
    ctx.stroke();
    ctx.restore();
  }

  signs(lane: Lane, middle: number, first: number, last: number, x: (entry: number) => number): void {
    const painted = new Map<number, number>();
    for (let i = lowerBound(lane.entries, first); i < lane.entries.length && lane.entries[i] <= last; i++) {
      const at = Math.round(x(lane.entries[i]));
      const sign = lane.signs[i];
      if (at - (painted.get(sign) ?? -Infinity) < APART[sign] * devicePixelRatio) continue;
      painted.set(sign, at);
      this.sign(sign, at, lane.name === "actor" ? middle + 6 * devicePixelRatio : middle);
    }
  }

  private sign(sign: number, x: number, y: number): void {
    const { ctx } = this;
    const r = devicePixelRatio;
    const polygon = (colour: string, ...points: number[]): void => {
      ctx.fillStyle = this.colour(colour);
      ctx.strokeStyle = this.colour("panel");
      ctx.lineWidth = r;
      ctx.beginPath();
      for (let i = 0; i < points.length; i += 2) ctx.lineTo(x + points[i] * r, y + points[i + 1] * r);
      ctx.closePath();
      ctx.stroke();
      ctx.fill();
    };
    switch (sign) {
      case Sign.store:
        return polygon("bad", 0, -7, 6, 0, 0, 7, -6, 0);
      case Sign.pin:
        return polygon("sign", 0, -6, 5, 4, -5, 4);
      case Sign.unpin:
        return polygon("sign", 0, 6, 5, -4, -5, -4);
      case Sign.fault:
        return polygon("fault", 2, -8, -5, 1, -1, 1, -2, 8, 5, -1, 1, -1);
      case Sign.word:
        return polygon("cause", -2, -7, 2, -7, 1, 2, -1, 2);
      default:
        ctx.fillStyle = this.colour(sign === Sign.instruction ? "sign" : "muted");
        ctx.beginPath();
        ctx.arc(x, y, (sign === Sign.instruction ? 3 : 2.2) * r, 0, 2 * Math.PI);
        ctx.fill();
    }
  }
}

/** How near each other signs of a kind are painted, in pixels: where they are many, what lies under them stays in sight. */
const APART: Record<number, number> = {
  [Sign.change]: 3,
  [Sign.instruction]: 4,
  [Sign.store]: 1,
  [Sign.pin]: 3,
  [Sign.unpin]: 3,
  [Sign.word]: 6,
  [Sign.fault]: 24,
};

/** Where in its lane a bar lies: offset from the middle and height, in pixels. */
const PLACE: Record<Style, [top: number, height: number]> = {
  operation: [-12, 24],
  sleep: [1, 10],
  wait: [1, 10],
  irq: [-1, 9],
  "irq-change": [-1, 9],
  reset: [-11, 10],
  flight: [-3, 3],
  owner: [8.5, 2.5],
  pin: [-9, 15],
  lock: [-8, 16],
  fault: [-8, 16],
  vm: [-10, 9],
  down: [-8, 16],
};

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

function arrow(ctx: CanvasRenderingContext2D, x: number, y: number, ratio: number): void {
  ctx.fillStyle = ctx.strokeStyle;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - 9 * ratio, y - 5 * ratio);
  ctx.lineTo(x - 9 * ratio, y + 5 * ratio);
  ctx.closePath();
  ctx.fill();
}

/** First position whose value is at least the wanted one. */
export function lowerBound(values: ArrayLike<number>, wanted: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a picture cannot say to those who cannot see it. */
export function describe(history: History, lanes: Lane[]): string {
  const end = history.count - 1;
  return `Timeline of ${history.count} entries in ${lanes.length} lanes, from 0 to ${instant(history.time[end])}. The list of entries and the state beside it tell the same.`;
}
