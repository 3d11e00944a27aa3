import { childrenOf } from './members.ts'
import type { Module } from './module.ts'

/** A module as PyTorch prints it: its class with its settings, and the modules in it below. */
export function printModule(
  module: Module,
  settingsOf: (module: Module) => string,
  above: readonly Module[] = [],
): string {
  const title = `${module.constructor.name}(${settingsOf(module)}`
  const inner = [...above, module]
  const children = childrenOf(module).filter(([, child]) => !inner.includes(child))
  if (children.length === 0) return `${title})`
  const lines = children.map(([name, child]) => {
    const text = printModule(child, settingsOf, inner)
    return `  (${name}): ${text.replaceAll('\n', '\n  ')}\n`
  })
  return `${title}\n${lines.join('')})`
}
