// The one table of errors (code → status, title, remedy) and the class that carries them.
// Leaves rendering to http/problem.ts (problem+json) and cli.ts (text); docs/errors.md is kept in step by a test.

interface ErrorEntry {
  /** HTTP status; 5xx marks the service's fault, 4xx the caller's. Offline errors use the nearest one. */
  readonly status: number
  readonly title: string
  /** What the reader can do about it. */
  readonly remedy: string
}

export const ERRORS = {
  'invalid-json': {
    status: 400,
    title: 'The body is not valid JSON in UTF-8',
    remedy: 'Send UTF-8 encoded JSON (or NDJSON, one value a line, where the call takes it).',
  },
  'invalid-request': {
    status: 400,
    title: 'The request does not have the expected shape',
    remedy: 'Mend the values that errors[] points at; /docs shows every field.',
  },
  'invalid-geometry': {
    status: 400,
    title: 'The geometry is not usable',
    remedy: 'Send closed rings of at least four [lng, lat] positions that do not cross themselves.',
  },
  'unknown-region': {
    status: 400,
    title: 'No region has this code',
    remedy: 'Use a code of GET /v1/regions; near matches are listed in errors[].',
  },
  'unknown-spot': {
    status: 400,
    title: 'No spot has this id',
    remedy: 'Use an id of GET /v1/spots; near matches are listed in errors[].',
  },
  'unknown-category': {
    status: 400,
    title: 'No category has this code',
    remedy: 'Use a code of GET /v1/categories; near matches are listed in errors[].',
  },
  'unknown-place': {
    status: 404,
    title: 'No place has this id',
    remedy: 'Check the id; a deleted place is gone until it is PUT again.',
  },
  'unknown-theme': {
    status: 404,
    title: 'No theme has this id',
    remedy: 'Use the id of a shelf of POST /v1/themes.',
  },
  'unknown-user': {
    status: 404,
    title: 'Nothing is known about this user',
    remedy: 'Send events for the user first, or ask without a userId.',
  },
  'invalid-page-token': {
    status: 400,
    title: 'The page token cannot be continued',
    remedy: 'Ask for the first page again, with the same body and without pageToken.',
  },
  'missing-api-key': {
    status: 401,
    title: 'An API key is needed',
    remedy: 'Send Authorization: Bearer <key> with a key of DONGNE_API_KEYS.',
  },
  'insufficient-scope': {
    status: 403,
    title: 'The API key may not do this',
    remedy: 'Use a key with the scope that the call needs (read, write or admin).',
  },
  'unknown-route': {
    status: 404,
    title: 'There is no such call',
    remedy: 'See /docs for the calls and their methods.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The call does not take this method',
    remedy: 'Use one of the methods of the Allow header.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    remedy: 'Split the batch, or raise DONGNE_BODY_LIMIT.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type is not supported',
    remedy: 'Send application/json, or application/x-ndjson where the call takes it.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait as long as Retry-After says, or raise DONGNE_RATE_LIMIT.',
  },
  overloaded: {
    status: 503,
    title: 'The service is overloaded',
    remedy: 'Retry after a moment; if it lasts, run more processes.',
  },
  starting: {
    status: 503,
    title: 'The service is starting',
    remedy: 'Wait: it reads the catalog, and /readyz answers 200 once it has.',
  },
  'not-ready': {
    status: 503,
    title: 'The service has no index to answer from',
    remedy: 'Run dongne embed, dongne train and dongne index, or dongne demo; /readyz says what is missing.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong here',
    remedy: 'The log has the cause under the request id.',
  },
  'invalid-config': {
    status: 500,
    title: 'The configuration is not valid',
    remedy: 'Mend the named key; .env.example lists every key with its meaning.',
  },
  'invalid-tuning': {
    status: 500,
    title: 'The tuning file is not valid',
    remedy: 'Mend what errors[] points at in the file of DONGNE_TUNING; docs/ranking.md describes it.',
  },
  'missing-package': {
    status: 500,
    title: 'An optional package is not installed',
    remedy: 'Install the package that the message names, or leave out the configuration that asks for it.',
  },
  'port-in-use': {
    status: 500,
    title: 'The port is taken',
    remedy: 'Stop the other process, or choose another one with PORT.',
  },
  'file-not-found': {
    status: 400,
    title: 'The file or folder cannot be read',
    remedy: 'Check the path and its permissions.',
  },
  'file-empty': {
    status: 400,
    title: 'The file is empty',
    remedy: 'Check that the export that wrote it finished.',
  },
  'file-corrupt': {
    status: 400,
    title: 'The file is truncated or damaged',
    remedy:
      'Fetch the file again; rows before the damage are stored, and a rerun continues without duplicates.',
  },
  'invalid-encoding': {
    status: 400,
    title: 'The file is not in the expected encoding',
    remedy:
      'Mend the named byte or convert the file to UTF-8 (iconv -f ENCODING -t UTF-8); for another encoding name it in a mapping file ("encoding": "euc-jp").',
  },
  'unknown-format': {
    status: 400,
    title: 'The format is not known or cannot be told from the file',
    remedy: 'Name one with --format, or describe the columns with --map FILE.',
  },
  'invalid-mapping': {
    status: 400,
    title: 'The mapping file is not valid',
    remedy: 'Mend the fields that errors[] points at; docs/import.md describes mapping files.',
  },
  'invalid-dataset': {
    status: 400,
    title: 'The evaluation data set is not usable',
    remedy: 'Check the folder against the format that docs/evaluate.md describes.',
  },
  'disk-full': {
    status: 507,
    title: 'There is no space left on the device',
    remedy:
      'Free some space and run the command again; what is stored stays, and the rest is taken up again.',
  },
  'catalog-locked': {
    status: 503,
    title: 'The catalog is locked by another process',
    remedy: 'Wait for the other process to finish its write, then try again.',
  },
  'catalog-corrupt': {
    status: 500,
    title: 'The catalog file is damaged or not a dongne catalog',
    remedy: 'Restore the file from a backup, or point DONGNE_DATA_DIR to a new folder and import again.',
  },
  'catalog-newer': {
    status: 500,
    title: 'The catalog was written by a newer dongne',
    remedy: 'Upgrade dongne, or use another DONGNE_DATA_DIR or DONGNE_DATABASE_URL.',
  },
  'catalog-unreachable': {
    status: 503,
    title: 'The database of the catalog cannot be reached',
    remedy:
      'Check that PostgreSQL runs and that DONGNE_DATABASE_URL names its host, port and an existing database; the next call tries again.',
  },
  'catalog-forbidden': {
    status: 500,
    title: 'The database does not let the catalog work',
    remedy:
      'Check user and password in DONGNE_DATABASE_URL, and that the user may create tables in its schema or owns them (GRANT CREATE, USAGE ON SCHEMA …) on a server that takes writes.',
  },
  'catalog-unsupported': {
    status: 500,
    title: 'The database is not one that the catalog can use',
    remedy: 'Use PostgreSQL 14 or later, and a database with the encoding UTF8 (createdb --encoding=UTF8).',
  },
  'no-places': {
    status: 409,
    title: 'The catalog has no places',
    remedy: 'Import places first: dongne import FILE, or try dongne demo.',
  },
  'no-text-vectors': {
    status: 409,
    title: 'The places have no text vectors',
    remedy: 'Run dongne embed first.',
  },
  'text-encoder-corrupt': {
    status: 500,
    title: 'The fitted text encoder is damaged',
    remedy: 'Run dongne embed --refit, then dongne train and dongne index.',
  },
  'mixed-text-models': {
    status: 409,
    title: 'Vectors of two text models were brought together',
    remedy:
      'Run dongne embed, dongne train and dongne index with one DONGNE_EMBEDDING and EMBEDDING_MODEL, or set those back to what the message names.',
  },
  'embedding-failed': {
    status: 502,
    title: 'The embedding endpoint did not give usable vectors',
    remedy:
      'Check EMBEDDING_BASE_URL, EMBEDDING_MODEL and EMBEDDING_API_KEY with dongne doctor; what was embedded stays, and dongne embed goes on from there.',
  },
  'language-model-failed': {
    status: 502,
    title: 'The language model did not give a usable answer',
    remedy:
      'Check LLM_BASE_URL, LLM_MODEL and LLM_API_KEY with dongne doctor; meanwhile texts come from templates.',
  },
  'no-model': {
    status: 409,
    title: 'There is no trained model',
    remedy: 'Run dongne train first.',
  },
  'model-corrupt': {
    status: 500,
    title: 'The model snapshot is damaged or half-written',
    remedy: 'Run dongne train again; the catalog keeps everything it needs.',
  },
  'dim-mismatch': {
    status: 409,
    title: 'Vectors of different dimensions were brought together',
    remedy: 'Run dongne train and dongne index again, so that model and index agree.',
  },
  'non-finite-vector': {
    status: 500,
    title: 'A vector holds NaN or Infinity',
    remedy: 'Check the input vectors; training stops rather than store them.',
  },
  'checkpoint-unusable': {
    status: 409,
    title: 'The interrupted training cannot go on',
    remedy: 'Run dongne train without --resume: it starts anew.',
  },
  'worker-failed': {
    status: 500,
    title: 'A worker thread ended before its work was done',
    remedy: 'Run the command again; with --threads 1 it uses no other threads.',
  },
  'no-index': {
    status: 409,
    title: 'There is no index',
    remedy: 'Run dongne index first.',
  },
  'index-corrupt': {
    status: 500,
    title: 'The index is damaged or half-written',
    remedy: 'Run dongne index again; the index is rebuilt from the catalog and the model.',
  },
  'index-locked': {
    status: 503,
    title: 'Another process writes to this index',
    remedy:
      'Stop the other process, or open the index without a log of changes. A holder on a host that is gone: remove its lock file.',
  },
  'index-outdated': {
    status: 409,
    title: 'The index was built by another version of dongne',
    remedy: 'Run dongne index: it builds a version with the mapping of today and switches to it.',
  },
  'index-read-only': {
    status: 507,
    title: 'The engine does not take writes to the index',
    remedy:
      'Free disk space on the engine (OpenSearch blocks writes above its flood-stage watermark), or take the block off the index.',
  },
  'engine-unavailable': {
    status: 503,
    title: 'The vector engine does not answer',
    remedy:
      'Start it, or check OPENSEARCH_URL or MILVUS_ADDRESS; meanwhile answers come from the catalog, and it is used again once it answers.',
  },
  'engine-overloaded': {
    status: 503,
    title: 'The vector engine refuses work for now',
    remedy: 'Wait a moment; if it lasts, send fewer requests at once or give the engine more nodes.',
  },
  'engine-plugin-missing': {
    status: 500,
    title: 'The vector engine lacks a plugin',
    remedy:
      'Install the named plugin on every node, as docker-compose.yml does, or use an engine that has it.',
  },
  'engine-failed': {
    status: 502,
    title: 'The vector engine refused a request',
    remedy: 'See the reason that it gave, and its log; dongne doctor checks the engine.',
  },
  'unsupported-capability': {
    status: 501,
    title: 'The configured engine cannot do this',
    remedy: 'Use an engine that can, or leave the option out.',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS

/** One offending value. `pointer` is an RFC 6901 JSON pointer into the input, '' for the whole of it. */
export interface ErrorDetail {
  readonly pointer: string
  readonly detail: string
}

interface DongneErrorOptions {
  readonly errors?: readonly ErrorDetail[]
  /** Set where a later try may work: what the server asks to wait, 0 where it does not say. */
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** An expected failure: `code` is stable, `message` names the offending value, `remedy` says what to do. */
export class DongneError extends Error {
  readonly code: ErrorCode
  readonly errors: readonly ErrorDetail[]
  readonly retryAfterMs?: number

  constructor(code: ErrorCode, message: string, options: DongneErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'DongneError'
    this.code = code
    this.errors = options.errors ?? []
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  get title(): string {
    return ERRORS[this.code].title
  }

  get remedy(): string {
    return ERRORS[this.code].remedy
  }
}
