import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { afterAll, expect, test } from 'vitest'
import { describeObject } from './describe.ts'

// State of graphs that were saved and loaded, or printed and parsed: it goes by its places.

const folder = mkdtempSync(join(tmpdir(), 'tendril-'))
afterAll(() => rmSync(folder, { recursive: true }))

class Counter {
  n = td.array([0])
  inner = { seen: td.array([1]), list: [td.array([2])] }
  step(x: td.NDArray): td.NDArray {
    this.n = this.n.add(x)
    this.inner.seen = this.n.multiply(2)
    this.inner.list[0] = x
    return this.n
  }
}
const fn = (s: Counter, x: td.NDArray): td.NDArray => s.step(x)

test.each(['numjs', 'tfjs:cpu', 'ort'])('on %s', async (engine) => {
  await td.loadBackend(engine)
  const graph = td.traceGraph(fn, { argStatefulIdxs: [[0]], args: [new Counter(), td.array([1])] })
  await graph.save(join(folder, engine.replace(':', '-')))
  const loaded = await (await td.loadGraph(join(folder, engine.replace(':', '-')))).to(engine)
  const parsed = await td.parseGraph(graph.toString()).to(engine)
  for (const again of [loaded, parsed]) {
    const [own, state] = [new Counter(), new Counter()]
    const { inner } = state
    for (const elements of [[5], [-2]]) {
      const right = describeObject(fn(own, td.array(elements)))
      expect(describeObject(await again(state, td.array(elements)))).toEqual(right)
      expect(describeObject(state)).toEqual(describeObject(own))
    }
    expect(state.inner).toBe(inner)
  }
})
