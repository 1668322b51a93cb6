// Chromium with a Korean font, from Debian: what the browser tests drive.
// Leaves starting it to the tests.
import { existsSync } from 'node:fs'
import { runTool, type Engine } from './engine.ts'

const FILES = ['/usr/bin/chromium', '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc']
const PACKAGES = ['chromium', 'fonts-noto-cjk']

export const chromium: Engine = {
  name: 'chromium',
  installed: () => FILES.every((file) => existsSync(file)),
  install() {
    if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
      throw new Error(
        `This needs Debian's apt-get and root. Remedy: sudo apt-get install ${PACKAGES.join(' ')}`,
      )
    }
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    runTool('apt-get', ['update', '-q'], env)
    runTool('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...PACKAGES], env)
  },
}
