import * as td from '@tendril/core'
import { judge, type Table, withState } from './judge.ts'

// Exceptions: thrown on a branch, caught, finally; and the state that they leave.

const is = (x: td.NDArray): boolean => x.item() === true

class OutOfRange extends RangeError {
  readonly at: number
  constructor(at: number) {
    super(`out of range at ${at}`)
    this.at = at
  }
}

const check = (x: td.NDArray): td.NDArray => {
  if (is(x.sum().less(0))) throw new OutOfRange(Number(x.sum().item()))
  return x
}

const throwing: Table = {
  'thrown on a branch': (x) => {
    if (is(x.sum().less(0))) throw new RangeError('negative')
    return x.add(1)
  },
  'thrown on the first way': (x) => {
    if (is(x.sum().greater(0))) throw new TypeError('positive')
    return x
  },
  'thrown always': () => {
    throw new SyntaxError('always')
  },
  'thrown always, after a read': (x) => {
    throw new Error(`sum ${String(x.sum().item())}`)
  },
  'thrown by a size': (x) => {
    if (x.size > 3) throw new RangeError(`size ${x.size}`)
    return x
  },
  'thrown by a size behind a read': (x) => {
    if (is(x.sum().greater(0)) && x.size > 2) throw new RangeError(`size ${x.size}`)
    return x.add(2)
  },
  'a class of its own': (x) => check(x).multiply(2),
  'no Error': (x) => {
    // oxlint-disable-next-line no-throw-literal
    if (is(x.sum().greater(2))) throw { code: 7, of: 'sum' }
    return x
  },
  'a text': (x) => {
    // oxlint-disable-next-line no-throw-literal
    if (is(x.sum().greater(2))) throw 'too large'
    return x
  },
  'caught by the function': (x) => {
    try {
      return check(x)
    } catch (error) {
      return (error as OutOfRange).at
    }
  },
  'caught and gone on with': (x) => {
    let y = x
    try {
      y = check(x).add(1)
    } catch {
      y = x.negative()
    }
    return y.multiply(2)
  },
  'caught and thrown anew': (x) => {
    try {
      return check(x)
    } catch (cause) {
      throw new Error('wrapped', { cause })
    }
  },
  finally: (x) => {
    let y = x
    try {
      y = check(y).add(1)
    } finally {
      y = y.add(10)
    }
    return y
  },
  'finally that returns': (x) => {
    try {
      check(x)
    } finally {
      // oxlint-disable-next-line no-unsafe-finally
      return x.add(3)
    }
  },
  'finally that reads': (x) => {
    let positive = false
    try {
      check(x)
    } catch {
      positive = false
    } finally {
      positive = is(x.max().greater(0))
    }
    return positive ? x.add(1) : x
  },
  'an op that fails on a way': (x) => (is(x.sum().greater(0)) ? x.reshape([7]) : x),
  'an op that fails on a way, caught': (x) => {
    try {
      return is(x.sum().greater(0)) ? x.reshape([3]) : x
    } catch (error) {
      return (error as Error).message
    }
  },
  'an op that fails, caught, then a read': (x) => {
    let y = x
    try {
      y = x.reshape([3, 1])
    } catch {
      y = td.flatten(x)
    }
    return is(y.sum().greater(0)) ? y.add(1) : y
  },
  'ops before the one that fails are left out': (x) => {
    const sums: td.NDArray[] = []
    try {
      sums.push(x.sum())
      sums.push(x.reshape([3]).sum())
      sums.push(x.max())
    } catch {
      sums.push(td.array([-1]))
    }
    return sums
  },
  'item of more than one': (x) => x.item(),
  'item of more than one, caught': (x) => {
    try {
      return x.item()
    } catch {
      return x.sum().item()
    }
  },
  'a dtype that an op refuses': (x) => td.bitwiseAnd(x, 1),
  'a dtype that an op refuses, caught': (x) => {
    try {
      return td.bitwiseAnd(x, 1)
    } catch (error) {
      return (error as Error).constructor.name
    }
  },
  'a mistake in the function': (x) => (is(x.sum().greater(0)) ? x : (null as unknown as td.NDArray).add(1)),
  'a parameter that is refused on a way': (x) => (is(x.sum().greater(0)) ? x.sum({ axis: 5 }) : x),
  'retries until it fits': (x) => {
    for (const size of [4, 3, 2, 1]) {
      try {
        return td.flatten(x).reshape([size])
      } catch {
        if (is(x.sum().less(0))) return size
      }
    }
    return 'none'
  },
  'draws before a throw': (x) => {
    const noise = td.random.uniform({ shape: [1] })
    if (x.size > 2) throw new RangeError('too many')
    return x.sum().add(noise)
  },
  'draws before a read and a throw': (x) => {
    const noise = td.random.uniform({ shape: [1] })
    if (is(x.sum().less(0))) throw new RangeError('negative')
    td.random.normal({ shape: [2] })
    if (is(x.sum().greater(5))) throw new RangeError('large')
    return x
      .sum()
      .add(noise)
      .add(td.random.uniform({ shape: [1] }))
  },
  'a Variable assigned, then thrown': withState(() => {
    const w = new td.Variable(td.array([0]))
    return {
      state: () => w,
      fn: (x: td.NDArray) => {
        w.assign(w.value.add(1))
        if (x.size > 2) throw new RangeError('size')
        w.assign(w.value.add(10))
        return x
      },
    }
  }),
  'a Variable assigned, read, thrown': withState(() => {
    const w = new td.Variable(td.array([0]))
    return {
      state: () => w,
      fn: (x: td.NDArray) => {
        w.assign(w.value.add(1))
        if (is(x.sum().less(0))) throw new RangeError('negative')
        w.assign(w.value.multiply(2))
        if (is(w.value.sum().greater(100))) throw new RangeError('large')
        return w.value.add(x.sum().multiply(0))
      },
    }
  }),
  'two Variables, one left half way': withState(() => {
    const [a, b] = [new td.Variable(td.array([1])), new td.Variable(td.array([1]))]
    return {
      state: () => [a, b],
      fn: (x: td.NDArray) => {
        a.assign(a.value.add(1))
        check(x)
        b.assign(b.value.add(a.value))
        return x
      },
    }
  }),
  'an object written, then thrown': withState(() => {
    const kept = { total: td.array([0]), calls: 0 }
    return {
      state: () => kept,
      options: { stateful: [kept] },
      fn: (x: td.NDArray) => {
        kept.total = kept.total.add(1)
        if (is(x.sum().less(0))) throw new RangeError('negative')
        kept.total = kept.total.multiply(2)
        return kept.total
      },
    }
  }),
  'a Container written, then thrown': withState(() => {
    const kept = new td.Container({ total: td.array([0]) })
    return {
      state: () => kept,
      options: { stateful: [kept] },
      fn: (x: td.NDArray) => {
        const old = kept['total'] as td.NDArray
        kept['total'] = old.add(1)
        if (is(x.sum().less(0))) throw new RangeError('negative')
        kept['seen'] = old
        return old
      },
    }
  }),
  'written back in finally': withState(() => {
    const w = new td.Variable(td.array([3]))
    return {
      state: () => w,
      fn: (x: td.NDArray) => {
        const before = w.value
        w.assign(before.add(1))
        try {
          return check(x).add(w.value)
        } finally {
          w.assign(before.multiply(0.5))
        }
      },
    }
  }),
}

judge(throwing)
