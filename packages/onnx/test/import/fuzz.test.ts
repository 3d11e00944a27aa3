import { FormatError, UnsupportedOpError } from '@tendril/core'
import { expect, it } from 'vitest'
import { attr, GraphBuilder, importOnnx, ModelBuilder } from '../../src/index.ts'
import { fuzzModels } from './fuzz-models.ts'
import { mutated, randomOf } from './mutations.ts'

const { TENDRIL_RUNS: runs = '1', TENDRIL_SEED: seed = '7' } = process.env

const kinds = [
  'Uint8Array',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float32Array',
  'Float64Array',
  'ArrayBuffer',
] as const

/** How many bytes of arrays `run` makes, those included that are given up before it ends. */
function allocatedBy(run: () => void): number {
  let bytes = 0
  const before = kinds.map((kind) => [kind, globalThis[kind]] as const)
  for (const [kind, made] of before)
    Object.defineProperty(globalThis, kind, {
      configurable: true,
      writable: true,
      value: new Proxy(made as unknown as new (...given: unknown[]) => ArrayBufferView, {
        construct(target, given, newTarget) {
          if (typeof given[0] === 'number')
            bytes += given[0] * ('BYTES_PER_ELEMENT' in made ? made.BYTES_PER_ELEMENT : 1)
          return Reflect.construct(target, given, newTarget === target ? target : newTarget) as object
        },
      }),
    })
  try {
    run()
    return bytes
  } finally {
    for (const [kind, made] of before)
      Object.defineProperty(globalThis, kind, { configurable: true, writable: true, value: made })
  }
}

/** What is wrong with the import of a file; undefined where it is a graph or refused. */
function complaint(file: Uint8Array): string | undefined {
  let wrong: string | undefined
  const start = performance.now()
  const bytes = allocatedBy(() => {
    try {
      const graph = importOnnx(file)
      if (typeof graph !== 'function') wrong = `it gives ${typeof graph}`
    } catch (error) {
      if (error instanceof FormatError || error instanceof UnsupportedOpError) return
      wrong = `it throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    }
  })
  const took = performance.now() - start
  if (wrong !== undefined) return wrong
  if (took > mostMilliseconds) return `it takes ${took} ms`
  // Shapes are computed from the file, and constants folded, up to a bound: what that takes does not grow with sizes in it.
  return bytes > Math.max(4 * file.length, 1 << 25) ? `it makes ${bytes} bytes of ${file.length}` : undefined
}

const mostMilliseconds = 5000

it('imports mutated models, or refuses them by its own errors, in little time and memory', () => {
  const models = fuzzModels()
  const count = Math.round(5000 * Number(runs))
  const complaints = new Map<string, string>()
  for (let i = 0; i < count; i++) {
    const random = randomOf(Number(seed) * 1_000_003 + i)
    const file = mutated(random, models[random(models.length)]!)
    const found = complaint(file)
    if (found !== undefined)
      complaints.set(
        found.split('\n').slice(0, 4).join('\n').replaceAll(/\d+/g, '#'),
        `run ${i} of seed ${seed}: ${found}`,
      )
  }
  expect([...complaints.values()].slice(0, 12).join('\n\n')).toBe('')
}, 600_000)

const refused = (make: (model: ModelBuilder) => string): unknown => {
  const model = new ModelBuilder()
  model.output(make(model), 'float32', null)
  return complaint(model.build()) ?? thrownBy(model.build())
}

function thrownBy(file: Uint8Array): unknown {
  try {
    return importOnnx(file)
  } catch (error) {
    return error
  }
}

/** Loops inside of each other, whose arrays grow, so that each turn is written out. */
function nested(model: GraphBuilder, x: string, depth: number): string {
  const body = model.subgraph('body')
  body.input('int64', [])
  const goes = body.input('bool', [])
  const given = body.input('float32', [null])
  const grown = body.node('Concat', [given, given], { attributes: { axis: 0 } })
  body.output(body.node('Identity', [goes]), 'bool', null)
  body.output(depth === 0 ? grown : nested(body, grown, depth - 1), 'float32', null)
  return model.node('Loop', [model.scalar('int64', 9000), model.scalar('bool', 1), x], {
    attributes: { body: attr.graph(body.proto) },
  })
}

it('refuses shapes at the end of a long chain, and loops inside of loops, that would be written out', () => {
  const chain = refused((model) => {
    let shape = model.ints([3, 2])
    for (let i = 0; i < 20_000; i++) shape = model.node('Neg', [shape])
    return model.node('Reshape', [model.input('float32', [2, 3]), shape])
  })
  expect(chain).toBeInstanceOf(FormatError)
  expect(refused((model) => nested(model, model.input('float32', ['n']), 3))).toBeInstanceOf(FormatError)
}, 60_000)

it.each<[string, (model: ModelBuilder) => string]>([
  ['Range', (m) => m.node('Range', [m.scalar('int64', 0), m.scalar('int64', 2 ** 30), m.scalar('int64', 1)])],
  ['ConstantOfShape', (m) => m.node('ConstantOfShape', [m.ints([2 ** 15, 2 ** 15])])],
  ['Expand', (m) => m.node('Expand', [m.scalar('float32', 1), m.ints([2 ** 15, 2 ** 15])])],
  ['Tile', (m) => m.node('Tile', [m.ints([1]), m.ints([2 ** 30])])],
  ['Pad', (m) => m.node('Pad', [m.ints([1]), m.ints([2 ** 29, 2 ** 29])])],
  ['EyeLike', (m) => m.node('EyeLike', [m.node('ConstantOfShape', [m.ints([2 ** 15, 2 ** 15])])])],
  ['OneHot', (m) => m.node('OneHot', [m.ints([1]), m.scalar('int64', 2 ** 30), m.ints([0, 1])])],
  ['HannWindow', (m) => m.node('HannWindow', [m.scalar('int64', 2 ** 30)])],
  ['Resize', (m) => m.node('Resize', [m.input('float32', [1]), '', '', m.ints([2 ** 30])])],
])('does not make what %s of constants is large of', (_, make) => {
  const model = new ModelBuilder()
  const large = make(model)
  model.output(model.node('Shape', [large]), 'int64', null)
  model.output(large, 'float32', null)
  expect(complaint(model.build())).toBeUndefined()
})
