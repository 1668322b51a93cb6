// The five calls: each chooses its sources, weights and re-ranking. A call reads top to bottom in request order.
// Leaves sources to candidates/, order to rank.ts and re-rank/, words to reasons.ts.
import type { Place } from '../domain/place.ts'
import type {
  BaseRequest,
  NearbyRequest,
  Recommendation,
  SearchRequest,
  SimilarRequest,
  TasteRequest,
  TogetherRequest,
} from '../domain/recommendation.ts'
import { UNDERSTOOD_PARTS } from '../domain/understood.ts'
import { DongneError } from '../errors.ts'
import { likenessQuery } from '../graph/model.ts'
import { filterFrom, type Filter } from '../vector-index/filter.ts'
import { answer, existing, originOf } from './answer.ts'
import { afterSearchCandidates } from './candidates/after-search.ts'
import { nearestCandidates, popularCandidates } from './candidates/area.ts'
import { candidatesAround } from './candidates/around.ts'
import { mergeCandidates, poolSize, type Candidate } from './candidates/candidate.ts'
import { OUTING_METERS, togetherCandidates } from './candidates/seen-together.ts'
import { sameKindCandidates, vectorCandidates } from './candidates/vector.ts'
import type { Live } from './live/live.ts'
import { localSlots, type SlotOf } from './context/local-slots.ts'
import { readPage, type Page } from './page.ts'
import { queryCandidates } from './query/candidates.ts'
import { metShare } from './query/evidence.ts'
import { readByModel } from './query/read-by-model.ts'
import { writtenName } from './query/written-name.ts'
import { understand, type Understanding } from './query/understand.ts'
import { rank, type Ranked } from './ranking/rank.ts'
import { namedRankerWeights } from './ranking/ranker.ts'
import { reRank, type StepTrace } from './re-rank/index.ts'
import type { CallName } from './re-rank/names.ts'
import { createReasons } from './reasons/reasons.ts'
import { firstReach, type Reach } from './context/reach.ts'
import { assign, type Assignment } from './tuning.ts'
import { userContext, type UserContext } from './context/user-context.ts'
import { userPlaces } from './context/user-places.ts'

/**
 * Beyond the first ring, what is popular and what fits is looked for in the next three, each twice as wide; further out the
 * nearest places go on alone. To ask the whole catalog is a scan of it a request, for places that nobody pages to.
 */
const WIDER_TIMES = 8

/** What a user has already done there: a taste answer is for places to discover. */
const DISCOVERED_TYPES = new Set(['visit', 'booking', 'review'])

/** What every call works out first. */
export interface Question {
  readonly call: CallName
  readonly live: Live
  readonly request: BaseRequest
  readonly page: Page
  readonly context: UserContext
  readonly filter: Filter
  readonly slotOf: SlotOf
  /** Steps and weights for this user. */
  readonly assignment: Assignment
  readonly signal?: AbortSignal
}

export async function question(
  call: CallName,
  live: Live,
  request: BaseRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Question> {
  live.vocabulary.check(request.where, request.what)
  const page = readPage(request, now)
  const context = await userContext(live, request.who, page.now)
  const filter = filterFrom(request.where, request.what, page.now)
  return {
    call,
    live: { ...live, poolSize: poolSize(page.shown.size + request.limit) },
    request,
    page,
    context,
    filter: exclude(filter, context.dislikes),
    slotOf: localSlots(page.now),
    assignment: assign(live.tuning, call, request.who.userId),
    ...(signal && { signal }),
  }
}

function exclude(filter: Filter, ids: Iterable<string>): Filter {
  const excludeIds = [...(filter.excludeIds ?? []), ...ids]
  return excludeIds.length === 0 ? filter : { ...filter, excludeIds }
}

/**
 * Around a point or inside an area: what is popular at this hour, and what fits this user, in one list. Around a point,
 * what lies within reach of it comes first, then what lies further, ring by ring (reach.ts); a circle says itself how far.
 */
export async function nearby(
  state: Live,
  request: NearbyRequest,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question('nearby', state, request, request.at, signal)
  const { live, filter } = asked
  const { near, where } = request
  const nearest = await nearestCandidates(live, filter, originOf(request), signal)
  const reach = near === undefined || where.circle !== undefined ? undefined : firstReach(nearest)
  const within = (radiusMeters: number) => ({ ...filter, circle: { ...near!, radiusMeters } })
  const filters =
    reach === undefined ? [filter] : [within(reach.radiusMeters), within(WIDER_TIMES * reach.radiusMeters)]
  const around = {
    ...asked,
    sources: asked.assignment.sources,
    now: asked.page.now,
    point: originOf(request),
  }
  const candidates = mergeCandidates(...(await candidatesAround(around, filters)), nearest)
  return finish(asked, filter, await rankFor(asked, candidates), { reach })
}

/** Alternatives to the given places: near in the model's space, best of the same kind. Throws unknown-place. */
export async function similar(
  state: Live,
  request: SimilarRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question('similar', state, request, now, signal)
  const { live } = asked
  const given = await givenPlaces(live, request.placeIds)
  const places = given.map(({ place }) => place)
  const query = queryLike(given.map(({ vector }) => vector))
  const categories = live.vocabulary.kindsLike(places.flatMap((place) => place.categories))
  const filter = exclude(asked.filter, request.placeIds)
  const candidates = mergeCandidates(
    ...(await Promise.all([
      vectorCandidates(live, 'similar', query, filter, signal),
      sameKindCandidates(live, query, categories, filter, signal),
    ])),
  )
  const similarTo = query && { query, categories }
  return finish(asked, filter, await rankFor(asked, candidates, similarTo && { similarTo }), { given })
}

/** Of single places, which are asked for again and again as the same vectors. */
const queries = new WeakMap<Float32Array, Float32Array>()

function queryLike(vectors: readonly Float32Array[]): Float32Array | undefined {
  const [first] = vectors
  const known = vectors.length === 1 ? queries.get(first) : undefined
  const query = known ?? likenessQuery(vectors)
  if (vectors.length === 1 && query !== undefined) queries.set(first, query)
  return query
}

/** Enough companions to choose from; where outings join fewer, popular places around fill up. */
const ENOUGH_COMPANIONS = 20

/** What people visit or look at together with the given places; not what is like them. Throws unknown-place. */
export async function together(
  state: Live,
  request: TogetherRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question('together', state, request, now, signal)
  const { live } = asked
  const given = await givenPlaces(live, request.placeIds)
  const filter = exclude(asked.filter, request.placeIds)
  const companions = await togetherCandidates(
    live,
    given.map(({ place }) => place),
    filter,
    signal,
  )
  const popularAround = ({ place: { lng, lat } }: (typeof given)[number]) => {
    const circle = filter.circle ?? { lng, lat, radiusMeters: OUTING_METERS }
    return popularCandidates(live, { ...filter, circle }, signal)
  }
  const candidates =
    companions.filter((candidate) => candidate.together !== undefined).length >= ENOUGH_COMPANIONS
      ? companions
      : mergeCandidates(companions, ...(await Promise.all(given.map(popularAround))))
  return finish(asked, filter, await rankFor(asked, candidates), { given })
}

/** The places that a request asks about. Throws unknown-place. */
async function givenPlaces(live: Live, placeIds: readonly string[]) {
  const places = await existing(live, placeIds)
  const vectors = await live.vectors(placeIds)
  placeIds.forEach((id, index) => {
    if (vectors.has(id) && places.some((place) => place.id === id)) return
    throw new DongneError('unknown-place', `No place has the id "${id}".`, {
      errors: [{ pointer: `/placeIds/${index}`, detail: `"${id}" is not known` }],
    })
  })
  return places.map((place) => ({ place, vector: vectors.get(place.id)! }))
}

/** Personal picks: by the user's vector and the words of an intent; by popularity for a stranger without words. */
export async function taste(
  state: Live,
  request: TasteRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question('taste', state, request, now, signal)
  const { live, context } = asked
  const discovered = context.acted
    .filter(({ type }) => DISCOVERED_TYPES.has(type))
    .map(({ placeId }) => placeId)
  const filter = exclude(asked.filter, discovered)
  const understanding = await understood(live, request, request.intent, signal)
  const words =
    understanding === undefined
      ? []
      : await queryCandidates(live, request.intent!, filter, understanding, signal)
  const [byTaste, searched] = await Promise.all([
    vectorCandidates(live, 'taste', context.vector, filter, signal),
    searchedCandidates(asked, filter, request.intent === undefined ? context.queries : [request.intent]),
  ])
  const candidates = mergeCandidates(words, byTaste, searched)
  const ranked = await rankFor(
    asked,
    candidates.length > 0 ? candidates : await popularCandidates(live, filter, signal),
    { understanding },
  )
  return finish(asked, filter, ranked, { understanding, visited: new Set(discovered) })
}

/** Words, fused with likeness; lightly personal. What a user disliked is hidden here too. */
export async function search(
  state: Live,
  request: SearchRequest,
  now: number,
  signal?: AbortSignal,
): Promise<Recommendation> {
  const asked = await question('search', state, request, now, signal)
  const { live } = asked
  const understanding = (await understood(live, request, request.query, signal))!
  const [words, searched] = await Promise.all([
    queryCandidates(live, request.query, asked.filter, understanding, signal),
    searchedCandidates(asked, asked.filter, [request.query]),
  ])
  const candidates = mergeCandidates(words, searched)
  const ranked = await rankFor(asked, candidates, { understanding })
  return finish(asked, asked.filter, ranked, { query: request.query, understanding })
}

async function searchedCandidates(
  { live, assignment }: Question,
  filter: Filter,
  queries: readonly string[],
): Promise<Candidate[]> {
  return assignment.sources.has('after-search') ? afterSearchCandidates(live, queries, filter) : []
}

/** What the words ask for; not what `where` and `what` say already, for those are certain. */
async function understood(
  live: Live,
  { where, what, locale, understand: wanted = UNDERSTOOD_PARTS }: SearchRequest | TasteRequest,
  words: string | undefined,
  signal?: AbortSignal,
): Promise<Understanding | undefined> {
  if (words === undefined) return undefined
  const parts = new Set(wanted)
  if (Object.keys(where).length > 0) parts.delete('areas')
  if (what.categories !== undefined) parts.delete('categories')
  const options = {
    gazetteer: live.gazetteer,
    vocabulary: live.vocabulary,
    locale,
    parts,
    isHeld: (word: string) => live.words.holds(word, signal),
  }
  const byRules = await understand(words, {
    ...options,
    isNamed: (text, how) => live.words.isNamed(text, how, signal),
    isRareBeside: (word, other) => live.words.isRareBeside(word, other),
    slipOf: (word) => live.words.slipOf(word),
    async soundsLike(word, how) {
      const heard = await live.words.soundsLike(word, how)
      const [place] = heard === undefined ? [] : (await live.places([heard.id])).values()
      return heard && place && writtenName(place, heard.name, locale)
    },
  })
  return live.askedModel === undefined ? byRules : readByModel(words, byRules, live.askedModel, options)
}

/** "카페", "성수 카페": no word is left by which one café would be more of one than another. */
const asksForKind = ({ categories, words }: Understanding) => categories.length > 0 && words === ''

interface RankedBy {
  readonly similarTo?: Parameters<typeof rank>[2]['similarTo']
  readonly understanding?: Understanding | undefined
}

export function rankFor(
  { live, request, page, context, slotOf, assignment: { weights } }: Question,
  candidates: readonly Candidate[],
  { similarTo, understanding }: RankedBy = {},
): Promise<Ranked[]> {
  const origin = originOf(request)
  const met = understanding && ((place: Place) => metShare(place, understanding))
  return rank(live, candidates, {
    weights,
    explained: request.debug,
    context,
    slotOf,
    at: page.now,
    near: request.near,
    ...(origin && { origin }),
    ...(similarTo && { similarTo }),
    ...(met && { met, kindAlone: asksForKind(understanding) }),
  })
}

interface Finish {
  /** The places that were asked about. */
  readonly given?: readonly { readonly place: Place; readonly vector: Float32Array }[]
  readonly reach?: Reach | undefined
  /** The words that were searched for. */
  readonly query?: string
  readonly understanding?: Understanding | undefined
  /** Left out because the user has been there. */
  readonly visited?: ReadonlySet<string>
}

/** Re-ranks, gives reasons, and answers a page. */
export async function finish(
  asked: Question,
  filter: Filter,
  ranked: readonly Ranked[],
  { given, reach, query, understanding, visited }: Finish = {},
): Promise<Recommendation> {
  const { call, live, request, page, context, slotOf, assignment } = asked
  const { acted: actedPlaces, ...places } = await userPlaces(live, context)
  const { userId } = request.who
  const trace: StepTrace | undefined = request.debug === true ? new Map() : undefined
  const list = reRank(
    ranked,
    {
      user: context,
      userId,
      ...places,
      feedback: live.feedback,
      now: page.now,
      firstRingMeters: reach?.radiusMeters,
      // Lists stay for an hour: who looks again sees what they saw.
      seed: `${userId} ${call} ${Math.floor(page.now / 3_600_000)}`,
    },
    { steps: assignment.steps, shown: page.shown.size + request.limit, trace },
  )
  const reasons = createReasons({
    live,
    context,
    actedPlaces,
    slotOf,
    now: page.now,
    locale: request.locale,
    ranked,
    ...(given && { asked: given }),
    ...(understanding && { attributes: understanding.asked, categories: understanding.categories }),
    wanted: understanding?.mended,
  })
  const { weights } = assignment
  const learnt = () => namedRankerWeights(live.encoder.model.extras?.ranker)
  const debug = trace && { trace, weights: weights === 'learnt' ? learnt() : weights, ranked }
  const { experiments } = assignment
  return answer({
    live,
    request,
    page,
    filter,
    ranked: list,
    reasons,
    reach,
    query,
    understanding,
    leftOut: { disliked: asked.context.dislikes, visited },
    experiments,
    debug,
  })
}
