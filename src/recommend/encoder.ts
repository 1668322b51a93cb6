// The encoder port: a trained model together with the text model it was trained on.
// Leaves building it to pipeline/encoder.ts; recommend/ uses it for queries, new places and new users.
import type { Place } from '../domain/place.ts'
import type { Model } from '../graph/model.ts'
import type { IndexRow } from '../vector-index/port.ts'

export interface Encoder {
  readonly model: Model
  /**
   * The query for places whose text is like these words, `[dim]`; zeros where no word says anything. Throws embedding-failed.
   */
  encodeQuery(text: string, signal?: AbortSignal): Promise<Float32Array>
  /**
   * Whether the words say something that the texts of these places say too: true where the text model cannot tell. By the
   * texts themselves, for in the space of the model all places are somewhat alike. Throws embedding-failed, or is undefined
   * where answers go on without the text model.
   */
  saysLike(text: string, places: readonly Place[], signal?: AbortSignal): Promise<boolean | undefined>
  /**
   * Index rows of places, in order: trained vectors where the model knows the place, else vectors of their text. While
   * texts cannot be embedded, such a place takes after those around it, and is `unembedded`.
   * @param popularity prior by place id, for IndexRow.popularity
   */
  encodePlaces(places: readonly Place[], popularity: (id: string) => number): Promise<IndexRow[]>
  /** Ids of places whose rows lack their text: to be encoded again. */
  readonly unembedded: ReadonlySet<string>
}
