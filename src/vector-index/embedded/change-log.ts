// The log of a version's changes: appended and synced before a change is acknowledged, read again when the version opens.
// Leaves applying changes to open-version.ts, starting a new log to durable-changes.ts.
//
// A record is [length u32][crc32 of the length u32][crc32 of the payload u32][payload], little-endian; the payload is a
// Change in V8's structured-clone format. A process that is killed leaves at most the beginning of a record, which opening
// cuts off: it was never acknowledged. Anything else that does not add up is damage.
import { open, type FileHandle } from 'node:fs/promises'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import { nameDiskFull } from '../../durable-files.ts'
import { DongneError } from '../../errors.ts'
import type { IndexRow } from '../port.ts'

export type Change =
  | { readonly type: 'upsert'; readonly rows: readonly IndexRow[] }
  | { readonly type: 'delete'; readonly ids: readonly string[] }

const HEADER_BYTES = 12

interface Waiting {
  readonly bytes: Buffer
  resolve(): void
  reject(error: unknown): void
}

export class ChangeLog {
  readonly #path: string
  readonly #file: FileHandle
  #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined
  #sizeBytes: number
  #failure: unknown

  private constructor(path: string, file: FileHandle, sizeBytes: number) {
    this.#path = path
    this.#file = file
    this.#sizeBytes = sizeBytes
  }

  /** Opens or creates a log and gives what it holds. Throws index-corrupt. */
  static async open(path: string): Promise<{ log: ChangeLog; changes: Change[] }> {
    const file = await open(path, 'a+')
    try {
      const bytes = Buffer.alloc((await file.stat()).size)
      for (let start = 0; start < bytes.length;) {
        const { bytesRead } = await file.read(bytes, start, bytes.length - start, start)
        if (bytesRead === 0) throw new DongneError('index-corrupt', `${path} ends at byte ${start}.`)
        start += bytesRead
      }
      const { changes, goodBytes, sizeBytes } = parse(path, bytes)
      if (goodBytes < sizeBytes) await file.truncate(goodBytes)
      return { log: new ChangeLog(path, file, goodBytes), changes }
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /**
   * Resolves in the order of the calls, once the change is on the disk; changes that come meanwhile share the next sync.
   * Throws disk-full, and then the log is as before.
   */
  append(change: Change): Promise<void> {
    const payload = serialize(change)
    const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
    bytes.writeUInt32LE(payload.length, 0)
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 4)), 4)
    bytes.writeUInt32LE(crc32(payload), 8)
    payload.copy(bytes, HEADER_BYTES)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject })
      this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined))
    })
  }

  async close(): Promise<void> {
    await this.#flushing
    this.#failure ??= new DongneError('no-index', `${this.#path} was closed.`)
    await this.#file.close()
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        if (this.#failure !== undefined) throw this.#failure
        await this.#write(Buffer.concat(batch.map(({ bytes }) => bytes)))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      for (let start = 0; start < bytes.length;) {
        start += (await this.#file.write(bytes, start)).bytesWritten
      }
      await this.#file.datasync()
      this.#sizeBytes += bytes.length
    } catch (error) {
      const named = nameDiskFull(error, this.#path)
      // Without the part that was written a later record would follow garbage.
      await this.#file.truncate(this.#sizeBytes).catch((cause: unknown) => {
        this.#failure = new DongneError(
          'index-corrupt',
          `${this.#path} could not be cut back after a failed write.`,
          {
            cause,
          },
        )
      })
      throw named
    }
  }
}

/** Throws index-corrupt that says where. */
function parse(path: string, bytes: Buffer): { changes: Change[]; goodBytes: number; sizeBytes: number } {
  const changes: Change[] = []
  let at = 0
  while (at + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at)
    const end = at + HEADER_BYTES + length
    if (crc32(bytes.subarray(at, at + 4)) !== bytes.readUInt32LE(at + 4)) {
      throw new DongneError('index-corrupt', `${path} is damaged at byte ${at}.`)
    }
    if (end > bytes.length) break
    const payload = bytes.subarray(at + HEADER_BYTES, end)
    if (crc32(payload) !== bytes.readUInt32LE(at + 8)) {
      throw new DongneError('index-corrupt', `${path} is damaged between byte ${at} and ${end}.`)
    }
    changes.push(deserialize(payload) as Change)
    at = end
  }
  return { changes, goodBytes: at, sizeBytes: bytes.length }
}
