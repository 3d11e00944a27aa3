import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allocate,
  type Atom,
  clean,
  evaluateNodes,
  type Graph,
  type HostArray,
  leaf,
  list,
  loadForm,
  makeGraph,
  type NDArray,
  opTable,
  parseGraph,
  printGraph,
  Recorder,
  saveForm,
  TendrilError,
  under,
  variable,
  verifyGraph,
} from '@tendril/core/testing'
import { anyCall, type Call } from '@tendril/testing'

const dtypes = ['float32', 'int32', 'bool', 'float64', 'int64', 'uint8', 'float16'] as const

interface Recorded {
  readonly graph: Graph
  /** The arrays that the graph takes, by its inputs. */
  readonly arrays: ReadonlyMap<Atom, HostArray>
}

/** The graph of one call, every second array captured instead of given; undefined when the op refuses the call. */
function recordCall({ op, inputs, params }: Call): Recorded | undefined {
  const recorder = new Recorder()
  const arrays = new Map<Atom, HostArray>()
  let count = 0
  const lift = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(lift)
    if (typeof one !== 'object' || one === null) return one
    const array = one as HostArray
    const atom = variable({ ...typeOf(array) })
    return atom
  }
  return undefined
}
