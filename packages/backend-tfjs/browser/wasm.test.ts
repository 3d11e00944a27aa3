import { setBackend } from '@tendril/core'
import { expect, test, vi } from 'vitest'

test('wasm files that are not there are asked for by the name of the option', async () => {
  // tfjs tells of each attempt.
  for (const kind of ['warn', 'error'] as const) vi.spyOn(console, kind).mockImplementation(() => {})
  await expect(setBackend('tfjs:wasm')).rejects.toThrow(/do not lie beside the script[^]*wasmPaths/)
})
