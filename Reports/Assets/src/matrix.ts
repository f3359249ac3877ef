// The matrix: for each firmware profile a table of drivers and plans.

import { Cell, report, text } from "./data";
import { h, aside, fill, plural } from "./dom";
import { Filters } from "./filters";

export function showMatrix(host: HTMLElement, filters: Filters, onPick: (cell: Cell) => void): void {
  const violations = new Map<Cell, number[]>();
  report.violations.forEach((violation, i) => {
    const cell = report.cells[violation.c];
    violations.set(cell, [...(violations.get(cell) ?? []), i]);
  });

  const tables = report.firmware.map((profile) => {
    const cells = report.cells.filter((cell) => text(cell.f) === profile.id && filters.cell(cell));
    if (cells.length === 0) return undefined;
    const plans = unique(cells.map((cell) => text(cell.p)));
    const drivers = unique(cells.map((cell) => text(cell.d)));
    const find = (driver: string, plan: string): Cell | undefined => cells.find((cell) => text(cell.d) === driver && text(cell.p) === plan);
    return h(
      "figure",
      { class: "profile" },
      h("figcaption", {}, h("strong", {}, profile.id), " ", profile.summary, profile.impossible !== "" && h("em", {}, ` No driver can be safe here: ${profile.impossible}.`)),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": `Cells under ${profile.id}` },
        h(
          "table",
          {},
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "driver"), ...plans.map((plan) => h("th", { scope: "col", class: "plan" }, h("span", {}, plan))))),
          h("tbody", {}, ...drivers.map((driver) => h("tr", {}, h("th", { scope: "row" }, driver), ...plans.map((plan) => box(find(driver, plan)))))),
        ),
      ),
    );
  });

  function box(cell: Cell | undefined): HTMLElement {
    if (!cell) return h("td", {}, aside("not run"));
    const all = violations.get(cell) ?? [];
    const shown = all.filter((number) => filters.violation(report.violations[number]));
    if (all.length === 0) {
      const [sign, name] = cell.verdict === "safe" ? ["\u2713", "safe"] : ["?", cell.verdict];
      const why = cell.reason === undefined ? "" : `: ${text(cell.reason)}`;
      return h("td", {}, h("span", { class: `box ${name}`, title: `${name} in ${plural(cell.runs, "run")}${why}` }, h("span", { "aria-hidden": "true" }, sign), aside(`${name}${why}`)));
    }
    const surprising = all.filter((number) => !report.violations[number].expected).length;
    const oracles = shown.map((number) => text(report.violations[number].o)).join(", ");
    const words = `${text(cell.d)}, ${text(cell.p)}, ${text(cell.f)}: ${plural(all.length, "violation")}${surprising > 0 ? `, ${surprising} not expected` : ""}`;
    return h(
      "td",
      {},
      h(
        "button",
        {
          type: "button",
          class: `box ${surprising > 0 ? "surprising" : "violated"}${shown.length === 0 ? " dim" : ""}`,
          title: oracles,
          "aria-label": words,
          onclick: () => onPick(cell),
        },
        surprising > 0 ? `${all.length}!` : String(all.length),
      ),
    );
  }

  const any = tables.some((table) => table);
  fill(host, ...tables, !any && h("p", { class: "empty" }, "No cell matches."));
}

const unique = (names: string[]): string[] => [...new Set(names)];
