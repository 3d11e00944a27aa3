import { type Arbitrary, gen } from 'fast-check'
import {
  type Bounded,
  countOf,
  type DType,
  type HostArray,
  isFloat,
  NDArray,
  type Op,
  opTable,
  type TensorType,
} from '@tendril/core/testing'
import { inferCall } from './arbitraries.ts'
import { argumentsOf, type Call, printArray, printCall } from './call.ts'
import { Draw } from './draw.ts'
import { callOp, flatResults } from './engine-call.ts'
import { generatorOf } from './generators/index.ts'
import { jumps } from './random-function.ts'
import { truthOfFunction } from './truth-of-function.ts'

/** A function made of ops, and arrays to call it with. */
export interface RandomGraph {
  readonly inputs: readonly HostArray[]
  /** Takes arrays like `inputs` of any engine, or traced ones; gives all results that nothing else uses. */
  readonly fn: (...arrays: NDArray[]) => NDArray[]
  /** The results that are right for `inputs`. */
  readonly truth: () => readonly Bounded[]
  /** The calls, one a line. */
  toString(): string
}

export interface RandomGraphOptions {
  readonly dtypes: readonly DType[]
  /** Ops to choose from. Default: all but those that are random or jump. */
  readonly ops?: readonly Op[]
  /** How many calls of random ops; the ops that fit one's result to the next are not counted. Default: 3 to 5. */
  readonly calls?: readonly [least: number, most: number]
}

/** Where an argument of a call comes from. */
type Source =
  | { readonly from: 'input'; readonly index: number }
  | { readonly from: 'result'; readonly index: number }

interface Step {
  readonly call: Call
  readonly sources: ReadonlyMap<HostArray, Source>
}

/**
 * Random compositions of ops: the results of calls become arguments of later ones, fitted to the shape needed there.
 *
 * @example fc.assert(fc.property(randomGraph({ dtypes: ['float32'] }), ({ fn, inputs }) => …))
 */
export function randomGraph({
  dtypes,
  ops = pureOps(),
  calls = [3, 5],
}: RandomGraphOptions): Arbitrary<RandomGraph> {
  return gen().map((g) => {
    const choice = new Draw(g, {
      def: ops[0]!.def,
      dtype: dtypes[0]!,
      values: 'ordinary',
      held: new Set(dtypes),
    })
    const inputs: HostArray[] = []
    const steps: Step[] = []
    const made: TensorType[] = []
    const wanted = choice.int(...calls)
    // Some calls are refused; a few more tries make up for them.
    for (let i = 0; i < 3 * wanted && steps.length < wanted; i++) {
      const op = choice.pick(ops)
      const dtype = made.length > 0 && !choice.rarely(4) ? choice.pick(made).dtype : choice.pick(dtypes)
      const draw = new Draw(g, { def: op.def, dtype, values: 'ordinary', held: new Set(dtypes) })
      const call: Call = { op, ...generatorOf(op.def)(draw) }
      const outs = inferCall(call)
      if (outs === undefined || !outs.every((out) => dtypes.includes(out.dtype))) continue
      const sources = new Map<HostArray, Source>()
      argumentsOf(call, (host) => {
        const free = host === call.inputs[0] || op.def.traits.elementwise === true || isFloat(host.dtype)
        const result = free && !choice.rarely(4) ? resultLike(choice, host, made) : undefined
        return sources.set(host, result ?? asInput(inputs, host))
      })
      steps.push({ call, sources })
      made.push(...outs)
    }
    return new Composition(inputs, steps)
  })
}

const pureOps = (): readonly Op[] =>
  [...opTable.values()].filter(
    ({ def }) => !def.traits.random && !('key' in def.params) && !jumps.has(def.name),
  )

/** An earlier result that can be fitted to the shape of an argument; only indices have to keep their values. */
function resultLike(draw: Draw, host: HostArray, made: readonly TensorType[]): Source | undefined {
  const fitting = made.flatMap(({ dtype, shape }, index) =>
    dtype === host.dtype && (countOf(shape as number[]) > 0 || host.data.length === 0) ? [index] : [],
  )
  return fitting.length === 0 ? undefined : { from: 'result', index: draw.pick(fitting) }
}

const asInput = (inputs: HostArray[], host: HostArray): Source => ({
  from: 'input',
  index: inputs.push(host) - 1,
})

const byName = (name: string, ...args: unknown[]): NDArray => callOp(opTable.get(name)!, args) as NDArray

/** The elements of an array, repeated or cut, in another shape. */
function fitted(x: NDArray, shape: readonly number[]): NDArray {
  if (String(x.shape) === String(shape)) return x
  const count = countOf(shape)
  const flat = byName('reshape', x, [x.size])
  const enough = x.size >= count ? flat : byName('tile', flat, [Math.ceil(count / x.size)])
  return byName('reshape', byName('slice', enough, [0], [count]), shape)
}

class Composition implements RandomGraph {
  readonly inputs: readonly HostArray[]
  readonly #steps: readonly Step[]

  constructor(inputs: readonly HostArray[], steps: readonly Step[]) {
    this.inputs = inputs
    this.#steps = steps
  }

  readonly fn = (...arrays: NDArray[]): NDArray[] => {
    const results: NDArray[] = []
    const used = new Set<NDArray>()
    for (const { call, sources } of this.#steps) {
      const args = argumentsOf(call, (host) => {
        const source = sources.get(host)!
        if (source.from === 'input') return arrays[source.index]!
        const result = results[source.index]!
        used.add(result)
        return fitted(result, host.shape)
      })
      results.push(...flatResults<NDArray>(call.op, callOp(call.op, args)))
    }
    return results.filter((result) => !used.has(result))
  }

  readonly truth = (): readonly Bounded[] => truthOfFunction(this.fn, this.inputs)

  toString(): string {
    const inputs = this.inputs.map((host, i) => `x${i} = ${printArray(host)}`)
    const steps = this.#steps.map(({ call, sources }) => {
      const from = [...sources.values()].map(
        (source) => `${source.from === 'input' ? 'x' : 'r'}${source.index}`,
      )
      return `${printCall(call)}   // its arrays are ${from.join(', ')}`
    })
    return [...inputs, ...steps].join('\n')
  }
}
