import { beforeAll, describe, expect, test } from 'vitest'
import { opTable } from '@tendril/core/testing'
import { ask, callsOf, judged, names } from './numpy/ask.ts'
import { pythonWithNumpy } from './numpy/python.ts'

// The reference is the oracle of all engines, so somebody outside has to judge it: numpy, in float64.

const found = pythonWithNumpy()
const python = 'python' in found ? found.python : undefined
const title = 'absent' in found ? `skipped, as ${found.absent}` : 'numpy agrees with the reference'

describe.skipIf(python === undefined)(`${title}`, () => {
  const verdicts = new Map<string, string[]>()

  beforeAll(() => {
    const calls = names(python!).flatMap((name) => callsOf(opTable.get(name)!))
    for (const answer of ask(python!, calls)) {
      const { name } = answer.call.op.def
      verdicts.set(name, [...(verdicts.get(name) ?? []), judged(answer)])
    }
  }, 60_000)

  test.each(python === undefined ? ['every op'] : names(python))('%s', (name) => {
    const all = verdicts.get(name)!
    const right = all.filter((verdict) => verdict === 'right')
    const wrong = all.filter((verdict) => verdict !== 'right' && !verdict.startsWith('refused'))
    expect(wrong.join('\n')).toBe('')
    expect(right.length).toBeGreaterThanOrEqual(all.length / 2)
  })
})
