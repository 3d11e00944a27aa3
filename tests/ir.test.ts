import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Atom,
  clean,
  evaluateNodes,
  type Graph,
  type HostArray,
  hostArray,
  leaf,
  list,
  loadForm,
  makeGraph,
  type Op,
  type Operand,
  opTable,
  parseGraph,
  printGraph,
  Recorder,
  saveForm,
  TendrilError,
  tensorType,
  type TypedArray,
  under,
  type Value,
  type Var,
  variable,
  verifyGraph,
} from '@tendril/core/testing'
import { anyCall, argumentsOf, type Call, takes } from '@tendril/testing'

const dtypes = [
  'float32',
  'int32',
  'bool',
  'float64',
  'int64',
  'uint8',
  'float16',
  'complex64',
  'complex128',
] as const

interface Recorded {
  readonly graph: Graph
  /** The arrays that the graph takes, by its inputs. */
  readonly arrays: ReadonlyMap<Atom, HostArray>
}

const callOp = (op: Op, args: readonly unknown[]): unknown => op(...(args as never))

/** All arrays in the results of an op. */
const valuesIn = (result: unknown): readonly Value[] =>
  typeof result === 'object' && result !== null && 'type' in result
    ? [result as Value]
    : Object.values(result as object).flatMap(valuesIn)

/** The graph of one call, every second array captured instead of given; undefined when the op refuses the call. */
function recordCall(call: Call): Recorded | undefined {
  const recorder = new Recorder()
  const arrays = new Map<Var, HostArray>()
  let count = 0
  const args = argumentsOf(call, (host) => {
    const type = tensorType(host.dtype, host.shape)
    if (count++ % 2 === 1) return recorder.wrap(recorder.constant({ type, host: () => host.data }))
    const input = variable(type)
    arrays.set(input, host)
    return recorder.wrap(input)
  })
  try {
    const results = valuesIn(under(recorder, () => callOp(call.op, args)))
    const outputs = results.map((value) => recorder.lift(value as Operand)!)
    const graph = makeGraph({
      inputs: [...arrays.keys()],
      constants: [...recorder.constants].map(([array, out]) => ({ out, array })),
      slots: [],
      nodes: recorder.nodes,
      outputs,
      args: list([...arrays].map(() => leaf)),
      result: list(outputs.map(() => leaf)),
      writes: [],
      draws: 0,
    })
    return { graph, arrays }
  } catch (error) {
    if (error instanceof TendrilError) return undefined
    throw error
  }
}

const bits = ({ dtype, shape, data }: HostArray): string =>
  `${dtype}[${shape.join()}] ${Array.from(data as ArrayLike<number | bigint>, (x) => (Object.is(x, -0) ? '-0' : String(x))).join()}`

/** What a graph gives by the ops' own meanings. */
function run(graph: Graph, arrays: ReadonlyMap<Atom, HostArray>): readonly string[] {
  const env = new Map(arrays)
  for (const { out, array } of graph.constants)
    env.set(out, hostArray(array.type.dtype, array.type.shape as readonly number[], array.host()))
  evaluateNodes(graph.nodes, env)
  return graph.outputs.map((atom) => bits(env.get(atom)!))
}

const makeConstant = (type: ReturnType<typeof tensorType>, data: TypedArray) => ({ type, host: () => data })

describe.each([...opTable].map(([name, op]) => ({ name, op })))('a graph of $name', ({ op }) => {
  const options = (dtype: (typeof dtypes)[number]) => ({
    op,
    dtype,
    values: /^(float|complex)/.test(dtype) ? ('special' as const) : ('ordinary' as const),
    held: new Set(dtypes),
  })
  const taken = dtypes.filter((dtype) => takes(options(dtype)))
  const calls = fc.constantFrom(...taken).chain((dtype) => anyCall(options(dtype)))

  test('is well formed, and comes back from its text and from its saved form', () => {
    let seen = 0
    fc.assert(
      fc.property(calls, (call) => {
        const recorded = recordCall(call)
        if (recorded === undefined) return
        seen++
        const { graph } = recorded
        verifyGraph(graph)
        const text = printGraph(graph)
        // Arrays above 16 elements come by their hash.
        const hashes = [...text.matchAll(/const %(\d+): \S+ = #(\w+)/g)]
        const constants = new Map(
          hashes.map(([, at, hash]) => [hash!, graph.constants[Number(at) - graph.inputs.length]!.array]),
        )
        expect(printGraph(parseGraph(text, opTable, { constants }))).toBe(text)
        const { json, constants: tensors } = saveForm(graph)
        const loaded = loadForm(json, new Map(Object.entries(tensors)), opTable, {
          makeConstant,
          makeSlot: (label) => ({ label, read: () => undefined }),
        })
        expect(printGraph(loaded)).toBe(text)
      }),
      { numRuns: 25 },
    )
    expect(seen).toBeGreaterThan(0)
  })

  test.skipIf(op.def.traits.random)('gives the same when it is cleaned up', () => {
    fc.assert(
      fc.property(calls, (call) => {
        const recorded = recordCall(call)
        if (recorded === undefined) return
        const { graph, arrays } = recorded
        const cleaned = clean(graph).graph
        verifyGraph(cleaned)
        expect(run(cleaned, arrays)).toEqual(run(graph, arrays))
      }),
      { numRuns: 12 },
    )
  })
})
