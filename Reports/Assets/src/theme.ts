// Light or dark: as the system has it, unless the reader says otherwise.

import { h } from "./dom";

const KEY = "apchaos-theme";

export function themeSwitch(onChange: () => void): HTMLElement {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const select = h(
    "select",
    {
      id: "theme",
      onchange: () => {
        apply(select.value);
        remember(select.value);
      },
    },
    h("option", { value: "" }, "as the system"),
    h("option", { value: "light" }, "light"),
    h("option", { value: "dark" }, "dark"),
  );

  function apply(theme: string): void {
    root.dataset.theme = theme || (system.matches ? "dark" : "light");
    onChange();
  }

  // Paper is light.
  addEventListener("beforeprint", () => apply("light"));
  addEventListener("afterprint", () => apply(select.value));
  select.value = recall();
  apply(select.value);
  system.addEventListener("change", () => apply(select.value));
  return h("label", { class: "theme" }, "Theme ", select);
}

// A page from disk may have no storage.
function recall(): string {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : "";
  } catch {
    return "";
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Then it holds for this view alone.
  }
}
