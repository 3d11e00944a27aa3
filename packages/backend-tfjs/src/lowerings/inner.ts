import type { InnerGraph, NodeInfo } from '@tendril/core/adapter'
import type { TfjsEmitter } from '../emitter.ts'
import { isGpu } from '../gpu/device.ts'
import { handedOut, Info, type Value } from '../value.ts'

/** Writes the call of a function inside. */
export type Call = (args: readonly string[]) => string

/** Writes a graph that a node runs as a function, whose results are the caller's. */
export function functionOf(e: TfjsEmitter, node: NodeInfo, graph: string): Call {
  const { inputs, spell } = node.graphs![graph] as InnerGraph<Value>
  const { names, close } = e.text.open(inputs)
  const infos: Info[] = []
  const results = e.apart(() => {
    const given = inputs.map((type, i) =>
      e.value(type, new Info(names[i]!, { name: names[i]!, owner: 'caller', holders: 0 })),
    )
    infos.push(...spell(given).map((value) => e.info(value)))
    return handedOut(infos)
  })
  const { name, waits } = close(
    results,
    infos.map((info) => info.name),
  )
  if (waits) e.text.waits = true
  return (args) => `${waits ? 'await ' : ''}${name}(${args.join(', ')})`
}

/** The elements of an array on the host; a GPU has to be waited for. */
export function elementsOn(e: TfjsEmitter, info: string): string {
  if (!isGpu(e.device)) return `T.elements(${info})`
  e.text.waits = true
  return `(await T.elements(${info}))`
}

/** Statements that name the results of a node themselves, as they run and as they are shown. */
export interface Statements {
  readonly run: readonly string[]
  readonly shown: readonly string[]
}

export function named(
  e: TfjsEmitter,
  write: (names: readonly string[], fresh: () => string) => Statements,
): readonly Value[] {
  const fresh = (): string => e.text.js.fresh()
  const names = e.node.outputs.map(fresh)
  const { run, shown } = write(names, fresh)
  for (const line of run) e.text.push(line)
  for (const line of shown) e.text.write(line)
  return e.node.outputs.map((type, i) =>
    e.value(type, new Info(names[i]!, { name: names[i]!, owner: 'run', holders: 0 })),
  )
}
