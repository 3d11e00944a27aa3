import { listBackends, loadBackend } from '@tendril/core'

/** Engines that are available everywhere. */
export const everywhere = ['numjs', 'tfjs:cpu', 'tfjs:wasm', 'ort:cpu']

/** The engines of this machine by the names that the app gives them: TensorFlow is there where its binding was set up. */
export async function presentEngines(): Promise<readonly string[]> {
  const present: string[] = []
  for (const { name, devices } of await listBackends()) {
    for (const device of devices) {
      const engine = devices.length === 1 ? name : `${name}:${device.name}`
      // A device may be listed, and tell only when it is loaded that its library is not there.
      const loads = device.available && (await loadBackend(engine).then(Boolean, () => false))
      if (loads) present.push(engine)
    }
  }
  return present
}
