// The trained model: place and user vectors in one space, and how to place new places and users in it.
// Leaves training to train.ts, files to snapshot.ts.

export interface ModelInfo {
  /** Content hash: same data, seed and threads → the same version. */
  readonly version: string
  readonly dim: number
  readonly textDim: number
  /** The embedding model whose text vectors the feature layer takes. */
  readonly textModelId: string
  readonly seed: number
  /** Catalog event seq up to which events were trained on; 0 for data that came from elsewhere. */
  readonly lastSeq: number
  readonly places: number
  readonly users: number
}

export interface UserVector {
  /** `[dim]`, unit length. */
  readonly vector: Float32Array
  /** Sum of the action weights behind it: new actions are added in proportion. */
  readonly weight: number
}

/** One action as the model weighs it. */
export interface Action {
  /** Vector of the place, `[dim]`. */
  readonly vector: Float32Array
  /** Strength (domain/event.ts), after decay; above 0. */
  readonly weight: number
}

export interface Model {
  readonly info: ModelInfo
  /** `[dim]`, unit length; undefined for a place the model was not trained on. */
  placeVector(id: string): Float32Array | undefined
  userVector(id: string): UserVector | undefined
  /** The vector of any text or new place: its text vector `[textDim]` through the feature layer, unit length. */
  fromText(textVector: Float32Array): Float32Array
  /** A user from actions, on top of a known vector where there is one; undefined without either. */
  foldIn(actions: readonly Action[], start?: UserVector): UserVector | undefined
}
