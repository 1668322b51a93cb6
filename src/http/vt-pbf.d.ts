// The part of vt-pbf that tiles.ts uses; the package has no types of its own.
declare module 'vt-pbf' {
  interface TileOfGeoJsonVt {
    readonly features: readonly object[]
  }
  const vtPbf: {
    fromGeojsonVt(
      layers: Readonly<Record<string, TileOfGeoJsonVt>>,
      options?: { version?: number; extent?: number },
    ): Uint8Array
  }
  export default vtPbf
}
