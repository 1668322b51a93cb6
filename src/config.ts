// The configuration: one schema, each key with default, unit and meaning. The only file that reads process.env.
// Leaves wiring to app.ts; .env.example and README are kept in step by a test.
import { DongneError, type ErrorDetail } from './errors.ts'
import { didYouMean } from './domain/schema.ts'

interface Key<T> {
  readonly default: string
  readonly meaning: string
  readonly parse: (text: string) => T
  /** Never shown, not even in errors. */
  readonly secret?: true
}

const text = (fallback: string, meaning: string): Key<string> => ({
  default: fallback,
  meaning,
  parse: (value) => value,
})

function integer(fallback: number, min: number, max: number, meaning: string): Key<number> {
  return {
    default: String(fallback),
    meaning,
    parse(value) {
      const number = Number(value)
      if (!Number.isInteger(number) || number < min || number > max) {
        throw new Error(`must be a whole number from ${min} to ${max}`)
      }
      return number
    },
  }
}

function choice<const T extends string>(fallback: T, options: readonly T[], meaning: string): Key<T> {
  return {
    default: fallback,
    meaning,
    parse(value) {
      const match = options.find((option) => option === value)
      if (match === undefined) throw new Error(`must be one of ${options.join(', ')}`)
      return match
    },
  }
}

export type Scope = 'read' | 'write' | 'admin'

export interface ApiKey {
  readonly key: string
  readonly scopes: readonly Scope[]
}

const SCOPES: readonly Scope[] = ['read', 'write', 'admin']

function parseApiKeys(value: string): ApiKey[] {
  return value
    .split(',')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const [key, scopes = 'read'] = entry.trim().split(':')
      const parsed = scopes.split('+').map((scope) => SCOPES.find((known) => known === scope))
      if (key.length < 16) throw new Error('has a key of fewer than 16 characters')
      if (parsed.includes(undefined))
        throw new Error(`has an unknown scope in "${scopes}"; scopes: ${SCOPES.join(', ')}`)
      return { key, scopes: parsed as Scope[] }
    })
}

const MILLISECONDS = /^\d{1,9}$/

/** What may stand behind the ? of a database's URL: pg takes anything, and does nothing with what it does not know. */
const DATABASE_OPTIONS: Readonly<Record<string, RegExp>> = {
  schema: /./,
  host: /./,
  port: /^\d{1,5}$/,
  user: /./,
  password: /./,
  application_name: /./,
  options: /./,
  sslmode: /^(disable|prefer|require|verify-ca|verify-full|no-verify)$/,
  sslrootcert: /./,
  sslcert: /./,
  sslkey: /./,
  uselibpqcompat: /^true$/,
  lock_timeout: MILLISECONDS,
  statement_timeout: MILLISECONDS,
  idle_in_transaction_session_timeout: MILLISECONDS,
}

function parseDatabaseUrl(value: string): string {
  if (value === '') return value
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) {
    throw new Error(
      'must be postgres://user:password@host:port/database, with special characters of the password as %XX',
    )
  }
  for (const [name, setting] of new URL(value).searchParams) {
    const shape = DATABASE_OPTIONS[name]
    if (shape === undefined) {
      throw new Error(`has the unknown option "${name}".${didYouMean(name, Object.keys(DATABASE_OPTIONS))}`)
    }
    if (!shape.test(setting)) throw new Error(`has an unusable value for the option "${name}"`)
  }
  return value
}

function parseUrl(value: string): string {
  if (!/^https?:$/.test(URL.parse(value)?.protocol ?? '')) throw new Error('must be an http or https URL')
  return value
}

const optionalUrl = (value: string) => (value === '' ? value : parseUrl(value))

/** "query,document" as an endpoint calls them. */
function parseInputTypes(value: string): { query: string; document: string } | undefined {
  if (value === '') return undefined
  const [query, document, ...rest] = value.split(',').map((word) => word.trim())
  if (!query || !document || rest.length > 0) throw new Error('must be two words with a comma between')
  return { query, document }
}

/** A number of at least 0, or nothing. */
function parseAmount(value: string): number | undefined {
  if (value === '') return undefined
  const number = Number(value)
  if (!Number.isFinite(number) || number < 0) throw new Error('must be a number of at least 0')
  return number
}

function parsePrefix(value: string): string {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(value)) {
    throw new Error('must be lower-case letters, digits and _, and begin with a letter')
  }
  return value
}

export const CONFIG_KEYS = {
  DONGNE_DATA_DIR: text('./data', 'Folder for the catalog, text vectors, models and the embedded index'),
  DONGNE_DATABASE_URL: {
    default: '',
    meaning:
      'PostgreSQL database of the catalog, as postgres://user:password@host:port/database; empty: a SQLite file in the data folder',
    parse: parseDatabaseUrl,
    secret: true,
  } satisfies Key<string>,
  PORT: integer(8080, 0, 65_535, 'TCP port of the service; 0 takes a free one'),
  HOST: text('127.0.0.1', 'Address the service binds; 0.0.0.0 opens it to the network'),
  DONGNE_ENGINE: choice('embedded', ['embedded', 'opensearch', 'milvus'], 'Engine of the vector index'),
  OPENSEARCH_URL: {
    default: 'http://127.0.0.1:9200',
    meaning: 'OpenSearch for DONGNE_ENGINE=opensearch; user and password as https://user:password@host:9200',
    parse: parseUrl,
    secret: true,
  } satisfies Key<string>,
  MILVUS_ADDRESS: text('127.0.0.1:19530', 'host:port of Milvus for DONGNE_ENGINE=milvus'),
  DONGNE_INDEX_PREFIX: {
    default: 'dongne',
    meaning: 'Start of the names that an engine on a server gets, so that installations can share it',
    parse: parsePrefix,
  } satisfies Key<string>,
  DONGNE_EMBEDDING: choice(
    'offline',
    ['offline', 'openai-compatible'],
    'Who makes text vectors: the encoder in the package, or an endpoint',
  ),
  EMBEDDING_BASE_URL: {
    default: '',
    meaning: 'OpenAI-compatible endpoint for DONGNE_EMBEDDING=openai-compatible, as https://host/v1',
    parse: optionalUrl,
  } satisfies Key<string>,
  EMBEDDING_MODEL: text('', 'Embedding model that the endpoint is asked for'),
  EMBEDDING_API_KEY: { ...text('', 'Key of the embedding endpoint; empty: none is sent'), secret: true },
  EMBEDDING_BATCH_SIZE: integer(32, 1, 2048, 'Texts a request'),
  EMBEDDING_PARALLEL_CALLS: integer(2, 1, 64, 'Requests at once'),
  EMBEDDING_TIMEOUT_MS: integer(60_000, 100, 3_600_000, 'Milliseconds that one request may take'),
  EMBEDDING_MAX_CHARS: integer(
    1000,
    50,
    1_000_000,
    'Characters of a text that the model takes; the rest is cut off',
  ),
  EMBEDDING_DIMENSIONS: integer(
    0,
    0,
    8192,
    'Sent as dimensions, for models that can shorten vectors; 0: not sent',
  ),
  EMBEDDING_REDUCED_DIM: integer(256, 8, 4096, 'Dimensions that vectors are reduced to, learnt of the texts'),
  EMBEDDING_QUERY_PREFIX: text('', 'Put before the words of a search, as "query: " for e5 models'),
  EMBEDDING_DOCUMENT_PREFIX: text('', 'Put before a place\'s text, as "passage: " for e5 models'),
  EMBEDDING_INPUT_TYPES: {
    default: '',
    meaning: 'Sent as input_type for searches and places, as query,passage; empty: not sent',
    parse: parseInputTypes,
  } satisfies Key<{ query: string; document: string } | undefined>,
  EMBEDDING_PRICE: {
    default: '',
    meaning: 'Price of a million tokens, for the cost that embed shows; empty: none is shown',
    parse: parseAmount,
  } satisfies Key<number | undefined>,
  LLM_BASE_URL: {
    default: '',
    meaning: 'OpenAI-compatible endpoint of a language model, as https://host/v1; empty: templates',
    parse: optionalUrl,
  } satisfies Key<string>,
  LLM_MODEL: text('', 'Language model that the endpoint is asked for'),
  LLM_API_KEY: { ...text('', 'Key of the language model endpoint; empty: none is sent'), secret: true },
  LLM_PARALLEL_CALLS: integer(2, 1, 64, 'Questions at once'),
  LLM_TIMEOUT_MS: integer(60_000, 100, 3_600_000, 'Milliseconds that one answer may take'),
  LLM_MAX_INPUT_CHARS: integer(6000, 500, 1_000_000, 'Characters of data that a question may hold'),
  LLM_MAX_OUTPUT_TOKENS: integer(800, 0, 100_000, 'Tokens of an answer at most; 0: not sent'),
  LLM_TEMPERATURE: {
    default: '0',
    meaning: 'Sent as temperature; none: not sent, for models that refuse it',
    parse: (value) => (value === 'none' ? undefined : parseAmount(value)),
  } satisfies Key<number | undefined>,
  LLM_INPUT_PRICE: {
    default: '',
    meaning:
      'Price of a million tokens of a question, for the cost that describe shows; empty: none is shown',
    parse: parseAmount,
  } satisfies Key<number | undefined>,
  LLM_OUTPUT_PRICE: {
    default: '',
    meaning: 'Price of a million tokens of an answer',
    parse: parseAmount,
  } satisfies Key<number | undefined>,
  LLM_OUTPUT: choice(
    'json-schema',
    ['json-schema', 'json'],
    'Whether the endpoint keeps answers to a JSON schema, or is told it in words',
  ),
  DONGNE_API_KEYS: {
    default: '',
    meaning:
      'Keys as key:scope+scope, comma separated (scopes read, write, admin); empty: no key is asked for',
    parse: parseApiKeys,
    secret: true,
  } satisfies Key<ApiKey[]>,
  DONGNE_RATE_LIMIT: integer(0, 0, 1_000_000, 'Requests a minute and client; 0: no limit'),
  DONGNE_BODY_LIMIT: integer(
    1_048_576,
    1024,
    1_073_741_824,
    'Largest request body in bytes (a places batch may be 64 times that)',
  ),
  DONGNE_CORS_ORIGIN: text(
    '',
    'Origin that browsers may call from (https://map.example), * for any; empty: same origin only',
  ),
  DONGNE_MAP_STYLE: text(
    '',
    'URL of a MapLibre style for the map page; empty: our own regions, spots and places',
  ),
  DONGNE_TUNING: text(
    '',
    'JSON file that switches re-ranking steps and describes experiments (docs/ranking.md); empty: all steps, none',
  ),
  DONGNE_THEMES: text(
    '',
    'JSON file of curated themes (docs/courses.md); empty: those that come with dongne',
  ),
  DONGNE_LOG_LEVEL: choice(
    'info',
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'Least severe log lines to write',
  ),
} as const

type Keys = typeof CONFIG_KEYS

/** The configuration, parsed. */
export type Config = { readonly [K in keyof Keys]: ReturnType<Keys[K]['parse']> }

/**
 * Reads the configuration from the environment. Throws invalid-config that names every bad key, and every
 * DONGNE_… key that does not exist (a misspelt key would otherwise do nothing, silently).
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const errors: ErrorDetail[] = []
  const config: Record<string, unknown> = {}
  for (const [name, key] of Object.entries(CONFIG_KEYS)) {
    try {
      config[name] = key.parse(env[name] || key.default)
    } catch (error) {
      const got = 'secret' in key ? '' : ` (got "${env[name]}")`
      errors.push({ pointer: `/${name}`, detail: `${(error as Error).message}${got}` })
    }
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('DONGNE_') && !(name in CONFIG_KEYS) && !name.startsWith('DONGNE_TEST_')) {
      errors.push({
        pointer: `/${name}`,
        detail: `is not a known key.${didYouMean(name, Object.keys(CONFIG_KEYS))}`,
      })
    }
  }
  for (const name of missingKeys(config as Config)) errors.push({ pointer: `/${name}`, detail: 'is missing' })
  if (errors.length > 0) {
    const message = errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; ')
    throw new DongneError('invalid-config', message, { errors })
  }
  return config as Config
}

/** What others that are set need beside them. */
function missingKeys(config: Config): (keyof Config)[] {
  const needed: (keyof Config)[] = [
    ...(config.DONGNE_EMBEDDING === 'openai-compatible'
      ? (['EMBEDDING_BASE_URL', 'EMBEDDING_MODEL'] as const)
      : []),
    ...(config.LLM_BASE_URL ? (['LLM_MODEL'] as const) : []),
  ]
  return needed.filter((name) => config[name] === '')
}
