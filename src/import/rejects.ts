// The rows that an import refused, with the reason, in an NDJSON file. Made only when there is a first one.
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { basename, join } from 'node:path'
import { finished } from 'node:stream/promises'

export interface Reject {
  readonly file: string
  readonly line: number
  readonly field: string
  readonly value: unknown
  readonly reason: string
}

export interface RejectsFile {
  readonly count: number
  /** Absent while nothing was rejected. */
  readonly path: string | undefined
  add(reject: Reject): void
  close(): Promise<void>
}

/** @param name of the import, for the file's name; a rerun writes the same file anew */
export function createRejects(folder: string, name: string): RejectsFile {
  let count = 0
  let stream: WriteStream | undefined
  const path = join(folder, `${basename(name)}.rejects.ndjson`)
  return {
    get count() {
      return count
    },
    get path() {
      return stream === undefined ? undefined : path
    },
    add(reject) {
      count++
      if (stream === undefined) {
        mkdirSync(folder, { recursive: true })
        stream = createWriteStream(path)
      }
      stream.write(`${JSON.stringify(reject)}\n`)
    },
    async close() {
      if (stream === undefined) return
      stream.end()
      await finished(stream)
    },
  }
}
