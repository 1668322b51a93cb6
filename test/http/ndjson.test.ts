// Cutting lines out of chunks: never different from splitting the whole text.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNdjson } from '../../src/http/ndjson.ts'

async function* chunks(bytes: Uint8Array, sizes: readonly number[]) {
  let at = 0
  for (const size of [...sizes, bytes.length]) {
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function read(body: AsyncIterable<Uint8Array>, maxBytes = 1e6, maxLineBytes = 1e6) {
  const found: [number, unknown][] = []
  for await (const { line, parse } of readNdjson(body, { maxBytes, maxLineBytes }))
    found.push([line, parse()])
  return found
}

describe('readNdjson', () => {
  it('finds the lines of the whole text, however it is cut', async () => {
    const text = fc.array(fc.oneof(fc.constant(''), fc.constant(' \r'), fc.json()), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.nat(9), { maxLength: 40 }),
        fc.boolean(),
        async (values, sizes, ended) => {
          const whole = values.join('\n') + (ended ? '\n' : '')
          const expected = whole
            .split('\n')
            .flatMap((line, index) => (line.trim() === '' ? [] : [[index + 1, JSON.parse(line)]]))
          expect(await read(chunks(Buffer.from(whole), sizes))).toEqual(expected)
        },
      ),
    )
  })

  it('does not keep memory that its source uses again', async () => {
    async function* reused() {
      const buffer = Buffer.alloc(4)
      for (const part of ['{"a"', ':12}', '\n{"b', '": 3', '}   ']) {
        buffer.write(part)
        yield buffer
      }
    }
    expect(await read(reused())).toEqual([
      [1, { a: 12 }],
      [2, { b: 3 }],
    ])
  })

  it('takes a body and a line exactly as large as allowed', async () => {
    const body = () => chunks(Buffer.from('[1]\n[22]'), [5])
    expect(await read(body(), 8, 4)).toHaveLength(2)
    await expect(read(body(), 7, 4)).rejects.toMatchObject({ code: 'body-too-large' })
    await expect(read(body(), 8, 3)).rejects.toMatchObject({
      code: 'body-too-large',
      message: expect.stringContaining('Line 2'),
    })
  })
})
