// A proxy in front of a real server that breaks what passes: tests choose how, request by request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** What to do with a request: let it through, answer it, or change the server's answer. 'hang' never answers. */
export type Fault =
  | undefined
  | 'hang'
  | { readonly status: number; readonly body: object }
  | ((body: string) => string)

export interface FaultyProxy {
  readonly url: string
  /** Asked for each request; none passes everything. */
  fault: ((request: { readonly method: string; readonly path: string }) => Fault) | undefined
  readonly requests: { readonly method: string; readonly path: string; readonly body: string }[]
  close(): Promise<void>
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const server = createServer((request, response) => void pass(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: undefined,
    requests: [],
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { method = 'GET', url: path = '/' } = request
    proxy.requests.push({ method, path, body })
    const fault = proxy.fault?.({ method, path })
    if (fault === 'hang') return
    if (typeof fault === 'object') {
      response.writeHead(fault.status, { 'content-type': 'application/json' }).end(JSON.stringify(fault.body))
      return
    }
    const reply = await fetch(target + path, {
      method,
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(body !== '' && { body }),
    })
    const text = await reply.text()
    response
      .writeHead(reply.status, { 'content-type': 'application/json' })
      .end(fault === undefined ? text : fault(text))
  }
  return proxy
}
