import { operators } from '../../packages/onnx/src/import/operators/index.ts'
import { known } from './known.ts'
import type { NodeTest } from './node-tests.ts'

/** What came of a test on an engine. */
export type Outcome = 'passed' | 'lacks a dtype' | 'known'

/** Outcomes by engine, then by the name of the test. */
export type Outcomes = ReadonlyMap<string, ReadonlyMap<string, Outcome>>

/** The page of the tests of ONNX' own, by operator and engine. */
export function onnxPage(tests: readonly NodeTest[], outcomes: Outcomes): string {
  const engines = [...outcomes.keys()]
  const ops = [...new Set(tests.flatMap((test) => test.ops))].toSorted()
  const row = (label: string, of: readonly NodeTest[]): string =>
    `| ${label} | ${of.length} | ${engines.map((engine) => cell(of, outcomes.get(engine)!)).join(' | ')} |`
  return `<!-- Written by tests/onnx/conformance.test.ts: npx vitest run --project tests tests/onnx/conformance -u -->

# ONNX

\`importOnnx(bytesOrPath)\` reads a model of the operator sets 1 to 28 into a graph, \`traceGraph\` takes one like any function,
and \`exportOnnx(graph)\` and \`saveOnnx(graph, path)\` write one. An imported graph runs on every engine.

## What is read

- Operators: the table below has those of ONNX' own tests; the list after it has all. An unknown one is an
  \`UnsupportedOpError\` that names all that are unknown; \`importOnnx(model, { operators: { domain: { Name: (call) => … } } })\`
  gives them.
- Functions of the model, graphs inside of nodes, external data beside the model (paths that leave its folder are refused).
- Sizes stay open under the names of the file. Shape arithmetic (\`Shape\`, \`Gather\`, \`Concat\`, \`Reshape\`, …) is followed as
  sizes. Shapes, bounds, widths, counts, scales and axes may be *inputs* of the model, or computed of such: the graph is traced
  once for all of them, and runs in two parts, of which the first one tells the sizes of the other. One that is wrong is an error
  of the call that names the node. Only where data decide how many axes there are, or where a value is needed for another
  reason (an \`If\` whose branches have different sizes), it is read like any value that a function reads: such a graph is
  traced at its first call, once for each of the values, and is exported as it came.
- Elements of types that arrays do not have stand in arrays of a wider dtype, which inputs and outputs of the graph are as
  well: bfloat16, float8 (e4m3fn, e4m3fnuz, e5m2, e5m2fnuz, e8m0), float6 and float4 as float32, int4 and int2 as int8, uint4 and
  uint2 as uint8. What converts rounds to the narrow type (\`Cast\`, \`CastLike\`, \`QuantizeLinear\`, \`DequantizeLinear\`);
  between other operators, and as results, numbers in bfloat16 are those that float32 has, not rounded. Files are written
  with the wider dtypes. Strings and complex numbers are refused.
- Weights of 2, 4 and 8 bits of onnxruntime's own operators (\`MatMulNBits\`, \`QMoE\`, \`MatMulBnb4\`) stay as they are on
  onnxruntime, where they are multiplied in single precision (\`accuracy_level\` is not taken), and in exported files. For the
  other engines they are turned to float32 while a file is imported, so that calls do nothing but multiply: 8 times the room
  for 4 bits. Tables of which rows are taken (\`GatherBlockQuantized\`) stay as they are on every engine.
- Arguments are checked against the inputs that the file declares. \`importOnnx(model, { inputs: { image: td.spec('float32',
  ['n', 3, 'height', 'width']) } })\` frees sizes that it fixes, and so does \`traceGraph(model, { args: [td.spec(…)] })\`.
- int64 is kept; an engine without it takes \`graph.to('tfjs', { dtypePolicy: 'nearest' })\`.

## Tests

${tests.length} tests of the onnx package (node, simple, pytorch; \`../shared/conformance/onnx-node\`), compared as its own runner does,
dtypes and shapes exactly. A cell tells how many passed of those whose inputs and outputs have dtypes that the engine
holds. *Round trip*: imported, exported and run by onnxruntime alone.

| operator | tests | ${engines.join(' | ')} |
| --- | --- | ${engines.map(() => '---').join(' | ')} |
${row('**all**', tests)}
${ops
  .map((op) =>
    row(
      op,
      tests.filter((test) => test.ops.includes(op)),
    ),
  )
  .join('\n')}

${knownPart()}
## All operators

${Object.entries(operators)
  .map(
    ([domain, table]) =>
      `${domain === '' ? 'ONNX' : `\`${domain}\``}: ${Object.keys(table).toSorted().join(', ')}.`,
  )
  .join('\n\n')}
`
}

function cell(tests: readonly NodeTest[], outcomes: ReadonlyMap<string, Outcome>): string {
  const held = tests.filter(({ name }) => outcomes.get(name) !== 'lacks a dtype')
  if (held.length === 0) return '-'
  return `${held.filter(({ name }) => outcomes.get(name) === 'passed').length}/${held.length}`
}

function knownPart(): string {
  const lines = Object.entries(known).flatMap(([engine, tests]) =>
    Object.entries(tests).map(([name, reason]) => `- ${name} on ${engine}: ${reason}`),
  )
  return lines.length === 0 ? '' : `Not passed:\n\n${lines.join('\n')}\n`
}
