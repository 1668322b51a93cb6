// The words of the places in this process: opened as they were stored, followed change by change, stored again at times.
// Leaves reading the change feed to live.ts, the file to text/lexical-file.ts, finding to word-search.ts.
import type { CatalogPosition, PlaceChange } from '../../catalog/port.ts'
import type { LexicalIndex, LexicalStore } from '../../text/port.ts'
import { lexicalDocument } from './lexical-document.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Words are stored when so many places changed since, and so large a share: making them takes some 0.1 ms a place. */
const MIN_UNSTORED = 1000
const MAX_UNSTORED_SHARE = 0.05

export class LiveWords {
  readonly #store: LexicalStore
  #index: LexicalIndex
  /** Of the names of categories and areas that the oldest words were made from. */
  #vocabulary = 0
  #revision = 0
  /** Places that changed since words were stored last. */
  #unstored = 0
  #storing: Promise<void> = Promise.resolve()

  constructor(store: LexicalStore) {
    this.#store = store
    this.#index = store.create()
  }

  get index(): LexicalIndex {
    return this.#index
  }

  /** Takes the stored words, as far as they can be used; returns the catalog revision that they reflect. */
  async open(position: CatalogPosition): Promise<number> {
    const stored = await this.#store.read()
    this.#vocabulary = position.vocabulary
    // Names of areas and categories are among the words; a catalog that went back is another one.
    const isUsable =
      stored !== undefined &&
      stored.position.vocabulary === position.vocabulary &&
      stored.position.revision <= position.revision
    if (isUsable) {
      this.#index = stored.index
      this.#revision = stored.position.revision
    }
    return this.#revision
  }

  /** A change that is reflected already changes nothing. */
  follow({ id, place, revision }: PlaceChange, vocabulary: Vocabulary): void {
    if (revision <= this.#revision) return
    if (place === undefined) this.#index.delete(id)
    else this.#index.upsert(lexicalDocument(place, vocabulary))
    this.#unstored++
  }

  /** All changes up to `revision` were followed: stores words beside the requests once a start without them would take longer. */
  reached(revision: number): void {
    this.#revision = revision
    if (this.#unstored < Math.max(MIN_UNSTORED, this.#index.size * MAX_UNSTORED_SHARE)) return
    this.#unstored = 0
    const position = { revision, vocabulary: this.#vocabulary }
    this.#storing = this.#storing.then(() => this.#store.write(this.#index, position))
  }

  /** Waits until what is being stored is stored. */
  async close(): Promise<void> {
    await this.#storing
  }
}
