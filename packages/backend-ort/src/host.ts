/** What Node has beside the standard library. */
interface Host {
  readonly process?: {
    readonly platform: string
    readonly arch: string
    getBuiltinModule?(name: string): unknown
  }
}

const { process } = globalThis as Host

/** A module of Node, where there is one. */
export const builtin = <T>(name: string): T | undefined => process?.getBuiltinModule?.(name) as T | undefined

/** The system and the processor, by Node's names. */
export const machine = { platform: process?.platform ?? '', arch: process?.arch ?? '' } as const

interface NodeModule {
  createRequire(from: string): { resolve(id: string): string }
}

/** Where a package's file lies; undefined where it is not installed. */
export function pathOf(id: string): string | undefined {
  try {
    return builtin<NodeModule>('node:module')!
      .createRequire(import.meta.url)
      .resolve(id)
  } catch {
    return undefined
  }
}
