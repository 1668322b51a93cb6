// Cuts an NDJSON body into lines as it arrives. Leaves decoding a line to body.ts.
import { DongneError } from '../errors.ts'
import { parseJson } from './body.ts'

export interface NdjsonLine {
  /** From 1, blank lines counted. */
  readonly line: number
  /** Throws invalid-json where the line is not JSON in UTF-8. */
  parse(): unknown
}

interface NdjsonLimits {
  /** Largest body in bytes. */
  readonly maxBytes: number
  readonly maxLineBytes: number
}

const LINE_FEED = 10

/** The lines that are not blank. Throws body-too-large. Memory: one line and one chunk. */
export async function* readNdjson(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, maxLineBytes }: NdjsonLimits,
): AsyncGenerator<NdjsonLine> {
  let line = 1
  let sizeBytes = 0
  let begun: Uint8Array[] = []
  let begunBytes = 0
  for await (const chunk of body) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) {
      throw new DongneError('body-too-large', `The body has more than ${maxBytes} bytes.`)
    }
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      checkLength(begunBytes + end - start)
      yield* toLine(Buffer.concat([...begun, chunk.subarray(start, end)]))
      begun = []
      begunBytes = 0
      start = end + 1
      line++
    }
    // Copied: a source may fill its buffer again.
    begun.push(Uint8Array.from(chunk.subarray(start)))
    begunBytes += chunk.length - start
    checkLength(begunBytes)
  }
  yield* toLine(Buffer.concat(begun))

  function checkLength(lengthBytes: number): void {
    if (lengthBytes <= maxLineBytes) return
    throw new DongneError('body-too-large', `Line ${line} has more than ${maxLineBytes} bytes.`)
  }

  function* toLine(bytes: Uint8Array): Generator<NdjsonLine> {
    const number = line
    if (!isBlank(bytes)) yield { line: number, parse: () => parseJson(bytes, `Line ${number}`) }
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}
