import type { TraceHost } from '@tendril/core/adapter'

/** Lets a trace hold as long as an optimizer has the settings that it has now. */
export function guardSettings(host: TraceHost, optimizer: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(optimizer)) {
    const isSetting = typeof value === 'number' || typeof value === 'boolean'
    // It counts its steps, and computes nothing by that.
    if (isSetting && key !== 'iterations_') host.guard(optimizer, key, () => optimizer[key])
  }
}
