import { describe } from 'vitest'
import { tfjs } from '../src/index.ts'

const devices = await tfjs().devices()

/** Registers tests of a device; where it cannot be used they are skipped, under the reason. */
export function onDevice(name: 'node' | 'cuda', tests: () => void): void {
  const why = devices.find((device) => device.name === name)?.why
  describe.skipIf(why !== undefined)(`tfjs:${name}${why === undefined ? '' : `, as ${why}`}`, () => {
    tests()
  })
}
