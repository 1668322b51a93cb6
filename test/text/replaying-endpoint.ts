// An endpoint on a free port that answers from a script, reply by reply; what it is sent is kept. The last reply repeats.
// Leaves replies to recorded ones (test/golden/endpoint-replies.json) and to tests.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
  /** Between headers and body. */
  readonly bodyDelayMs?: number
}

export interface SentRequest {
  readonly path: string
  readonly authorization?: string
  readonly body: {
    readonly input?: string[]
    readonly messages?: { role: string; content: string }[]
  } & Record<string, unknown>
  readonly at: number
}

/** @param reply the n-th reply, from 0; or all of them */
export async function replayingEndpoint(
  reply: readonly Reply[] | ((request: SentRequest, n: number) => Reply | Promise<Reply>),
): Promise<{ url: string; requests: SentRequest[]; close(): Promise<void> }> {
  const requests: SentRequest[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { authorization } = request.headers
    const sent: SentRequest = {
      path: request.url ?? '',
      ...(authorization !== undefined && { authorization }),
      body: JSON.parse(Buffer.concat(chunks).toString() || '{}') as SentRequest['body'],
      at: performance.now(),
    }
    const n = requests.push(sent) - 1
    const {
      status,
      headers,
      body,
      bodyDelayMs = 0,
    } = typeof reply === 'function' ? await reply(sent, n) : reply[Math.min(n, reply.length - 1)]
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).flushHeaders()
    if (bodyDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, bodyDelayMs))
    response.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    if (!server.listening) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  onTestFinished(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests, close }
}

/** An embedding answer with these vectors, in the protocol's shape. */
export function embeddingReply(vectors: readonly (readonly number[])[]): Reply {
  return {
    status: 200,
    body: JSON.stringify({
      object: 'list',
      data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: 'm',
      usage: { prompt_tokens: 7 * vectors.length, total_tokens: 7 * vectors.length },
    }),
  }
}

/** A chat answer with this content, in the protocol's shape. */
export function chatReply(content: string): Reply {
  return {
    status: 200,
    body: JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_795_581_072,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 11, completion_tokens: 20, total_tokens: 31 },
    }),
  }
}
