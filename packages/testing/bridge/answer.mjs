import { readArrays, readValue, writeValue } from './wire.mjs'

/** What `fn` names: a public function such as `add` or `linalg.svd`, or `.name`, a method or attribute of the first argument. */
function resolve(td, fn, args) {
  if (typeof fn !== 'string' || fn === '') throw new TypeError('`fn` is the name of a function')
  if (fn.startsWith('.')) return member(td, fn.slice(1), args)
  let value = td
  for (const key of fn.split('.')) {
    if (value === null || !['object', 'function'].includes(typeof value) || !Object.hasOwn(value, key))
      throw new ReferenceError(`there is no ${fn}`)
    value = value[key]
  }
  return typeof value === 'function' ? { call: () => value(...args) } : { call: () => value }
}

/** A member of the first argument: a method is called with the rest, anything else is its value. */
function member(td, key, [owner, ...rest]) {
  if (!(owner instanceof td.NDArray)) throw new TypeError(`.${key} is asked of an array, the first argument`)
  if (key === 'constructor' || key.startsWith('__') || !(key in owner))
    throw new ReferenceError(`arrays have no ${key}`)
  return {
    call: () => {
      const value = owner[key]
      return typeof value === 'function' ? value.apply(owner, rest) : value
    },
  }
}

/** What is done with a result: `.set` of `updateAt` has an object as its owner that is no array. */
function step(owner, { fn, args }) {
  const key = typeof fn === 'string' && fn.startsWith('.') ? fn.slice(1) : ''
  if (key === '' || key === 'constructor' || key.startsWith('__') || !(key in Object(owner)))
    throw new ReferenceError(`the result has no ${fn}`)
  const value = owner[key]
  return typeof value === 'function' ? value.apply(owner, args) : value
}

/** The class that an error says it is of. */
const classOf = (error) => (error instanceof Error ? error.constructor.name || error.name : typeof error)

/** The answer to a message of `messages`, as a header and the bytes of its arrays; it never throws. */
export async function answer(td, { header, bytes, error: unread }) {
  const id = header.id === undefined ? {} : { id: header.id }
  try {
    if (unread !== undefined) throw unread
    const arrays = readArrays(td, header.arrays, bytes)
    const read = (value) => readValue(td, value, arrays)
    const { fn, args = [], options, then = [] } = header
    if (!Array.isArray(args)) throw new TypeError('`args` is a list')
    if (!Array.isArray(then)) throw new TypeError('`then` is a list of { fn, args }')
    const given = args.map(read)
    if (options !== undefined && options !== null) given.push(read(options))
    let result = await resolve(td, fn, given).call()
    for (const one of then) result = await step(result, { fn: one?.fn, args: (one?.args ?? []).map(read) })
    const out = { arrays: [], buffers: [] }
    const value = await writeValue(td, result, out)
    return { header: { ...id, result: value, arrays: out.arrays }, buffers: out.buffers }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { header: { ...id, error: { class: classOf(error), message }, arrays: [] }, buffers: [] }
  }
}
