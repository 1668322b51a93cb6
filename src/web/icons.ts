// The icons of the page: 24 × 24 strokes in the colour of the text. Leaves their meaning to the words beside them.

const PATHS = {
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.3 15.3 20 20',
  close: 'M6 6l12 12M18 6 6 18',
  similar: 'M9 5a6.5 6.5 0 1 0 0 13A6.5 6.5 0 0 0 9 5M15 6a6.5 6.5 0 0 1 0 13c-1.5 0-2.9-.5-4-1.4',
  bookmark: 'M7 4h10a1 1 0 0 1 1 1v15l-6-4-6 4V5a1 1 0 0 1 1-1z',
  hide: 'M4 4l16 16M9.9 5.2A9.6 9.6 0 0 1 12 5c5 0 8.5 4.5 9.5 7a13 13 0 0 1-2.6 3.7M6.2 6.9A14 14 0 0 0 2.5 12c1 2.5 4.5 7 9.5 7 1.6 0 3-.4 4.2-1.1',
  trending: 'M3 17l6-6 4 4 8-8M15 7h6v6',
  people:
    'M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M2.5 20c.5-3.5 3-5.5 6.5-5.5s6 2 6.5 5.5M16 5.5a3 3 0 0 1 0 6M18 15c2 .7 3.2 2.4 3.5 5',
  heart: 'M12 20s-8-4.8-8-10.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8 2.5C20 15.2 12 20 12 20z',
  walk: 'M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21zM12 7a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5',
  text: 'M5 7V5h14v2M12 5v14M9 19h6',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5V12l3 2',
  sprout:
    'M12 20v-8M12 12c0-4-2.5-6.5-7-6.5 0 4 2.5 6.5 7 6.5zM12 14c0-3.5 2.3-5.5 7-5.5 0 3.5-2.3 5.5-7 5.5z',
  star: 'M12 4l2.5 5.2 5.5.8-4 4 1 5.7-5-2.7-5 2.7 1-5.7-4-4 5.5-.8z',
  box: 'M5 5h14v14H5z',
  polygon: 'M12 4l8 6-3 9H7l-3-9z',
  frame: 'M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4L20 9M20 4v5h-5',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 11v5M12 7.8v.2',
  warning: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 16.8v.2',
} as const

export type IconName = keyof typeof PATHS

/** An icon that screen readers skip. */
export function icon(name: IconName): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(namespace, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(namespace, 'path')
  path.setAttribute('d', PATHS[name])
  svg.append(path)
  return svg
}
