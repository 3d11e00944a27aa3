import { describe, test } from 'vitest'
import { tfjs } from '../src/index.ts'

const devices = await tfjs().devices()

/** Registers tests of a device; where it cannot be used, one that is skipped and says why. */
export function onDevice(name: 'node' | 'cuda', tests: () => void): void {
  const why = devices.find((device) => device.name === name)?.why
  if (why === undefined) tests()
  else describe(`tfjs:${name}`, () => test.skip(`skipped: ${why}`, () => {}))
}
