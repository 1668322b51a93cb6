// OpenSearch with k-NN and nori from Maven Central, run on JDK 17 by a launcher compiled here.
// Leaves mappings and requests to src/vector-index/opensearch.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ENGINES_FOLDER, needTool, runTool, type EngineServer } from './engine.ts'

const KNN_PLUGIN = 'org.opensearch.plugin:opensearch-knn:2.19.1.0:zip'
const FOLDER = join(ENGINES_FOLDER, 'opensearch-2.19.1')
const sources = fileURLToPath(new URL('opensearch', import.meta.url))

export const opensearch: EngineServer = {
  name: 'opensearch',
  installed: () => existsSync(FOLDER),
  install() {
    const jdk = 'install JDK 17 and Maven (Debian: apt-get install openjdk-17-jdk-headless maven)'
    needTool('javac', '-version', jdk)
    needTool('mvn', '-version', jdk)
    needTool('unzip', '-v', 'apt-get install unzip')
    // Under another name until it is complete: an interrupted run is not taken for an installation.
    const partial = `${FOLDER}.partial`
    rmSync(partial, { recursive: true, force: true })
    const jars = join(partial, 'jars')
    mkdirSync(jars, { recursive: true })
    const maven = (goal: string, ...args: string[]) =>
      runTool('mvn', ['-B', '-q', '-f', join(sources, 'pom.xml'), `dependency:${goal}`, ...args])
    maven('copy-dependencies', `-DoutputDirectory=${jars}`)
    maven('copy', `-Dartifact=${KNN_PLUGIN}`, `-DoutputDirectory=${partial}`)
    const zip = readdirSync(partial).find((name) => name.endsWith('.zip'))!
    runTool('unzip', ['-q', '-o', '-j', join(partial, zip), '*.jar', '-d', jars])
    rmSync(join(partial, zip))
    const classes = join(partial, 'classes')
    mkdirSync(classes)
    runTool('javac', ['-nowarn', '-cp', join(jars, '*'), '-d', classes, join(sources, 'OpenSearchNode.java')])
    cpSync(join(sources, 'log4j2.properties'), join(classes, 'log4j2.properties'))
    renameSync(partial, FOLDER)
  },
  start: (options) => startOpenSearch(options),
  async isReady(port) {
    try {
      const health = await fetch(`http://127.0.0.1:${port}/_cluster/health?wait_for_status=yellow&timeout=1s`)
      return health.ok
    } catch {
      return false // nothing listens yet
    }
  },
}

/** Starts a node, for tests also without some of its plugin classes (`KNNPlugin`, `NoriPlugin`). */
export function startOpenSearch({
  port,
  dataDir,
  without = [],
}: {
  readonly port: number
  readonly dataDir: string
  readonly without?: readonly string[]
}) {
  mkdirSync(dataDir, { recursive: true })
  const classPath = [join(FOLDER, 'classes'), join(FOLDER, 'jars', '*')].join(':')
  const jvm = ['-Xms768m', '-Xmx768m', '-XX:+UseSerialGC', `-Dwithout=${without.join()}`]
  return spawn('java', [...jvm, '-cp', classPath, 'OpenSearchNode', String(port), dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
