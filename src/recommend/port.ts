// What the service can be asked: the interface between http/ (transport) and recommend/ (answers).
// Leaves implementation to service.ts.
import type { SaveStatus } from '../catalog/port.ts'
import type { Category } from '../domain/category.ts'
import type { CourseRequest, Courses } from '../domain/course.ts'
import type { Description } from '../domain/description.ts'
import type { Event } from '../domain/event.ts'
import type { Locale } from '../domain/names.ts'
import type { Place, PlaceInput, PlaceView } from '../domain/place.ts'
import type { BBox } from '../domain/position.ts'
import type {
  NearbyRequest,
  Recommendation,
  SearchRequest,
  SimilarRequest,
  TasteRequest,
  TogetherRequest,
} from '../domain/recommendation.ts'
import type { Shelves, ThemeRequest, ThemesRequest } from '../domain/theme.ts'
import type { Region } from '../domain/region.ts'
import type { Spot } from '../domain/spot.ts'
import type { SimilarUser } from './context/similar-users.ts'

export interface UserView {
  readonly id: string
  readonly events: number
  /** RFC 3339; absent without events. */
  readonly firstEventAt?: string
  readonly lastEventAt?: string
  /** Whether the model was trained with this user; others are placed by their events. */
  readonly inModel: boolean
  /** The categories acted on most, strongest first. */
  readonly topCategories: readonly { readonly code: string; readonly name: string; readonly share: number }[]
  /** Newest first, at most 100; `GET /v1/users/{id}?export=true` streams all. */
  readonly recent: readonly (Omit<Event, 'at' | 'userId'> & { readonly at: string })[]
}

export interface CategoryView extends Category {
  /** Places in the category or below it. */
  readonly places: number
}

export interface PlaceMarker {
  readonly id: string
  readonly name: string
  /** Names by language, where the place has them. */
  readonly names?: Place['names']
  readonly lng: number
  readonly lat: number
  readonly category?: string
}

export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  /** What to do where `ok` is false. */
  readonly remedy?: string
}

export interface Service {
  nearby(request: NearbyRequest, signal?: AbortSignal): Promise<Recommendation>
  similar(request: SimilarRequest, signal?: AbortSignal): Promise<Recommendation>
  together(request: TogetherRequest, signal?: AbortSignal): Promise<Recommendation>
  taste(request: TasteRequest, signal?: AbortSignal): Promise<Recommendation>
  search(request: SearchRequest, signal?: AbortSignal): Promise<Recommendation>
  /** Throws unknown-place for places to see or to replace that do not exist. */
  themes(request: ThemesRequest, signal?: AbortSignal): Promise<Shelves>
  /** Throws unknown-theme. */
  theme(id: string, request: ThemeRequest, signal?: AbortSignal): Promise<Recommendation>
  courses(request: CourseRequest, signal?: AbortSignal): Promise<Courses>

  /** Throws unknown-place. */
  place(id: string, locale: Locale): Promise<PlaceView>
  /** What there is to say of it, from its facts and reviews; throws unknown-place. Waits for a model a moment at most. */
  describePlace(id: string, locale: Locale): Promise<Description>
  /** Creates or replaces, in one transaction; an answer a row, in order. Visible to the next call. */
  putPlaces(places: readonly PlaceInput[]): Promise<readonly SaveStatus[]>
  /** Throws unknown-place. */
  deletePlace(id: string): Promise<void>
  addEvents(events: readonly Event[]): Promise<{ appended: number; duplicates: number }>

  /** Throws unknown-user. */
  user(id: string): Promise<UserView>
  /** All events of a user, newest first; throws unknown-user. */
  exportUser(id: string): Promise<readonly Event[]>
  /** Removes what is stored about a user; throws unknown-user. */
  eraseUser(id: string): Promise<{ events: number }>
  /** Those whose taste is most like a user's, most alike first; throws unknown-user, and what the index throws. */
  similarUsers(id: string, limit: number, signal?: AbortSignal): Promise<readonly SimilarUser[]>
  /** Users with the most events, most first. */
  users(limit: number): Promise<readonly { id: string; events: number }[]>

  regions(options: { withGeometry: boolean; parent?: string }): Promise<readonly Region[]>
  spots(): Promise<readonly Spot[]>
  categories(): Promise<readonly CategoryView[]>
  /** Grows with every change of regions, spots or categories. */
  vocabularyVersion(): Promise<number>
  /** The most popular places in a box, for map tiles. */
  markers(bbox: BBox, limit: number): Promise<readonly PlaceMarker[]>

  /** Each thing an answer needs, and whether it is there. */
  readiness(): Promise<readonly Check[]>
}
