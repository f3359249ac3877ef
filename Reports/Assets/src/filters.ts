// What the reader wants to see: it rules the matrix and the list alike.

import { Cell, Group, Violation, report, text } from "./data";
import { h } from "./dom";

export interface Filters {
  element: HTMLElement;
  cell(cell: Cell): boolean;
  violation(violation: Violation): boolean;
  group(group: Group): number[];
  set(driver: string, plan: string, firmware: string): void;
  focusSearch(): void;
}

export function filtersOf(onChange: () => void): Filters {
  const search = h("input", { type: "search", id: "search", placeholder: "driver, oracle, plan, message", oninput: onChange });
  const choice = (id: string, names: string[]): HTMLSelectElement =>
    h("select", { id, onchange: onChange }, h("option", { value: "" }, "all"), ...[...new Set(names)].map((name) => h("option", { value: name }, name)));
  const driver = choice("driver", report.cells.map((cell) => text(cell.d)));
  const plan = choice("plan", report.cells.map((cell) => text(cell.p)));
  const firmware = choice("firmware", report.cells.map((cell) => text(cell.f)));
  const oracle = choice("oracle", report.violations.map((violation) => text(violation.o)).sort());
  const surprising = h("input", { type: "checkbox", id: "surprising", onchange: onChange });
  const reset = h(
    "button",
    {
      type: "button",
      onclick: () => {
        for (const select of [driver, plan, firmware, oracle]) select.value = "";
        search.value = "";
        surprising.checked = false;
        onChange();
      },
    },
    "Clear",
  );
  const element = h(
    "form",
    { class: "filters", role: "search", "aria-label": "Filters", onsubmit: (event: Event) => event.preventDefault() },
    h("label", {}, "Search ", search),
    h("label", {}, "Driver ", driver),
    h("label", {}, "Plan ", plan),
    h("label", {}, "Firmware ", firmware),
    h("label", {}, "Oracle ", oracle),
    h("label", { class: "check" }, surprising, " not expected only"),
    reset,
  );

  const is = (select: HTMLSelectElement, number: number): boolean => select.value === "" || select.value === text(number);
  const words = (violation: Violation): string => {
    const cell = report.cells[violation.c];
    return [cell.d, cell.p, cell.f, violation.o, violation.m].map(text).join(" ").toLowerCase();
  };

  const filters: Filters = {
    element,
    cell: (cell) => is(driver, cell.d) && is(plan, cell.p) && is(firmware, cell.f),
    violation(violation) {
      if (!filters.cell(report.cells[violation.c]) || !is(oracle, violation.o) || (surprising.checked && violation.expected)) return false;
      const wanted = search.value.trim().toLowerCase();
      return wanted === "" || wanted.split(/\s+/).every((word) => words(violation).includes(word));
    },
    group: (group) => group.all.filter((number) => filters.violation(report.violations[number])),
    set(d, p, f) {
      [driver.value, plan.value, firmware.value] = [d, p, f];
      oracle.value = "";
      search.value = "";
      surprising.checked = false;
      onChange();
    },
    focusSearch: () => search.focus(),
  };
  return filters;
}
