import { countOf, type InnerGraph, type Lowering, type NodeInfo } from '@tendril/core/adapter'
import { arrayName } from '../dtypes.ts'
import type { NumjsEmitter } from '../emitter.ts'
import type { Value } from '../values.ts'
import { lower } from './lower.ts'

/** The name of the function of a graph. */
const functionOf = (js: NumjsEmitter, node: NodeInfo, graph: string): string =>
  js.inner(node.graphs![graph] as InnerGraph<Value>)

/** Branches and loops in JavaScript; the graphs inside are functions of the program. */
export const control: readonly Lowering<NumjsEmitter, Value>[] = [
  lower('cond', (js, [predicate, operands], _params, node) => {
    const [yes, no] = [functionOf(js, node, 'onTrue'), functionOf(js, node, 'onFalse')]
    return js.call(
      node.outputs,
      [predicate, ...operands],
      ([truth, ...args], results) =>
        `const [${results.join(', ')}] = ${truth}[0] ? ${yes}(${args.join(', ')}) : ${no}(${args.join(', ')})`,
      { returns: 'named', lead: 1 },
    )
  }),
  lower('whileLoop', (js, [operands], { carried }, node) => {
    const [test, body] = [functionOf(js, node, 'test'), functionOf(js, node, 'body')]
    return js.call(
      node.outputs,
      operands,
      (args, results) => {
        const given = [...results, ...args.slice(carried)].join(', ')
        return [
          ...carriedFrom(results, args),
          `while (${test}(${given})[0][0]) [${results.join(', ')}] = ${body}(${given})`,
        ].join('\n')
      },
      { returns: 'named' },
    )
  }),
  lower('forLoop', (js, [lo, hi, operands], { carried }, node) => {
    const body = functionOf(js, node, 'body')
    const Counter = arrayName(lo.dtype)
    return js.call(
      node.outputs,
      [lo, hi, ...operands],
      ([from, to, ...args], results) => {
        const given = [`${Counter}.of(i)`, ...results, ...args.slice(carried)].join(', ')
        return [
          ...carriedFrom(results, args),
          `for (let i = ${from}[0]; i < ${to}[0]; i++) ${assigned(results)}${body}(${given})`,
        ].join('\n')
      },
      { returns: 'named', lead: 2 },
    )
  }),
  lower('scan', (js, [operands], params, node) => {
    const { carried, scanned, reverse } = params
    const body = functionOf(js, node, 'body')
    const size = scanned > 0 ? node.inputs[carried]!.shape[0]! : params.length!
    const turns = js.lifts.size(size)
    const rows = operands.slice(carried, carried + scanned).map(({ shape }) => js.lifts.size(rowOf(shape)))
    const made = node.outputs.slice(carried)
    const rooms = made.map(
      ({ shape }) => [js.lifts.size(countOf(shape)), js.lifts.size(rowOf(shape))] as const,
    )
    return js.call(
      node.outputs,
      operands,
      (args, results) => {
        const carry = results.slice(0, carried)
        const taken = rows.map((row, i) => `${args[carried + i]}.slice(i * ${row}, (i + 1) * ${row})`)
        const given = [...carry, ...taken, ...args.slice(carried + scanned)].join(', ')
        const rowNames = results.slice(carried).map((name) => `row_${name}`)
        const after = [...carry, ...rowNames]
        return [
          ...carriedFrom(carry, args),
          ...made.map(
            ({ dtype }, i) => `const ${results[carried + i]} = new ${arrayName(dtype)}(${rooms[i]![0]})`,
          ),
          ...(made.length > 0 ? [`let ${rowNames.join(', ')}`] : []),
          reverse ? `for (let i = ${turns} - 1; i >= 0; i--) {` : `for (let i = 0; i < ${turns}; i++) {`,
          `  ${assigned(after)}${body}(${given})`,
          ...made.map(
            (_, i) => `  ${results[carried + i]}.set(row_${results[carried + i]}, i * ${rooms[i]![1]})`,
          ),
          '}',
        ].join('\n')
      },
      { returns: 'named' },
    )
  }),
]

const rowOf = (shape: readonly number[]): number => countOf(shape.slice(1))

/** Nothing may be carried. */
const assigned = (names: readonly string[]): string => (names.length === 0 ? '' : `[${names.join(', ')}] = `)

const carriedFrom = (names: readonly string[], args: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`let ${names.map((name, i) => `${name} = ${args[i]}`).join(', ')}`]
