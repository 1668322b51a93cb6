// Writes that are on the disk when they return, and files that are replaced in one step.
// Leaves what is written, and where, to the index, the model snapshots and the text encoder.
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DongneError } from './errors.ts'

/** Linux writes at most 2^31 − 4096 bytes a call (write(2)); smaller pieces also keep the event loop moving. */
const MAX_WRITE_BYTES = 2 ** 26

/** Writes a new file and waits until it is on the disk. Throws disk-full. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const file = await open(path, 'wx')
    try {
      for (let start = 0; start < bytes.length;) {
        const { bytesWritten } = await file.write(
          bytes,
          start,
          Math.min(bytes.length - start, MAX_WRITE_BYTES),
        )
        start += bytesWritten
      }
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw nameDiskFull(error, path)
  }
}

/** A failed write as disk-full where that was the cause; anything else as it is. */
export function nameDiskFull(error: unknown, path: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') return error
  return new DongneError('disk-full', `${path} does not fit on the disk.`, { cause: error })
}

/** Readers see the old content or the new, never a part, also after a crash at any moment. Throws disk-full. */
export async function replaceDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeDurably(temporary, bytes)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** Makes creations, renames and removals in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
