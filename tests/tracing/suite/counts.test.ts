import * as td from '@tendril/core'
import { judge, type Fn, type Table, withState } from './judge.ts'

// Sizes that data decide: how many elements are not zero, how many differ.

const is = (x: td.NDArray): boolean => x.item() === true
const line = (x: td.NDArray): td.NDArray => td.flatten(x)
const positive = (x: td.NDArray): td.NDArray => td.nonzero(line(x).greater(0))[0]!

const counts: Table = {
  'places of what is positive': (x) => positive(x),
  'places in all axes': (x) => td.nonzero(x),
  'elements that are positive': (x) => line(x).take(positive(x)),
  'their sum, whose size nobody sees': (x) => line(x).take(positive(x)).sum(),
  'arithmetic on them': (x) => {
    const some = line(x).take(positive(x))
    return some.multiply(2).add(some).subtract(1)
  },
  'beside the argument': (x) => [line(x).take(positive(x)), x.add(1)],
  'their number': (x) => positive(x).shape[0],
  'their number by size': (x) => positive(x).size,
  'their number decides': (x) => (positive(x).shape[0]! > 1 ? x.add(1) : x.subtract(1)),
  'their number as a factor': (x) => x.multiply(positive(x).shape[0]!),
  'a mean by hand': (x) => {
    const some = line(x).take(positive(x))
    return some.sum().divide(some.size)
  },
  'none of them': (x) => (positive(x).size === 0 ? 'none' : line(x).take(positive(x)).max()),
  'meets an array of a size': (x) =>
    line(x)
      .take(positive(x))
      .add(td.array([1, 2])),
  'meets the argument, caught': (x) => {
    try {
      return line(x).add(positive(x))
    } catch (error) {
      return (error as Error).name
    }
  },
  'meets another one': (x) => {
    const some = line(x).take(positive(x))
    const others = line(x).take(td.nonzero(line(x).less(0))[0]!)
    return td.concat([some, others])
  },
  'their shape as text': (x) => td.nonzero(x).map((one) => one.shape.join('x')),
  'of what was found': (x) => {
    const some = line(x).take(positive(x))
    return some.take(td.nonzero(some.greater(1.5))[0]!)
  },
  'of what was found, three times': (x) => {
    let some = line(x)
    for (const limit of [-5, 0, 2]) some = some.take(td.nonzero(some.greater(limit))[0]!)
    return some
  },
  'until there are few': (x) => {
    let some = line(x)
    for (let limit = 0; some.size > 2 && limit < 9; limit++)
      some = some.take(td.nonzero(some.greater(limit))[0]!)
    return some
  },
  'before a value is read': (x) => {
    const some = line(x).take(positive(x))
    return is(x.sum().greater(2)) ? some.add(1) : some.size
  },
  'after a value is read': (x) => (is(x.sum().greater(2)) ? line(x).take(positive(x)) : x),
  'read on one way only': (x) => {
    const places = positive(x)
    if (is(x.sum().greater(2))) return places.size
    return line(x).take(places)
  },
  'elements by elements': (x) => [...positive(x)].map((place) => place.item()),
  'all elements at once': (x) => line(x).take(positive(x)).toArray(),
  'in a list': (x) => td.nonzero(x).length,
  'as sizes of a new array': (x) => td.zeros([positive(x).size, 2]),
  reshaped: (x) => td.reshape(line(x).take(positive(x)), [-1, 1]).add(td.array([[1, 2]])),
  'repeated draws': (x) =>
    line(x)
      .take(positive(x))
      .add(td.random.uniform({ shape: [1] })),
  'draws of this size': (x) => td.random.uniform({ shape: [positive(x).size] }),
  'distinct elements': (x) => td.uniqueValues(x),
  'distinct elements with all that is known': (x) => td.uniqueAll(x),
  'distinct elements, counted': (x) => {
    const { values, counts: often } = td.uniqueCounts(x)
    return values.multiply(often)
  },
  'back from distinct elements': (x) => {
    const { values, inverseIndices } = td.uniqueInverse(x)
    return values.take(line(inverseIndices))
  },
  'how many are distinct': (x) => td.uniqueValues(x).size,
  'a given size': (x) => td.nonzero(x, { size: 3 }),
  'a given size of distinct elements': (x) => (x.size === 0 ? x : td.uniqueValues(x, { size: 4 })),
  'a Variable of what was found': withState(() => {
    const found = new td.Variable(td.array([0]))
    const fn: Fn = (x) => {
      const before = found.value
      found.assign(line(x).astype('float32').take(positive(x)))
      return before
    }
    return { fn, state: () => found }
  }),
  'an async function': async (x) => {
    const some = line(x).take(positive(x))
    const data = await some.data()
    return data.length > 1 ? some.add(1) : some.subtract(1)
  },
}

judge(counts)
