// Installs what real-engine tests need and npm does not bring: chromium with a Korean font and PostgreSQL, from Debian.
// Safe to run again. Leaves npm packages to `npm ci`.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { postgres } from './engines/postgres.ts'

interface Engine {
  readonly name: string
  /** A file whose presence says that it is installed. */
  readonly file: string
  readonly packages: readonly string[]
}

const ENGINES: readonly Engine[] = [
  { name: 'chromium', file: '/usr/bin/chromium', packages: ['chromium'] },
  {
    name: 'Korean font',
    file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    packages: ['fonts-noto-cjk'],
  },
]

const missing = ENGINES.filter(({ file }) => !existsSync(file))
for (const { name } of ENGINES.filter(({ file }) => existsSync(file))) console.log(`${name}: already there`)
if (missing.length > 0) {
  const names = missing.map(({ name }) => name).join(', ')
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    console.error(`Cannot install ${names}: this needs Debian's apt-get and root.`)
    console.error(`Remedy: sudo apt-get install ${missing.flatMap(({ packages }) => packages).join(' ')}`)
    process.exit(1)
  }
  console.log(`Installing ${names} with apt-get (about a minute) …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) =>
    execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  apt('update', '-q')
  apt('install', '-y', '-q', '--no-install-recommends', ...missing.flatMap(({ packages }) => packages))
  console.log(`${names}: installed`)
}
for (const engine of [postgres]) {
  if (engine.installed()) console.log(`${engine.name}: already there`)
  else {
    console.log(`Installing ${engine.name} (about half a minute) …`)
    engine.install()
    console.log(`${engine.name}: installed`)
  }
}
