import { describe, expect, test } from 'vitest'
import { numjs } from '@tendril/backend-numjs'
import * as td from '@tendril/core'
import { bareMembers, lacks } from './doc-comments/comments.ts'
import { difference, examplesOf, run, valueOf } from './doc-comments/examples.ts'
import { publicNames } from './doc-comments/public-names.ts'
import { engines, rightOn } from './engines.ts'

const all = publicNames()

test('every public function has a comment by the template', () => {
  const wanting = all.flatMap(({ path, isOp, comment }) => {
    const missing = comment === undefined ? ['a comment'] : lacks(comment.text, isOp)
    return missing.length > 0 ? [`${path}: ${missing.join(', ')}`] : []
  })
  expect(wanting).toEqual([])
})

test('members of arrays, Containers, Variables and graphs have comments', () => {
  expect(bareMembers(['runtime/nd-array.ts', 'runtime/array-members.ts', 'trace/container.ts'])).toEqual([])
  expect(bareMembers(['trace/variable.ts', 'graph/graph.ts'])).toEqual([])
})

test('ops that refuse a dtype say what they throw', () => {
  const silent = all.filter(
    ({ op, comment }) =>
      op !== undefined &&
      !/@throws /.test(comment?.text ?? '') &&
      (['bool', 'complex64'] as const).some(
        (dtype) => typeof td.supports(op as never, 'reference', dtype) === 'object',
      ),
  )
  expect(silent.map(({ path }) => path)).toEqual([])
})

/** Files, devices and decorators are shown, not run. */
const notRun: Readonly<Record<string, string>> = {
  loadGraph: 'it reads a folder',
  traced: 'JavaScript has no decorators yet',
}

const examples = all.flatMap(({ comment, ...one }) =>
  examplesOf(comment?.text ?? '').map((example) => ({ ...one, ...example })),
)

test('examples of ops show their values', async () => {
  const prose: string[] = []
  for (const { path, isOp, code, promised } of examples)
    if (isOp && (promised === undefined || (await valueOf(promised)) === undefined))
      prose.push(`${path}: ${code}`)
  expect(prose).toEqual([])
})

const lacksDType = /holds? (no|[\w, ]+ only)/

describe.each(engines)('examples on %s', (engine) => {
  test('run and give what they show', async () => {
    const wrong: string[] = []
    const options = td.setPrintOptions({})
    for (const { path, code, promised, exactZeros } of examples) {
      if (path in notRun) continue
      const told = await td.withBackend(engine, async () => {
        const given = { x: td.array([1, 2]), y: td.array([3, 4]), numjs }
        try {
          const got = await run(code, given)
          const want = promised === undefined ? undefined : await valueOf(promised)
          return want && (await rightOn(engine, () => difference(got, want.value, exactZeros)))
        } catch (error) {
          const text = String(error)
          // An engine without the dtype of an example says so; the others run it.
          return lacksDType.test(text) ? undefined : text
        }
      })
      // Examples may change these.
      td.unsetBackend()
      td.setPrintOptions(options)
      if (told !== undefined) wrong.push(`${path}: ${code}: ${told}`)
    }
    expect(wrong).toEqual([])
  })
})
