import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { dtypes } from '@tendril/core/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pythonWithNumpy } from './numpy/python.ts'

// numpy reads what is written here, and what numpy writes is read here: every dtype, order and version.

const found = pythonWithNumpy()
const python = 'python' in found ? found.python : undefined
const title = 'absent' in found ? `skipped, as ${found.absent}` : 'numpy and .npy files'

/** Writes `file` in each dtype, both byte orders, both orders of axes and each version; `archive` holds them. */
const writes = `
import sys, itertools, numpy as np
folder = sys.argv[1]
special = [0.0, -0.0, 1.5, -2.25, np.nan, np.inf]
files = {}
for dtype in sys.argv[2:]:
    kind = np.dtype(dtype).kind
    if kind == 'b': x = np.array([0, 1, 1, 0, 0, 1], dtype)
    elif kind in 'iu': x = np.array([np.iinfo(dtype).min, np.iinfo(dtype).max, 1, 2, 3, 4], dtype)
    elif kind == 'c': x = np.array([complex(a, b) for a, b in zip(special, special[::-1])], dtype)
    else: x = np.array(special, dtype)
    x = x.reshape(2, 3)
    for order, layout, version in itertools.product('<>', 'CF', (1, 2, 3)):
        y = np.asarray(x.astype(x.dtype.newbyteorder(order)), order=layout)
        with open(f'{folder}/{dtype}{"le" if order == "<" else "be"}{layout}{version}.npy', 'wb') as f:
            np.lib.format.write_array(f, y, version=(version, 0))
    files[dtype] = x
    files[f'{dtype}/scalar'] = x[0, 1]
    files[f'{dtype}/empty'] = x[:, :0]
np.savez(f'{folder}/plain.npz', **files)
np.savez_compressed(f'{folder}/small.npz', **files)
`

/** Whether the files written here hold the same bits as numpy's own. */
const judges = `
import sys, numpy as np
folder = sys.argv[1]
truth = np.load(f'{folder}/plain.npz')
def same(a, b): return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
for dtype in sys.argv[2:]:
    print(dtype, same(np.load(f'{folder}/ours-{dtype}.npy'), truth[dtype]))
for name in ('ours-plain', 'ours-small'):
    ours = np.load(f'{folder}/{name}.npz')
    print(name, sorted(ours.files) == sorted(truth.files) and all(same(ours[key], truth[key]) for key in truth.files))
`

const run = (script: string, folder: string): string => {
  const { stdout, stderr, status } = spawnSync(python!, ['-c', script, folder, ...dtypes], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout
}

describe.skipIf(python === undefined)(`${title}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-npy-'))
  const bytes = (name: string): Uint8Array => readFileSync(join(folder, name))
  beforeAll(() => void run(writes, folder), 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const bits = (x: td.NDArray): unknown => [
    x.dtype,
    x.shape,
    Buffer.from(x.dataSync().buffer).toString('hex'),
  ]

  test.each(dtypes)(
    '%s in either byte order, either order of axes and each version is the same array',
    async (dtype) => {
      const truth = td.loadNpy(bytes(`${dtype}leC1.npy`))
      expect([truth.dtype, truth.shape]).toEqual([dtype, [2, 3]])
      for (const order of ['le', 'be'])
        for (const layout of ['C', 'F'])
          for (const version of [1, 2, 3])
            expect(bits(td.loadNpy(bytes(`${dtype}${order}${layout}${version}.npy`)))).toEqual(bits(truth))
      // Byte for byte what numpy writes.
      expect(await td.saveNpy(truth)).toEqual(new Uint8Array(bytes(`${dtype}leC1.npy`)))
    },
  )

  test('numpy reads what is saved here, every bit of it', async () => {
    const archive = await td.loadNpz(bytes('plain.npz'))
    expect(Object.keys(archive)).toHaveLength(3 * dtypes.length)
    for (const dtype of dtypes)
      writeFileSync(join(folder, `ours-${dtype}.npy`), await td.saveNpy(archive[dtype]!))
    writeFileSync(join(folder, 'ours-plain.npz'), await td.saveNpz(archive))
    const small = await td.loadNpz(bytes('small.npz'))
    writeFileSync(join(folder, 'ours-small.npz'), await td.saveNpz(small, { compressed: true }))
    const lines = [...dtypes, 'ours-plain', 'ours-small'].map((name) => `${name} True`)
    expect(run(judges, folder).trim().split('\n')).toEqual(lines)
  })
})
