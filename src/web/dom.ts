// Builds and finds elements. Leaves what they say to texts.ts, what they do to their callers.
import { t, type TextKey } from './texts.ts'

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
type Child = Node | string | undefined

/**
 * An element with attributes and children. `true` sets an empty attribute, `false` and `undefined` leave it out;
 * children that are undefined are left out too. Strings become text, never markup.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value)
  element.append(...children.filter((child) => child !== undefined))
  return element
}

/** Sets, or with `false` and `undefined` removes, an attribute. */
export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | undefined,
): void {
  if (value === undefined || value === false) element.removeAttribute(name)
  else element.setAttribute(name, value === true ? '' : String(value))
}

/** A button that says what it does, in words or by its label. */
export function button(
  attributes: Attributes,
  onPress: (event: MouseEvent) => void,
  ...children: readonly Child[]
): HTMLButtonElement {
  const element = h('button', { type: 'button', ...attributes }, ...children)
  element.addEventListener('click', onPress)
  return element
}

/** The element of index.html with this id; throws where there is none. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`index.html has no element with the id "${id}"`)
  return element as T
}

/** Fills every element that names its text (`data-text`), label (`data-label`) or placeholder (`data-placeholder`). */
export function fillTexts(root: ParentNode = document): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = t(element.dataset['text'] as TextKey)
  }
  for (const element of root.querySelectorAll<HTMLElement>('[data-label]')) {
    const label = t(element.dataset['label'] as TextKey)
    element.setAttribute('aria-label', label)
    if (element.matches('button')) element.title = label
  }
  for (const element of root.querySelectorAll<HTMLInputElement>('[data-placeholder]')) {
    element.placeholder = t(element.dataset['placeholder'] as TextKey)
  }
}
