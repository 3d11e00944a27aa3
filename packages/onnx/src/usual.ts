import type { OnnxProgram, Port, Statement } from './program.ts'

const isUsual = ({ usual }: Statement): boolean => usual !== undefined

/**
 * A program without the branches that are hardly ever taken, which cost fusions on both of their sides; undefined where
 * there are none. Its last result tells whether it holds: where it is false, the program itself has to run.
 */
export function usualProgram(program: OnnxProgram): OnnxProgram | undefined {
  if (!program.statements.some(isUsual)) return undefined
  const conditions: string[] = []
  const statements = program.statements.flatMap((statement): readonly Statement[] => {
    const { usual, inputs, outputs, branches } = statement
    if (usual === undefined) return [statement]
    conditions.push(inputs[0]!)
    const branch = branches![usual]!
    return [...branch.statements, one('Identity', [branch.output.name], outputs[0]!)]
  })
  const [first, ...others] = conditions
  const ends = others.map((condition, i) =>
    one('And', [i === 0 ? first! : `held${i - 1}`, condition], `held${i}`),
  )
  const last = others.length === 0 ? first! : `held${others.length - 1}`
  const held: Port = { name: 'held', dtype: 'bool', shape: [] }
  return {
    ...program,
    statements: [...statements, ...ends, one('Identity', [last], held.name)],
    outputs: [...program.outputs, held],
  }
}

const one = (operator: string, inputs: readonly string[], output: string): Statement => ({
  operator,
  inputs,
  outputs: [output],
  attributes: {},
})
