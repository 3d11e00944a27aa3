interface BuiltIns {
  getBuiltinModule?(name: 'node:fs'): { existsSync(path: string | URL): boolean } | undefined
}

/**
 * A folder of the shared data beside the repository, which a clone may lack; undefined where it is absent.
 *
 * `root` is the repository: `new URL('..', import.meta.url)` in a test of the folder `tests`.
 *
 * @example describe.skipIf(sharedFolder('conformance', root) === undefined)('skipped: ../shared/conformance is absent', …)
 */
export function sharedFolder(name: string, root: URL): URL | undefined {
  const { process } = globalThis as { process?: BuiltIns }
  const folder = new URL(`../shared/${name}/`, root)
  return process?.getBuiltinModule?.('node:fs')?.existsSync(folder) ? folder : undefined
}
