import { describe, expect, it } from 'vitest'
import { createWorkerPool } from '../../src/math/worker-pool.ts'
import { createPhases } from './counting-phases.ts'

const url = new URL('./counting-phases.ts', import.meta.url).href

async function poolOf(threads: number) {
  const shared = new Int32Array(new SharedArrayBuffer(4 * 4))
  return { shared, pool: await createWorkerPool(createPhases(shared, 0), threads, { url, shared }) }
}

describe('a worker pool', () => {
  it.each([1, 2, 4])('runs each phase once on each of %i threads', async (threads) => {
    const { shared, pool } = await poolOf(threads)
    await pool.run('add', 5)
    await pool.run('add', 2)
    await pool.close()
    expect([...shared]).toEqual(Array.from({ length: 4 }, (_, thread) => (thread < threads ? 7 : 0)))
  })

  it.each([
    ['fail', 'out of luck'],
    ['end', 'code 3'],
  ])('names the thread where a phase does "%s", and is of no use then', async (phase, words) => {
    const { pool } = await poolOf(3)
    const failure = { code: 'worker-failed', message: expect.stringMatching(`Thread 1.*${words}`) }
    await expect(pool.run(phase)).rejects.toThrow(expect.objectContaining(failure))
    await expect(pool.run('add', 1)).rejects.toThrow(expect.objectContaining(failure))
    await pool.close()
  })

  it('fails to start where the phases cannot be loaded', async () => {
    const module = { url: new URL('./absent.ts', import.meta.url).href, shared: 0 }
    await expect(createWorkerPool({}, 2, module)).rejects.toThrow(
      expect.objectContaining({ code: 'worker-failed', message: expect.stringContaining('absent.ts') }),
    )
  })

  it('can be closed in the middle of a phase, which fails then', async () => {
    const { pool } = await poolOf(2)
    const [running] = await Promise.allSettled([pool.run('wait'), pool.close()])
    expect(running).toMatchObject({ status: 'rejected', reason: { code: 'worker-failed' } })
  })
})
