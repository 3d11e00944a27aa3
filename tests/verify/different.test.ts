import { readFile } from 'node:fs/promises'
import { numjs } from '@tendril/backend-numjs'
import * as td from '@tendril/core'
import { type AnyBackend, referenceBackend } from '@tendril/core/testing'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { messageOf } from '../errors/message.ts'

afterEach(() => td.unsetBackend())

/** numjs under another name, where one op is computed as another one is. */
function withWrong(name: string, op: string, like: string): AnyBackend {
  const right = numjs()
  const { emit } = right.lowerings.find((lowering) => lowering.op === like)!
  const lowerings = right.lowerings.map((lowering) => (lowering.op === op ? { ...lowering, emit } : lowering))
  return { ...right, name, lowerings } as AnyBackend
}

/** The reference under another name, where programs of several steps give something else than their steps do. */
function wrongTogether(name: string): AnyBackend {
  const load: AnyBackend['load'] = (artifact, device) => {
    const { bind } = referenceBackend.load(artifact, device)
    const { steps, outputs } = artifact as {
      readonly steps: readonly unknown[]
      readonly outputs: readonly unknown[]
    }
    if (steps.length < 3 || outputs.length > 1) return { bind }
    return {
      bind:
        (...given) =>
        (inputs) =>
          (bind(...given)(inputs) as Float32Array[]).map((out) => out.map(() => 7)),
    }
  }
  return { ...referenceBackend, name, load }
}

beforeAll(async () => {
  await numjs().init('cpu')
  td.registerBackend(wrongTogether('wrong-together') as never)
  td.registerBackend(withWrong('wrong-sqrt', 'sqrt', 'abs') as never)
  td.registerBackend(withWrong('wrong-greater', 'greater', 'less') as never)
})

const x = (): td.NDArray => td.array([1, 2, 3])
/** Where a text stands first in this file. */
async function lineOf(text: string): Promise<number> {
  const lines = (await readFile(new URL(import.meta.url), 'utf8')).split('\n')
  return lines.findIndex((line) => line.includes(text)) + 1
}
/** Lines move when a test is edited; that they are named is tested by itself. */
const withoutLines = (text: string): string => text.replaceAll(/(different\.test\.ts):\d+/g, '$1')
const textOf = async (graph: td.Graph, options?: td.VerifyOptions): Promise<string> =>
  withoutLines(String(await graph.verify(options)))

describe('an engine with a wrong lowering', () => {
  test('is found, with the node, its line and both values', async () => {
    const graph = td.traceGraph(
      (a: td.NDArray) => {
        const b = td.add(td.abs(a), 1)
        const root = td.sqrt(b)
        return td.sum(td.multiply(root, 2))
      },
      { args: [x()] },
    ) as td.Graph
    const report = await graph.verify({ backends: ['numjs', 'wrong-sqrt'], trials: 2 })
    expect(report.equal).toBe(false)
    expect(report.backends).toEqual(['numjs:cpu', 'wrong-sqrt:cpu'])
    expect(new Set(report.differences.map(({ engine }) => engine))).toEqual(new Set(['wrong-sqrt:cpu']))
    expect(report.differences[0]!.node).toMatchObject({
      op: 'sqrt',
      line: `different.test.ts:${await lineOf('const root = td.sqrt(b)')}`,
      index: [0],
    })
    expect(withoutLines(String(report))).toMatchInlineSnapshot(`
      "2 different: 2 calls on numjs:cpu, wrong-sqrt:cpu
      call 0 (float32[3]; ordinary values): the result is 21.8828125 on wrong-sqrt:cpu, 11.239459991455078 by reference:cpu; allowed: 1e-6 * sqrt(k) * sum|terms| in float32, as much in float32, [11.239417339887755, 11.239502830115466]
        first different node: %3: float32[3] = sqrt(%2)  // different.test.ts
          4.3671875 at [0] on wrong-sqrt:cpu, 2.0897817611694336 by reference:cpu; allowed: 4 ulp, [2.089780807495117, 2.08978271484375]
      call 1 (float32[3]; special values): the result is 17.81640625 on wrong-sqrt:cpu, 10.12978458404541 by reference:cpu; allowed: 1e-6 * sqrt(k) * sum|terms| in float32, as much in float32, [10.129747624570284, 10.129822422133552]
        first different node: %3: float32[3] = sqrt(%2)  // different.test.ts
          2.177734375 at [0] on wrong-sqrt:cpu, 1.475714921951294 by reference:cpu; allowed: 4 ulp, [1.4757144451141357, 1.4757153987884521]"
    `)
  })

  test('is found where the function goes on by a value that it has wrong', async () => {
    const graph = td.traceGraph(
      (a: td.NDArray) => {
        if (td.greater(td.sum(a), 0).item()) return td.multiply(a, 2)
        return td.negative(a)
      },
      { args: [x()] },
    ) as td.Graph
    expect(await textOf(graph, { backends: ['wrong-greater'], trials: 1 })).toMatchInlineSnapshot(`
      "1 different: 1 call on wrong-greater:cpu
      call 0 (float32[3]; ordinary values): a value that the function goes on by is true on wrong-greater:cpu, false by reference:cpu; allowed: the same bits
        first different node: %2: bool[] = greater(%1, 0)  // different.test.ts
          true on wrong-greater:cpu, false by reference:cpu; allowed: the same bits
        By it the graph took another way than the function"
    `)
  })

  test('is found in calls that run the function again', async () => {
    const graph = td.traceGraph((a: td.NDArray) => td.sqrt(td.abs(a)), {
      args: [x()],
      rerun: 'always',
    }) as td.Graph
    expect(await textOf(graph, { backends: ['wrong-sqrt'], trials: 1 })).toMatchInlineSnapshot(`
      "1 different: 1 call on wrong-sqrt:cpu
      call 0 (float32[3]; ordinary values): the result at [0] is 3.3671875 on wrong-sqrt:cpu, 1.8349897861480713 by reference:cpu; allowed: 4 ulp, [1.834989309310913, 1.8349902629852295]
        first different node: %2: float32[3] = sqrt(%1)  // different.test.ts
          3.3671875 at [0] on wrong-sqrt:cpu, 1.8349897861480713 by reference:cpu; allowed: 4 ulp, [1.834989309310913, 1.8349902629852295]"
    `)
  })

  test('is found where ops are wrong together only', async () => {
    const graph = td.traceGraph(
      (a: td.NDArray) => {
        const b = td.multiply(td.add(a, 2), 3)
        return td.exp(td.sin(td.tanh(b)))
      },
      { args: [x()] },
    ) as td.Graph
    expect(await textOf(graph, { backends: ['wrong-together'], trials: 1 })).toMatchInlineSnapshot(`
      "1 different: 1 call on wrong-together:cpu
      call 0 (float32[3]; ordinary values): the result at [0] is 7 on wrong-together:cpu, 0.43120354413986206 by reference:cpu; allowed: 4 ulp, [0.4312029480934143, 0.4312041103839874]
        first different node: %3: float32[3] = tanh(%2)  // different.test.ts
          7 at [0] on wrong-together:cpu, -0.999452531337738 by reference:cpu; allowed: 4 ulp, [-0.9994528293609619, -0.9994522929191589]"
    `)
  })

  test('is found inside of a loop', async () => {
    const graph = td.traceGraph(
      (a: td.NDArray) => td.forLoop(0, 2, (_, v: td.NDArray) => td.sqrt(td.abs(v)), a),
      { args: [x()] },
    ) as td.Graph
    expect(await textOf(graph, { backends: ['wrong-sqrt'], trials: 1 })).toMatchInlineSnapshot(`
      "1 different: 1 call on wrong-sqrt:cpu
      call 0 (float32[3]; ordinary values): the result at [0] is 3.3671875 on wrong-sqrt:cpu, 1.354617953300476 by reference:cpu; allowed: 4 ulp, [1.3546167612075806, 1.3546191453933716]
        first different node: %3: float32[3] = sqrt(%2)  // different.test.ts
          3.3671875 at [0] on wrong-sqrt:cpu, 1.8349897861480713 by reference:cpu; allowed: 4 ulp, [1.834989309310913, 1.8349902629852295]"
    `)
  })
})

describe('a function that does something else than when it was traced', () => {
  test('by a variable from outside', async () => {
    let k = 2
    const graph = td.traceGraph((a: td.NDArray) => td.add(td.multiply(a, k), 1), { args: [x()] }) as td.Graph
    k = 3
    expect(await textOf(graph)).toMatchInlineSnapshot(`
      "1 different: 1 call on reference:cpu
      call 0 (float32[3]; ordinary values): the result at [0] is -5.734375 on every engine, -9.1015625 by the function; allowed: the same bits
        first different node: %1: float32[3] = multiply(%0, 2)  // different.test.ts
          -6.734375 at [0] on every engine, -10.1015625 by the function; allowed: the same bits
        The function does something else than when it was traced: it may use a variable from outside, a clock or Math.random. Pass what changes as an argument, or keep it in a Variable"
    `)
  })

  test('by calling another op', async () => {
    let isSum = true
    const graph = td.traceGraph((a: td.NDArray) => (isSum ? td.sum(a) : td.max(a)), {
      args: [x()],
    }) as td.Graph
    isSum = false
    expect(await textOf(graph)).toMatchInlineSnapshot(`
      "1 different: 1 call on reference:cpu
      call 0 (float32[3]; ordinary values): the result is -6.294921875 on every engine, 0.8232421875 by the function; allowed: the same bits
        first different node: %1: float32[] = sum(%0, axis=null, dtype=null, keepdims=false)  // different.test.ts
          sum on every engine, max by the function; allowed: the same op
        The function does something else than when it was traced: it may use a variable from outside, a clock or Math.random. Pass what changes as an argument, or keep it in a Variable. It calls max at different.test.ts now"
    `)
  })

  test('by returning another tree', async () => {
    let label = 'a'
    const graph = td.traceGraph((a: td.NDArray) => ({ [label]: td.sum(a), label }), {
      args: [x()],
    }) as td.Graph
    label = 'b'
    expect(await textOf(graph)).toMatchInlineSnapshot(`
      "1 different: 1 call on reference:cpu
      call 0 (float32[3]; ordinary values): the form of the result is {"a":float32:0,"label":"a"} on every engine, {"b":float32:0,"label":"b"} by the function
        The function does something else than when it was traced: it may use a variable from outside, a clock or Math.random. Pass what changes as an argument, or keep it in a Variable"
    `)
  })

  test('by throwing', async () => {
    let fails = false
    const graph = td.traceGraph(
      (a: td.NDArray) => {
        if (fails) throw new RangeError('not now')
        return td.sum(a)
      },
      { args: [x()] },
    ) as td.Graph
    fails = true
    expect(await textOf(graph)).toMatchInlineSnapshot(`
      "1 different: 1 call on reference:cpu
      call 0 (float32[3]; ordinary values): the call is a result on every engine, an error of class RangeError by the function
        The function does something else than when it was traced: it may use a variable from outside, a clock or Math.random. Pass what changes as an argument, or keep it in a Variable. It calls 0 ops now, and the graph holds 1. It throws RangeError: not now"
    `)
  })

  test('by chance', async () => {
    const graph = td.traceGraph((a: td.NDArray) => td.multiply(a, Math.random()), { args: [x()] }) as td.Graph
    const report = await graph.verify()
    expect(report.differences[0]).toMatchObject({ engine: 'every engine', node: { op: 'multiply' } })
  })

  test('after a value that was read', async () => {
    let k = 2
    const graph = td.traceGraph(
      (a: td.NDArray) => (td.greater(td.sum(a), 0).item() ? td.multiply(a, k) : td.negative(a)),
      { args: [x()] },
    ) as td.Graph
    k = 3
    const report = await graph.verify()
    expect(report.differences[0]).toMatchObject({ engine: 'every engine', node: { op: 'multiply' } })
  })
})

describe('refusals', () => {
  const graph = (): td.Graph => td.traceGraph((a: td.NDArray) => td.add(a, 1), { args: [x()] }) as td.Graph
  const refused = (options: object): Promise<string> => messageOf(() => graph().verify(options))

  test('options that are none', async () => {
    expect(await refused({ trial: 3 })).toMatchInlineSnapshot(`
      "ParamError: verify: 'trial' is 3: there is no such option.
      Did you mean 'trials'?"
    `)
    expect(await refused({ engines: ['ort'] })).toMatchInlineSnapshot(`
      "ParamError: verify: 'engines' is ["ort"]: there is no such option.
      Options are trials, backends."
    `)
    expect(await refused({ trials: 0 })).toMatchInlineSnapshot(
      `"ParamError: verify: 'trials' is 0: it takes a whole number from 1 to 10000."`,
    )
    expect(await refused({ backends: 'ort' })).toMatchInlineSnapshot(
      `"ParamError: verify: 'backends' is "ort": it takes an array of backends' names, such as ['ort', 'tfjs:wasm']."`,
    )
    expect(await refused({ backends: ['nunjs'] })).toMatchInlineSnapshot(`
      "BackendError: backend nunjs: there is no such backend.
      Did you mean 'numjs'? A third party's adapter is made known by registerBackend."
    `)
  })

  test('graphs without their function', async () => {
    const read = td.parseGraph(graph().toString())
    expect(await messageOf(() => read.verify())).toMatchInlineSnapshot(`
      "GraphError: graph: there is no function to verify it with: it was loaded or parsed, which brings the graph alone.
      Verify the graph that was traced, before it is saved; or trace the function again."
    `)
  })

  test('graphs that were not traced yet', async () => {
    const lazy = td.traceGraph((a: td.NDArray) => td.add(a, 1))
    expect(await messageOf(() => lazy.verify())).toMatchInlineSnapshot(`
      "GraphError: graph: it was not traced yet.
      Call it, or trace at once: graph.initialize(args)."
    `)
  })

  test('random numbers that were drawn while tracing', async () => {
    const drawn = td.traceGraph((a: td.NDArray) => td.add(a, td.random.uniform({ shape: [3] })), {
      args: [x()],
      includeGenerators: false,
    })
    expect(await messageOf(() => drawn.verify())).toMatchInlineSnapshot(`
      "GraphError: graph: its random numbers were drawn while it was traced (includeGenerators: false), and the function draws others at each call.
      Trace it without includeGenerators: false to verify it."
    `)
  })

  test('ops that an engine does not run', async () => {
    const wide = td.traceGraph((a: td.NDArray) => td.add(a, 1), {
      args: [td.array([1], { dtype: 'float64' })],
    })
    await expect(wide.verify({ backends: ['tfjs:cpu'] })).rejects.toThrow(td.TendrilError)
  })
})
