// The only way in which anything gets into the page: elements by name, texts as text nodes. No markup is ever parsed.

type Props = Record<string, string | number | boolean | ((event: never) => void) | undefined>;
export type Child = Node | string | undefined | false;

/** Makes an element. Properties that begin with "on" are listeners, true and false are bare attributes, all others are attributes. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else if (value !== undefined) element.setAttribute(name, String(value));
  }
  append(element, children);
  return element;
}

export function append(parent: Element, children: Child[]): void {
  for (const child of children) if (child) parent.append(child);
}

export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** A text that only screen readers get. */
export const aside = (text: string): HTMLElement => h("span", { class: "aside" }, text);

export function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
