import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { openSource } from '../../src/import/source.ts'
import { fileWith, textOf } from './read-file.ts'

const KOREAN = '이름,주소\n카페 도담,서울 성동구\n'
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

describe('a source', () => {
  it.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from(KOREAN)],
    ['UTF-8 with a byte order mark', Buffer.concat([BOM, Buffer.from(KOREAN)])],
    ['CP949', iconv.encode(KOREAN, 'cp949')],
    ['gzip', gzipSync(KOREAN)],
    ['gzip of CP949', gzipSync(iconv.encode(KOREAN, 'cp949'))],
  ])('reads %s without being told', async (_, bytes) => {
    expect(await textOf(bytes)).toBe(KOREAN)
  })

  it('keeps characters whole wherever a chunk ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 65_530, max: 65_540 }), async (ascii) => {
        const text = `${'a'.repeat(ascii)}동네🙂${'한글'.repeat(40_000)}`
        expect(await textOf(Buffer.from(text))).toBe(text)
      }),
      { numRuns: 12 },
    )
  })

  it('reports how much of the file is read', async () => {
    const bytes = gzipSync('x'.repeat(300_000))
    const source = await openSource(await fileWith(bytes))
    let read = 0
    for await (const _ of source.text({ encoding: 'auto', onBytes: (now) => (read = now) })) continue
    expect([read, source.bytes]).toEqual([bytes.length, bytes.length])
  })
})

describe('a file that cannot be read', () => {
  it('is named, with the line where its bytes are no UTF-8', async () => {
    const lines = Array.from({ length: 20_000 }, (_, line) => `{"id":${line}}`)
    const good = Buffer.from(lines.join('\n'))
    const bytes = Buffer.concat([good, Buffer.from([10, 0xff, 0xfe])])
    await expect(textOf(bytes)).rejects.toMatchObject({
      code: 'invalid-encoding',
      message: expect.stringContaining(`line 20001, byte 1 (0xFF, ${good.length + 1} bytes into the file)`),
    })
    await expect(textOf(Buffer.from([0x61, 0xed, 0x95]), 'utf-8')).rejects.toMatchObject({
      code: 'invalid-encoding',
    })
  })

  it('that is neither UTF-8 nor CP949 is called that, with line, byte and remedy', async () => {
    const bytes = Buffer.concat([
      Buffer.from('id,name\n1,caf'),
      Buffer.from([0xe9, 0xff]),
      Buffer.from('\n2,b\n'),
    ])
    const error = await textOf(bytes).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'invalid-encoding',
      message: expect.stringMatching(
        /is neither valid UTF-8 nor CP949: line 2, byte 6 \(0xE9, 13 bytes into the file\)\.$/,
      ),
      remedy: expect.stringContaining('UTF-8'),
    })
    await expect(textOf(bytes, 'euc-jp')).rejects.toMatchObject({
      message: expect.stringContaining('is not euc-jp: line 2'),
    })
  })

  it('says where a gzip stream was cut', async () => {
    const bytes = gzipSync(Array.from({ length: 50_000 }, (_, line) => `row ${line * 7919}`).join('\n'))
    await expect(textOf(bytes.subarray(0, bytes.length / 2))).rejects.toMatchObject({
      code: 'file-corrupt',
      message: expect.stringContaining('truncated or damaged'),
    })
  })

  it('does not take an encoding that nobody knows', async () => {
    await expect(textOf('a', 'utf-99')).rejects.toMatchObject({
      code: 'invalid-encoding',
      message: expect.stringContaining('"utf-99"'),
    })
  })

  it('is empty, missing or a folder', async () => {
    const path = await fileWith('')
    await expect(openSource(path)).rejects.toMatchObject({ code: 'file-empty' })
    await expect(openSource(`${path}.not`)).rejects.toMatchObject({ code: 'file-not-found' })
    await expect(openSource('/')).rejects.toMatchObject({ code: 'file-not-found' })
  })
})
