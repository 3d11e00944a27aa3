// Prints what onnxruntime's CPU engine answers for special values, beside what NumPy and the array API standard say.
//
//   npm run build && node scripts/probe-ort-values.mjs [word]
//
// With a word only rows whose text holds it are printed. Every row runs in this process but those of `crash`, which
// may end it: they run in one of their own. Accuracy has a script of its own, probe-ort-accuracy.mjs.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runNode } from './ort/node.mjs'
import { open, rows } from './ort/rows.mjs'

await import('./ort/rows-elementwise.mjs')
await import('./ort/rows-arrays.mjs')

const show = (value) =>
  Array.isArray(value) ? `[${value.map(show).join(', ')}]` : Object.is(value, -0) ? '-0' : String(value)
const describe = ({ dtype, shape, values }) =>
  shape.length === 1
    ? `${dtype} ${show(values.length > 20 ? [...values.slice(0, 2), '…'] : values)}`
    : `${dtype}[${shape}]${values.length > 0 && values.length <= 20 ? ` ${show(values)}` : ''}`

function answer({ operator, inputs, attributes, outputs, wanted }) {
  try {
    const results = runNode(operator, inputs, { attributes, outputs })
    if (outputs.length > 1) return show(results.map(({ data }) => data))
    const [{ data, dims }] = results
    return Array.isArray(wanted) || typeof wanted === 'string' ? show(data) : `[${dims}] ${show(data)}`
  } catch (error) {
    return `error: ${error.message
      .replaceAll(/\s+/g, ' ')
      .replace(/^.*Status Message: /, '')
      .replace(/^\S*onnxruntime_src\S* .*?\) /, '')
      .slice(0, 90)}`
  }
}

function answerApart(at) {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--row', String(at)], {
    encoding: 'utf8',
  })
  return child.status === 0 ? child.stdout.trim() : `the process ends: ${child.signal ?? child.status}`
}

const expectation = (wanted) =>
  typeof wanted === 'string'
    ? wanted
    : Array.isArray(wanted)
      ? show(wanted)
      : `[${wanted.dims}] ${show(wanted.data)}`

if (process.argv[2] === '--row') {
  console.log(answer(rows[Number(process.argv[3])]))
} else {
  console.log('| | operator and input | onnxruntime | wanted |\n| --- | --- | --- | --- |')
  let equal = 0
  for (const [at, entry] of rows.entries()) {
    const parameters = Object.entries(entry.attributes).map(
      ([key, value]) => `${key}=${typeof value === 'object' && value.type ? (value.i ?? '…') : value}`,
    )
    const text = `${[entry.operator, ...parameters].join(' ')} (${entry.inputs.map(describe).join(', ')})${entry.note ? `, ${entry.note}` : ''}`
    if (process.argv[2] && !text.includes(process.argv[2])) continue
    const got = entry.crash ? answerApart(at) : answer(entry)
    const wanted = expectation(entry.wanted)
    const same = got === wanted || wanted === open || (wanted === 'an error' && got.startsWith('error'))
    if (same) equal++
    console.log(`| ${same ? '' : '✗'} | ${text} | ${got} | ${same ? '' : wanted} |`)
  }
  console.log(`\n${equal} of ${rows.length} rows as wanted`)
}
