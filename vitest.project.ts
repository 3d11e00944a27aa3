import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { defaultServerConditions, type Plugin } from 'vite'
import { defineProject, type UserWorkspaceConfig } from 'vitest/config'

const decorator = /^\s*@\w/m

/** Node runs no decorators yet, and vite leaves them as they are. */
const lowerDecorators: Plugin = {
  name: 'tendril:lower-decorators',
  enforce: 'pre',
  async transform(code, id) {
    if (!id.endsWith('.test.ts') || !decorator.test(code)) return null
    const { code: lowered, map } = await transform(code, {
      loader: 'ts',
      target: 'es2022',
      sourcemap: true,
      sourcefile: id,
    })
    return { code: lowered, map }
  },
}

/** The settings all packages share: tests run on the sources, and `*.test-d.ts` files are type-checked. */
export function project(name: string, root = 'test', setup: readonly string[] = []): UserWorkspaceConfig {
  return defineProject({
    plugins: [lowerDecorators],
    ssr: { resolve: { conditions: ['@tendril/source', ...defaultServerConditions] } },
    test: {
      name,
      setupFiles: [fileURLToPath(new URL('vitest.setup.ts', import.meta.url)), ...setup],
      // Its gradients come as modules without file endings, which Node does not find.
      server: { deps: { inline: [/tfjs-core\/dist\/(?!tf-core)/] } },
      include: [`${root}/**/*.test.ts`],
      // A busy machine is slow, not wrong.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      exclude: ['**/node_modules/**', '**/dist/**', 'canary/**'],
      typecheck: {
        enabled: true,
        checker: 'tsc',
        tsconfig: './tsconfig.test.json',
        include: [`${root}/**/*.test-d.ts`],
        exclude: ['**/node_modules/**', '**/dist/**', 'canary/**'],
      },
    },
  })
}
