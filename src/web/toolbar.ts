// The buttons above the map: what to draw, or to search what is in sight. Leaves drawing to draw.ts.
import { button, h } from './dom.ts'
import type { Tool } from './draw.ts'
import { icon, type IconName } from './icons.ts'
import { t, type TextKey } from './texts.ts'

interface ToolbarActions {
  toggle(tool: Tool): void
  useView(): void
}

const TOOLS: readonly (readonly [Tool, IconName, TextKey, TextKey])[] = [
  ['point', 'walk', 'toolPoint', 'toolPointLabel'],
  ['box', 'box', 'toolBox', 'toolBoxLabel'],
  ['polygon', 'polygon', 'toolPolygon', 'toolPolygonLabel'],
]

/** Fills `root` with the tools; the one in use is pressed. */
export function renderToolbar(root: HTMLElement, active: Tool | undefined, actions: ToolbarActions): void {
  const labelled = (label: TextKey) => ({ class: 'tool', 'aria-label': t(label), title: t(label) })
  root.replaceChildren(
    ...TOOLS.map(([tool, iconName, text, label]) =>
      button(
        { id: `tool-${tool}`, 'aria-pressed': String(active === tool), ...labelled(label) },
        () => actions.toggle(tool),
        icon(iconName),
        h('span', {}, t(text)),
      ),
    ),
    button(
      { id: 'tool-view', ...labelled('toolViewLabel') },
      () => actions.useView(),
      icon('frame'),
      h('span', {}, t('toolView')),
    ),
  )
}
