// A worker thread of the embedded engine: searches segments in shared memory, and merges them.
// Leaves which and when to segment-threads.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { DongneError } from '../../errors.ts'
import { mergeSegments } from './merge.ts'
import type { Job, JobResult, Message } from './segment-threads.ts'
import { planFilter } from './plan.ts'
import { segmentQuery, SegmentReader } from './segment-reader.ts'
import { Segment } from './segment.ts'

const { thread } = workerData as { thread: number }
const opened = new Map<number, { segment: Segment; reader: SegmentReader }>()

parentPort!.on('message', (message: Message) => {
  if (message.type === 'open') {
    const reader = new SegmentReader(message.data, thread)
    opened.set(message.segment, { segment: new Segment(message.data), reader })
  } else if (message.type === 'live') opened.get(message.segment)!.segment.liveRows.set(message.rows)
  else if (message.type === 'close') opened.delete(message.segment)
  else parentPort!.postMessage(answer(message.number, message.job))
})

function answer(number: number, job: Job): { number: number } & ({ result: JobResult } | { error: object }) {
  try {
    return { number, result: run(job) }
  } catch (error) {
    // An Error loses its class on the way.
    const { message, stack } = error as Error
    return { number, error: { message, stack, ...(error instanceof DongneError && { code: error.code }) } }
  }
}

function run(job: Job): JobResult {
  if (job.type === 'merge') return mergeSegments(job.inputs)
  return job.tasks.map(({ segment: number, query }) => {
    const { segment, reader } = opened.get(number)!
    return reader.search(planFilter(segment, query.filter), segmentQuery(segment, query))
  })
}
