// Loads MapLibre from our own server when the map is first needed. Leaves everything else to map.ts.

export type MapLibrary = typeof import('maplibre-gl')

// A browser knows no package names; the server offers the package under this path. Its worker lies beside it.
const MODULE_URL = '/vendor/maplibre-gl/maplibre-gl.mjs'

export async function loadMapLibrary(): Promise<MapLibrary> {
  return (await import(MODULE_URL)) as MapLibrary
}
