// What routes are made of. Leaves making it to server.ts.
import type { Config } from '../config.ts'
import type { Service } from '../recommend/port.ts'
import type { ScopeCheck } from './auth.ts'
import type { Metrics } from './metrics.ts'
import type { Tiles } from './tiles.ts'

export interface Parts {
  readonly service: Service
  readonly config: Config
  readonly metrics: Metrics
  readonly tiles: Tiles
  readonly requireScope: ScopeCheck
}
