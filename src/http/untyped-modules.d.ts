// The parts used of packages that come without types.
declare module 'geojson-vt' {
  interface TileIndex {
    getTile(z: number, x: number, y: number): object | null
  }
  export default function geojsonvt(
    data: { type: 'FeatureCollection'; features: object[] },
    options: { maxZoom: number; extent: number; buffer: number },
  ): TileIndex
}

declare module 'vt-pbf' {
  const vtpbf: {
    fromGeojsonVt(layers: Record<string, unknown>, options: { version: number; extent: number }): Uint8Array
  }
  export default vtpbf
}
