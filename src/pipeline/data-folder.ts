// Where things lie below DONGNE_DATA_DIR. Leaves their formats to whoever writes them.
import { join } from 'node:path'

export interface DataFolder {
  readonly root: string
  /** SQLite file of the catalog. */
  readonly catalog: string
  /** Fitted text encoders. */
  readonly text: string
  /** Model snapshots, a folder a version. */
  readonly models: string
  /** Versions of the embedded index. */
  readonly index: string
  /** The words of the places. */
  readonly words: string
  /** Changes to the table of concepts; absent where there are none. */
  readonly concepts: string
  /** Pairs of places that may be one, with what was decided. */
  readonly matches: string
  /** Rows that imports refused. */
  readonly rejects: string
}

export function dataFolder(root: string): DataFolder {
  return {
    root,
    catalog: join(root, 'catalog.sqlite'),
    text: join(root, 'text'),
    models: join(root, 'models'),
    index: join(root, 'index'),
    words: join(root, 'words.bin'),
    concepts: join(root, 'concepts.json'),
    matches: join(root, 'matches.csv'),
    rejects: join(root, 'rejects'),
  }
}
