import { numjs } from '@tendril/backend-numjs'
import { ort } from '@tendril/backend-ort'
import { tfjs } from '@tendril/backend-tfjs'
import {
  allOps,
  type AnyBackend,
  type DType,
  dtypes,
  Engine,
  type Op,
  referenceBackend,
  supportOf,
} from '@tendril/core/testing'

const letters = { native: 'n', decomposed: 'd' } as const

// It has its lowerings when it has been started.
await numjs().init('cpu')

/** The engines that adapters are written for, started or not. */
const engines: readonly Engine[] = (
  [
    [numjs(), 'cpu'],
    [tfjs(), 'cpu'],
    [tfjs(), 'wasm'],
    [tfjs(), 'webgl'],
    [tfjs(), 'webgpu'],
    [tfjs(), 'node'],
    [ort(), 'cpu'],
    [referenceBackend, 'cpu'],
  ] as readonly (readonly [AnyBackend, string])[]
).map(([backend, device]) => new Engine(backend, device))

const order = [...dtypes]

interface Row {
  readonly name: string
  /** For each engine a letter for each dtype. */
  readonly cells: readonly string[]
  /** Engines and dtypes by the reason why there is no support. */
  readonly reasons: ReadonlyMap<string, ReadonlyMap<string, readonly DType[]>>
}

function rowOf(name: string, op: Op): Row {
  const reasons = new Map<string, Map<string, DType[]>>()
  const cells = engines.map(({ key, target }) =>
    order
      .map((dtype) => {
        const support = supportOf(op, target, dtype)
        if (typeof support === 'string') return letters[support]
        // Told once for the engine.
        if (`${support.reason};`.startsWith(`${target.name} holds no ${dtype};`)) return '-'
        const ofReason = reasons.get(support.reason) ?? new Map<string, DType[]>()
        reasons.set(support.reason, ofReason.set(key, [...(ofReason.get(key) ?? []), dtype]))
        return '-'
      })
      .join(''),
  )
  return { name, cells, reasons }
}

/** Where a reason holds, the same for all engines told once. */
function places(where: ReadonlyMap<string, readonly DType[]>): string {
  const texts = [...where].map(([engine, list]) => [engine, list.join(', ')] as const)
  if (where.size === engines.length && new Set(texts.map(([, text]) => text)).size === 1) return texts[0]![1]
  return texts.map(([engine, text]) => `${engine}: ${text}`).join('; ')
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** The document: every op on every engine for every dtype. */
export function capabilities(): string {
  const ops = [...allOps].filter(([, { def }]) => def.control === undefined)
  const rows = ops.map(([name, op]) => rowOf(name, op)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const table = rows.map(
    ({ name, cells }) => `| ${name} | ${cells.map((text) => `\`${text}\``).join(' | ')} |`,
  )
  const reasons = rows.flatMap(({ name, reasons: all }) =>
    [...all].map(([reason, where]) => `| ${name} | ${places(where)} | ${cell(reason)} |`),
  )
  return `<!-- Written by scripts/generate-capabilities.mjs; the tests tell when it is out of date. -->

# Capabilities

How each engine computes each op, for each dtype of the first array that may have it (of its result where it takes none), as
\`td.supports(fn, backend, dtype)\` tells: a usual call is put into the engine's terms as every graph is. A cell has a letter
for each dtype, in this order:

${order.map((dtype, i) => `${i + 1} ${dtype}`).join(', ')}.

- \`n\`: native, by a spelling of the engine's own;
- \`d\`: decomposed, into other ops, or computed by core: its kernels where the engine can call them, random numbers, complex
  numbers as pairs of real ones;
- \`-\`: not at all: the engine holds no such arrays, or the reason is below.

${engines.map(({ key, target }) => `${key} holds ${order.filter((dtype) => target.dtypes.has(dtype)).join(', ')}`).join('; ')}.

Control flow (\`cond\`, \`whileLoop\`, \`scan\`) holds graphs, whose ops decide.

| op | ${engines.map(({ key }) => key).join(' | ')} |
| --- | ${engines.map(() => '---').join(' | ')} |
${table.join('\n')}

## Why not

| op | where | reason |
| --- | --- | --- |
${reasons.join('\n')}
`
}
