// What the runs are worth: numbers and what they take for granted, how far each driver's runs came, and what they never met.

import { report, text } from "./data";
import { h, plural } from "./dom";

export function worth(): HTMLElement | undefined {
  if (report.numbers.length === 0) return undefined;
  const known = report.coverage.filter((driver) => driver.reachable > 0);
  const missed = known.filter((driver) => driver.missed.length > 0);
  return h(
    "section",
    { "aria-labelledby": "worth" },
    h("h2", { id: "worth" }, "What the runs are worth"),
    known.length > 0 &&
      h(
        "ul",
        { class: "meters", "aria-label": "Situations that the runs came into" },
        ...known.map((driver) =>
          h(
            "li",
            {},
            h("span", {}, text(driver.d)),
            h("meter", { min: 0, max: driver.reachable, value: driver.of, "aria-label": `${text(driver.d)}: situations` }),
            h("span", {}, `${driver.of} of ${driver.reachable} situations`),
          ),
        ),
      ),
    h("details", {}, h("summary", {}, "The numbers"), h("dl", { class: "facts" }, ...report.numbers.flatMap(([label, words]) => [h("dt", {}, text(label)), h("dd", {}, text(words))]))),
    report.granted.length > 0 && h("details", {}, h("summary", {}, "What these numbers take for granted"), h("ul", {}, ...report.granted.map((words) => h("li", {}, words)))),
    ...missed.map((driver) =>
      h("details", {}, h("summary", {}, `${text(driver.d)}: ${plural(driver.missed.length, "situation")} that no run came into`), h("ul", {}, ...driver.missed.map((number) => h("li", {}, text(number))))),
    ),
  );
}
