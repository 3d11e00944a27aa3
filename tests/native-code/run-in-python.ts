import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = `
import sys, numpy as np, onnxruntime as ort
model, rtol, atol, given, *wanted = sys.argv[1:]
session = ort.InferenceSession(model, providers=['CPUExecutionProvider'])
got = session.run(None, {session.get_inputs()[0].name: np.load(given)})
assert len(got) == len(wanted), f'{len(got)} results instead of {len(wanted)}'
for one, file in zip(got, wanted):
    np.testing.assert_allclose(one, np.load(file), rtol=float(rtol), atol=float(atol))
print('right')
`

/** What Python's onnxruntime makes of an ONNX file: 'right', or what is wrong. */
export function runInPython(
  python: string,
  model: Uint8Array,
  input: URL,
  want: readonly URL[],
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
): string {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-onnx-'))
  try {
    const file = join(folder, 'model.onnx')
    writeFileSync(file, model)
    const args = [file, String(rtol), String(atol), ...[input, ...want].map((url) => fileURLToPath(url))]
    const { stdout, stderr } = spawnSync(python, ['-c', script, ...args], { encoding: 'utf8' })
    return stdout.trim() === '' ? stderr : stdout.trim()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
