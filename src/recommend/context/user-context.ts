// Who asks: long-term and session taste as one vector, what they did, and what they dislike.
// Leaves storage to the catalog and the arithmetic of vectors to the model.
import { eventStrength, parseInstant, type EventType } from '../../domain/event.ts'
import type { Who } from '../../domain/where.ts'
import type { StoredEvent } from '../../catalog/port.ts'
import { foldIn, type UserVector } from '../../graph/model.ts'
import type { Live } from '../live/live.ts'
import { CHOSEN_STRENGTH } from '../live/movements.ts'
import { pastOf, SESSION_WINDOW_MS, type Past } from '../ranking/past.ts'

/** A session's memory: taste changes quickly, the last minutes weigh most. */
const SESSION_HALF_LIFE_MS = 30 * 60_000
/** Searches this old still say what somebody is looking for, and so many of them. */
const QUERY_WINDOW_MS = 7 * 86_400_000
const QUERIES = 3
const LONG_HALF_LIFE_MS = 90 * 86_400_000
/** The session's share of the vector is mass / (mass + this), at most `MAX_SESSION_SHARE`: one click (1) gives a fifth. */
const SESSION_PRIOR_MASS = 4
const MAX_SESSION_SHARE = 0.6

/** A positive action on a place, the newest one of each place. */
export interface ActedPlace {
  readonly placeId: string
  readonly type: EventType
  /** Milliseconds since 1970. */
  readonly at: number
  readonly strength: number
  /** Of the place, `[dim]`. */
  readonly vector: Float32Array
}

export interface UserContext {
  /** `[dim]`; undefined for a stranger. */
  readonly vector: Float32Array | undefined
  /** Newest first; only places that exist and are indexed. */
  readonly acted: readonly ActedPlace[]
  readonly dislikes: ReadonlySet<string>
  /** Share of the user's positive strength by category code of the places (most specific codes only). */
  readonly categoryShares: ReadonlyMap<string, number>
  /** The places that they chose, with where and when. */
  readonly past: Past<string>
  /** What they searched for in the last days, newest first. */
  readonly queries: readonly string[]
}

const STRANGER: UserContext = {
  vector: undefined,
  acted: [],
  dislikes: new Set(),
  categoryShares: new Map(),
  past: pastOf([]),
  queries: [],
}

/** What does not change from request to request. */
interface History extends Pick<UserContext, 'acted' | 'dislikes' | 'categoryShares' | 'past'> {
  /** Of the user as trained. */
  readonly trained: UserVector | undefined
  /** Positive actions, newest first. */
  readonly positive: readonly PositiveAction[]
  readonly vectors: ReadonlyMap<string, Float32Array>
}

interface PositiveAction extends Omit<ActedPlace, 'vector'> {
  /** Newer than the model. */
  readonly fresh: boolean
}

/** By the stored events they were made from, which are read anew when there are others. */
const histories = new WeakMap<
  readonly StoredEvent[],
  { readonly generation: object; readonly history: History }
>()

/**
 * Reads what is known about a user at `now`: stored events, then `who.recent` as if they were events, then
 * `who.dislikes`. A place disliked after it was liked is disliked, and the other way round.
 */
export async function userContext(live: Live, who: Who, now: number): Promise<UserContext> {
  const stored = who.userId === undefined ? [] : await live.userEvents(who.userId)
  const isSaid = [who.recent, who.dislikes, who.home, who.work].some((said) => said !== undefined)
  if (stored.length === 0 && !isSaid) return STRANGER
  const known = isSaid ? undefined : histories.get(stored)
  let history = known?.generation === live.generation ? known.history : undefined
  if (history === undefined) {
    history = await historyOf(live, who, stored, now)
    if (!isSaid) histories.set(stored, { generation: live.generation, history })
  }
  const { acted, dislikes, categoryShares, past } = history
  return {
    vector: vectorOf(live, history, now),
    acted,
    dislikes,
    categoryShares,
    past,
    queries: queriesOf(stored, now),
  }
}

async function historyOf(
  live: Live,
  who: Who,
  stored: readonly StoredEvent[],
  now: number,
): Promise<History> {
  const sent = (who.recent ?? []).map(({ placeId, type, at }, index) => ({
    placeId,
    type: type ?? ('click' as const),
    at: at === undefined ? now : parseInstant(at, `/who/recent/${index}/at`),
    seq: Infinity,
  }))
  const events = [...sent, ...stored].sort((a, b) => b.at - a.at)
  const dislikes = new Set(who.dislikes)
  const settled = new Set(who.dislikes)
  const positive: PositiveAction[] = []
  // What the model was trained on is in its vector already; only newer actions are added to it.
  const trained =
    who.userId === undefined || stored.length === 0 ? undefined : live.encoder.model.userVector(who.userId)
  const trainedSeq = trained === undefined ? -1 : live.encoder.model.info.lastSeq
  for (const event of events) {
    const strength = eventStrength(event)
    if (strength === 0) continue
    if (!settled.has(event.placeId)) {
      settled.add(event.placeId)
      if (strength < 0) dislikes.add(event.placeId)
    }
    if (strength < 0 || dislikes.has(event.placeId)) continue
    const { placeId, type, at } = event
    positive.push({ placeId, type, at, strength, fresh: event.seq > trainedSeq })
  }

  const ids = [...new Set(positive.map(({ placeId }) => placeId))]
  const [vectors, places] = await Promise.all([live.vectors(ids), live.places(ids)])
  const shares = new Map<string, number>()
  let mass = 0
  for (const { placeId, strength } of positive) {
    const place = places.get(placeId)
    if (place === undefined) continue
    mass += strength
    for (const code of place.categories) shares.set(code, (shares.get(code) ?? 0) + strength)
  }
  for (const [code, strength] of shares) shares.set(code, strength / mass)

  const acted = new Map<string, ActedPlace>()
  for (const { placeId, type, at, strength } of positive) {
    const vector = vectors.get(placeId)
    if (vector === undefined || !places.has(placeId) || acted.has(placeId)) continue
    acted.set(placeId, { placeId, type, at, strength, vector })
  }

  const chosen = positive.flatMap(({ placeId, at, strength }) => {
    const place = places.get(placeId)
    if (place === undefined || strength < CHOSEN_STRENGTH) return []
    const { lng, lat, categories } = place
    return [{ place: placeId, at, lng, lat, kind: live.movements.kinds.of(categories) }]
  })
  return {
    acted: [...acted.values()],
    dislikes,
    categoryShares: shares,
    past: pastOf(chosen.toReversed(), {
      ...(who.home && { home: who.home }),
      ...(who.work && { work: who.work }),
    }),
    trained,
    positive,
    vectors,
  }
}

/** The trained vector with what came since and, by its share, the session. */
function vectorOf(
  live: Live,
  { trained, positive, vectors }: History,
  now: number,
): Float32Array | undefined {
  const strengths = new Map<string, number>()
  for (const { placeId, at, strength, fresh } of positive) {
    if (!fresh) continue
    const decayed = strength * 0.5 ** (Math.max(0, now - at) / LONG_HALF_LIFE_MS)
    strengths.set(placeId, (strengths.get(placeId) ?? 0) + decayed)
  }
  // As in training: the strengths of a place are added up before they are weighed.
  const long = foldIn(
    [...strengths].flatMap(([id, strength]) => {
      const vector = vectors.get(id)
      return vector === undefined ? [] : [{ vector, weight: live.encoder.model.actionWeight(id, strength) }]
    }),
    trained,
  )
  const session = foldIn(
    positive
      .filter(({ at }) => Math.abs(now - at) < SESSION_WINDOW_MS)
      .flatMap(({ placeId, at, strength }) => {
        const vector = vectors.get(placeId)
        const weight = strength * 0.5 ** (Math.max(0, now - at) / SESSION_HALF_LIFE_MS)
        return vector === undefined ? [] : [{ vector, weight }]
      }),
  )
  return blend(long, session)
}

function queriesOf(events: readonly StoredEvent[], now: number): string[] {
  const recent = events.filter(({ at, query }) => query !== undefined && now - at < QUERY_WINDOW_MS)
  const queries = recent.sort((a, b) => b.at - a.at).map(({ query }) => query!)
  return [...new Set(queries)].slice(0, QUERIES)
}

function blend(long: UserVector | undefined, session: UserVector | undefined): Float32Array | undefined {
  if (session === undefined || long === undefined) return session?.vector ?? long?.vector
  const share = Math.min(MAX_SESSION_SHARE, session.weight / (session.weight + SESSION_PRIOR_MASS))
  const parts = [
    { vector: long.vector, weight: 1 - share },
    { vector: session.vector, weight: share },
  ]
  return foldIn(parts)?.vector ?? session.vector
}
