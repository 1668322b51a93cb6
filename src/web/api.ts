// Speaks with the service: the calls, events, vocabularies; errors as Problem. Leaves showing them to notice.ts.
import type { EventInput } from '../domain/event.ts'
import type { PlaceView } from '../domain/place.ts'
import type { BBox } from '../domain/position.ts'
import type { Region } from '../domain/region.ts'
import type { Spot } from '../domain/spot.ts'
import type { CategoryView, UserView } from '../recommend/port.ts'
import { toPage, type Page } from './pages.ts'
import type { Question } from './question.ts'

export interface PageConfig {
  /** URL of a MapLibre style; absent: our own layers. */
  readonly mapStyle?: string
  readonly locale?: 'ko' | 'en'
  readonly authRequired?: boolean
}

/** An answer that is not one: problem+json (RFC 9457) of the service, or status 0 where it was not reached. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly remedy: string
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]

  constructor(status: number, body: Partial<Problem> & { detail?: string }) {
    super(body.detail ?? '')
    this.name = 'Problem'
    this.status = status
    this.code = body.code ?? ''
    this.title = body.title ?? ''
    this.remedy = body.remedy ?? ''
    this.errors = body.errors ?? []
  }
}

export interface Api {
  ask(question: Question, pageToken?: string, signal?: AbortSignal): Promise<Page>
  sendEvent(action: EventInput): Promise<void>
  /** Reaches the service also when the page is left meanwhile. */
  sendImpressions(batch: readonly EventInput[]): Promise<void>
  place(id: string, locale: string): Promise<PlaceView>
  users(limit: number): Promise<readonly { readonly id: string; readonly events: number }[]>
  user(id: string): Promise<UserView>
  regions(withGeometry: boolean): Promise<readonly Region[]>
  spots(): Promise<readonly Spot[]>
  categories(): Promise<readonly CategoryView[]>
  /** The box of all places, where the service tells it. */
  bounds(): Promise<BBox | undefined>
  /** What a request needs to be let in; the map sends it with its tiles. */
  authorization(): Readonly<Record<string, string>>
}

const KEY_STORAGE = 'dongne.key'

export const fetchConfig = (): Promise<PageConfig> => send('/config.json', {}) as Promise<PageConfig>

/**
 * The service at this origin. Answers that are not 2xx reject with a Problem.
 * @param askForKey called where no key or a wrong one was sent; it resolves with one, and the request is sent again
 */
export function createApi(askForKey: (problem: Problem) => Promise<string>): Api {
  let asking: Promise<string> | undefined

  const authorization = (): Record<string, string> => {
    const key = sessionStorage.getItem(KEY_STORAGE)
    return key === null ? {} : { authorization: `Bearer ${key}` }
  }

  async function request(path: string, init: RequestInit = {}): Promise<unknown> {
    const sent = authorization()
    try {
      return await send(path, { ...init, headers: { ...init.headers, ...sent } })
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      // Several requests may meet the closed door at once: one dialog serves them all.
      if (authorization()['authorization'] === sent['authorization']) {
        asking ??= askForKey(error).finally(() => (asking = undefined))
        sessionStorage.setItem(KEY_STORAGE, await asking)
      }
      return request(path, init)
    }
  }

  const post = (path: string, body: unknown, options: Pick<RequestInit, 'signal' | 'keepalive'> = {}) =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...options,
    })

  async function list<T>(path: string, key: string): Promise<readonly T[]> {
    return ((await request(path)) as Record<string, readonly T[]>)[key]
  }

  return {
    authorization,
    async ask(question, pageToken, signal) {
      const body = pageToken === undefined ? question.body : { ...question.body, pageToken }
      return toPage(question, await post(`/v1/${question.call}`, body, signal && { signal }))
    },
    async sendEvent(action) {
      await post('/v1/events', action)
    },
    // A beacon cannot carry the API key; fetch with keepalive is the beacon that can.
    async sendImpressions(batch) {
      await post('/v1/events', batch, { keepalive: true })
    },
    place: (id, locale) =>
      request(`/v1/places/${encodeURIComponent(id)}?locale=${locale}`) as Promise<PlaceView>,
    users: (limit) => list(`/v1/users?limit=${limit}`, 'users'),
    user: (id) => request(`/v1/users/${encodeURIComponent(id)}`) as Promise<UserView>,
    regions: (withGeometry) => list(`/v1/regions${withGeometry ? '?geometry=true' : ''}`, 'regions'),
    spots: () => list('/v1/spots', 'spots'),
    categories: () => list('/v1/categories', 'categories'),
    async bounds() {
      const tiles = (await request('/v1/tiles.json')) as { bounds?: [number, number, number, number] }
      return tiles.bounds
    },
  }
}

async function send(path: string, init: RequestInit): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (error) {
    if (init.signal?.aborted === true) throw error
    throw new Problem(0, { detail: (error as Error).message })
  }
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined)
  if (!response.ok) {
    throw new Problem(response.status, body ?? { title: `HTTP ${response.status} ${response.statusText}` })
  }
  return body
}
