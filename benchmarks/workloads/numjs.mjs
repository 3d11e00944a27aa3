import * as td from '@tendril/core'
import nj from 'numjs'
import { numbers } from '../data.mjs'

/** Graphs on numjs against the same work by numjs' own methods. */
export async function numjsCases() {
  await td.setBackend('numjs')
  return [tinyAdds(), fusedChain(1e6)]
}

function tinyAdds() {
  const [x, y] = [numbers(8, 1), numbers(8, 2)]
  const [a, b] = [td.array(x), td.array(y)]
  const [na, nb] = [nj.array(x, 'float32'), nj.array(y, 'float32')]
  const graph = td.traceGraph(
    (u, v) => {
      let sum = u
      for (let i = 0; i < 100; i++) sum = td.add(sum, v)
      return sum
    },
    { args: [a, b] },
  )
  const theirs = () => {
    let sum = na
    for (let i = 0; i < 100; i++) sum = sum.add(nb)
    return sum
  }
  return {
    workload: '100 adds of 8 floats',
    engine: 'numjs',
    peer: 'numjs methods',
    ours: () => graph(a, b),
    theirs,
    read: () => [graph(a, b).dataSync(), theirs().selection.data],
  }
}

function fusedChain(size) {
  const x = numbers(size)
  const a = td.array(x)
  const na = nj.array(x, 'float32')
  const graph = td.traceGraph((u) => td.sum(td.multiply(td.tanh(td.add(td.multiply(u, 1.5), 0.25)), u)), {
    args: [a],
  })
  const theirs = () => nj.tanh(na.multiply(1.5).add(0.25)).multiply(na).sum()
  return {
    workload: `sum(tanh(x*a+b)*x), ${size} floats`,
    engine: 'numjs',
    peer: 'numjs methods',
    ours: () => graph(a),
    theirs,
    read: () => [graph(a).item(), theirs()],
  }
}
