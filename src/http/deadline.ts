// Gives the service a signal that ends with its client or at the deadline.
// Leaves what to stop to the service.
import type { FastifyReply } from 'fastify'
import { DongneError } from '../errors.ts'

/** Answers take milliseconds; one that takes this long helps nobody any more. */
const DEADLINE_MS = 15_000

/**
 * Runs `work` with a signal that aborts when the client went away or the deadline passed; then it rejects with
 * `overloaded` at once, whether or not `work` heeds the signal.
 */
export async function withDeadline<T>(
  reply: FastifyReply,
  work: (signal: AbortSignal) => Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const controller = new AbortController()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = (error: DongneError) => {
    controller.abort(error)
    reject(error)
  }
  const timer = setTimeout(
    () => stop(new DongneError('overloaded', `The answer took longer than ${deadlineMs} ms.`)),
    deadlineMs,
  )
  // The request's own "close" comes once its body is read; only the response's tells of the client.
  const onClose = () => stop(new DongneError('overloaded', 'The client closed the connection.'))
  reply.raw.once('close', onClose)
  try {
    return await Promise.race([work(controller.signal), aborted])
  } finally {
    clearTimeout(timer)
    reply.raw.removeListener('close', onClose)
  }
}
