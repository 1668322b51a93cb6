// The public library: open a data folder and ask it, or build a server around it, without the command line.
// Leaves everything to the modules behind it.
export { openApp, type App } from './app.ts'
export { readConfig, type Config } from './config.ts'
export { DongneError, ERRORS, type ErrorCode } from './errors.ts'
export { createServer } from './http/server.ts'
export type { Service } from './recommend/port.ts'
export {
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
  type Recommendation,
} from './domain/recommendation.ts'
export { parseCourseRequest, type Courses } from './domain/course.ts'
export { parseThemeRequest, parseThemesRequest, type Shelves } from './domain/theme.ts'
export type { Place, PlaceInput, PlaceView } from './domain/place.ts'
export type { Event } from './domain/event.ts'
