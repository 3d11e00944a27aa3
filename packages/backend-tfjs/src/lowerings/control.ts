import { countOf } from '@tendril/core/adapter'
import type { TfDType } from '../device.ts'
import type { TfjsEmitter } from '../emitter.ts'
import type { Value } from '../value.ts'
import { elementsOn, functionOf, named } from './inner.ts'
import { lower, type TfjsLowering } from './lower.ts'

const namesOf = (e: TfjsEmitter, values: readonly Value[]): readonly string[] =>
  values.map((value) => e.info(value).name)

/** What is carried is the loop's own, so that each turn frees what it used up. */
const begun = (names: readonly string[], from: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`let ${names.map((name, i) => `${name} = T.share(${from[i]})`).join(', ')}`]

const shownBegun = (names: readonly string[], from: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`let ${names.map((name, i) => `${name} = ${from[i]}`).join(', ')}`]

const arrayOf: Readonly<Record<TfDType, string>> = {
  float32: 'Float32Array',
  int32: 'Int32Array',
  bool: 'Uint8Array',
}

const list = (names: readonly string[]): string => `[${names.join(', ')}]`

/** Gives what is carried to the next turn. */
const carriedOn = (names: readonly string[], after: readonly string[]): readonly string[] => [
  ...names.map((name) => `T.free(${name})`),
  ...names.map((name, i) => `${name} = ${after[i]}`),
]

const assigned = (names: readonly string[], call: string): string =>
  names.length === 0 ? call : `${list(names)} = ${call}`

const plain = (call: string): string => call.replace(/^await /, '')

/** Branches and loops in JavaScript; the graphs inside are functions of the program. On a GPU they wait for what decides. */
export const control: readonly TfjsLowering[] = [
  lower('cond', (e, [predicate, operands], _params, node) => {
    const [yes, no] = [functionOf(e, node, 'onTrue'), functionOf(e, node, 'onFalse')]
    const [truth, ...args] = namesOf(e, [predicate, ...operands])
    const read = `${elementsOn(e, truth!)}[0]`
    return named(e, (names) => ({
      run: [`const ${list(names)} = ${read} ? ${yes(args)} : ${no(args)}`],
      shown: [`const ${list(names)} = ${truth}.dataSync()[0] ? ${plain(yes(args))} : ${plain(no(args))}`],
    }))
  }),
  lower('whileLoop', (e, [operands], { carried }, node) => {
    const [test, body] = [functionOf(e, node, 'test'), functionOf(e, node, 'body')]
    const args = namesOf(e, operands)
    return named(e, (names, fresh) => {
      const given = [...names, ...args.slice(carried)]
      const [go, goes, ...after] = [fresh(), fresh(), ...names.map(fresh)]
      return {
        run: [
          ...begun(names, args),
          'for (;;) {',
          `  const [${go}] = ${test(given)}`,
          `  const ${goes} = ${elementsOn(e, go!)}[0]`,
          `  T.free(${go})`,
          `  if (!${goes}) break`,
          `  const ${list(after)} = ${body(given)}`,
          ...carriedOn(names, after).map((line) => `  ${line}`),
          '}',
        ],
        shown: [
          ...shownBegun(names, args),
          `while (${plain(test(given))}[0].dataSync()[0]) ${assigned(names, plain(body(given)))}`,
        ],
      }
    })
  }),
  lower('forLoop', (e, [lo, hi, operands], { carried }, node) => {
    const body = functionOf(e, node, 'body')
    const [from, to, ...args] = namesOf(e, [lo, hi, ...operands])
    const bounds = [elementsOn(e, from!), elementsOn(e, to!)].map((read) => `${read}[0]`)
    return named(e, (names, fresh) => {
      const [i, end, at, ...after] = [fresh(), fresh(), fresh(), ...names.map(fresh)]
      const given = [at!, ...names, ...args.slice(carried)]
      return {
        run: [
          ...begun(names, args),
          `for (let ${i} = ${bounds[0]}, ${end} = ${bounds[1]}; ${i} < ${end}; ${i}++) {`,
          `  const ${at} = T.write(Int32Array.of(${i}), [], 'int32')`,
          `  const ${list(after)} = ${body(given)}`,
          `  T.free(${at})`,
          ...carriedOn(names, after).map((line) => `  ${line}`),
          '}',
        ],
        shown: [
          ...shownBegun(names, args),
          `for (let ${i} = ${from}.dataSync()[0]; ${i} < ${to}.dataSync()[0]; ${i}++) {`,
          `  ${assigned(names, plain(body([`tf.scalar(${i}, 'int32')`, ...given.slice(1)])))}`,
          '}',
        ],
      }
    })
  }),
  lower('scan', (e, [operands], params, node) => {
    const { carried, scanned, reverse } = params
    const body = functionOf(e, node, 'body')
    const args = namesOf(e, operands)
    const whole = operands.slice(carried, carried + scanned)
    const turns = e.size(scanned > 0 ? whole[0]!.shape[0]! : params.length!)
    const rows = whole.map(({ type: { dtype, shape } }) => ({
      dtype,
      shape: e.shape(shape.slice(1)),
      count: e.size(countOf(shape.slice(1))),
    }))
    const stacks = node.outputs.slice(carried).map(({ dtype, shape }) => ({
      dtype,
      shape: e.shape(shape),
      all: e.size(countOf(shape)),
      count: e.size(countOf(shape.slice(1))),
    }))
    return named(e, (names, fresh) => {
      const [carry, made] = [names.slice(0, carried), names.slice(carried)]
      const [i, ...after] = [fresh(), ...carry.map(fresh)]
      const [from, row, room, y] = [rows.map(fresh), rows.map(fresh), stacks.map(fresh), stacks.map(fresh)]
      const given = [...carry, ...row, ...args.slice(carried + scanned)]
      const head = reverse
        ? `for (let ${i} = ${turns} - 1; ${i} >= 0; ${i}--) {`
        : `for (let ${i} = 0; ${i} < ${turns}; ${i}++) {`
      const results = [...after, ...y]
      const taken = whole.map((_, k) => `${args[carried + k]}.gather(${i})`)
      const shownGiven = [...carry, ...taken, ...args.slice(carried + scanned)]
      return {
        run: [
          ...begun(carry, args),
          ...from.map((name, k) => `const ${name} = ${elementsOn(e, args[carried + k]!)}`),
          ...room.map(
            (name, k) => `const ${name} = new ${arrayOf[stacks[k]!.dtype as TfDType]}(${stacks[k]!.all})`,
          ),
          head,
          ...row.map((name, k) => {
            const { dtype, shape, count } = rows[k]!
            return `  const ${name} = T.write(${from[k]}.slice(${i} * ${count}, (${i} + 1) * ${count}), ${shape}, '${dtype}')`
          }),
          `  const ${list(results)} = ${body(given)}`,
          ...room.map((name, k) => `  ${name}.set(${elementsOn(e, y[k]!)}, ${i} * ${stacks[k]!.count})`),
          ...[...row, ...y].map((name) => `  T.free(${name})`),
          ...carriedOn(carry, after).map((line) => `  ${line}`),
          '}',
          ...made.map(
            (name, k) => `const ${name} = T.write(${room[k]}, ${stacks[k]!.shape}, '${stacks[k]!.dtype}')`,
          ),
        ],
        shown: [
          ...shownBegun(carry, args),
          ...room.map((name) => `const ${name} = []`),
          head.replaceAll(turns, scanned > 0 ? `${args[carried]}.shape[0]` : String(params.length)),
          ...(y.length > 0 ? [`  let ${y.join(', ')}`] : []),
          `  ${assigned([...carry, ...y], plain(body(shownGiven)))}`,
          ...room.map((name, k) => `  ${name}${reverse ? '.unshift' : '.push'}(${y[k]})`),
          '}',
          ...made.map((name, k) => `const ${name} = tf.stack(${room[k]})`),
        ],
      }
    })
  }),
]
