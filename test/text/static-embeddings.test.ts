import { readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseStaticEmbeddings, staticEmbeddings } from '../../src/text/static-embeddings.ts'

const FILE = new URL('../../src/text/static-embeddings.bin', import.meta.url)

describe('the static embeddings of the package', () => {
  it('are no larger than a package may be', () => {
    expect(statSync(FILE).size).toBeLessThanOrEqual(7_000_000)
  })

  it('give every piece a name of its own, a probability and a vector', () => {
    const { pieces, logProbabilities, scales, rows, dim } = staticEmbeddings()
    expect(new Set(pieces).size).toBe(pieces.length)
    expect(pieces.every((piece) => /^(?:[가-힣]+|▁?[a-z0-9]+)$/v.test(piece))).toBe(true)
    expect(logProbabilities.every((value) => value < 0 && Number.isFinite(value))).toBe(true)
    expect(scales.every((value) => value > 0 && Number.isFinite(value))).toBe(true)
    expect(rows).toHaveLength(pieces.length * dim)
  })

  it('are refused when their file is damaged', () => {
    const file = readFileSync(FILE)
    const refused = (bytes: Uint8Array, what: RegExp) =>
      expect(() => parseStaticEmbeddings(bytes)).toThrow(
        expect.objectContaining({ code: 'text-encoder-corrupt', message: expect.stringMatching(what) }),
      )
    refused(new Uint8Array(0), /no file of word pieces/v)
    refused(file.subarray(0, file.length - 1), /cut short/v)
    const other = Buffer.from(file)
    other.writeUInt32LE(9, 4)
    refused(other, /format 9/v)
    const fewer = Buffer.from(file)
    fewer[file.lastIndexOf(10)] = 32
    refused(fewer, /pieces instead of/v)
  })
})
