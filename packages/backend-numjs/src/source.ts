import type { Artifact } from './program.ts'

/** A program as readable TypeScript. */
export function source({ text, inputs, outputs }: Artifact): string {
  const tuple = (types: readonly string[]): string => types.join(', ') || 'none'
  return [
    '// A program of @tendril/backend-numjs: plain loops over row-major typed arrays.',
    `// Inputs: ${tuple(inputs)}. Results: ${tuple(outputs)}.`,
    '// Sizes, numbers and constant arrays stand beside the text, so that it serves all of them;',
    '// memory for what is no result is made once, when the program is bound.',
    '',
    'export function bind(',
    '  S: readonly number[],',
    '  L: readonly (number | bigint)[],',
    '  C: readonly TypedArray[],',
    '  K: Helpers,',
    '  ops: Record<string, Op>,',
    '): (I: readonly TypedArray[]) => TypedArray[] {',
    ...text.split('\n').map((line) => (line === '' ? '' : `  ${line}`)),
    '}',
    '',
  ].join('\n')
}

/** A step at the top of a program's run: a loop, or the call of a kernel. */
const step = /^ {2}(?:(for) \(|(?:const .* = )?([a-z]\w*)\()/gm

/** The steps of a program by name: `loop`, `matmul`. */
export const spelling = ({ text }: Artifact): readonly string[] =>
  Array.from(text.slice(text.indexOf('return (I) =>')).matchAll(step), ([, loop, kernel]) =>
    loop === undefined ? kernel!.replace(/_\w+Array$/, '') : 'loop',
  )
