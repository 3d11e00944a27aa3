/** The operators that draw: two of them are never the same value. */
const random: ReadonlySet<string> = new Set(
  ['RandomNormal', 'RandomUniform'].flatMap((name) => [name, `${name}Like`]),
)

export const isRandom = (operator: string): boolean => random.has(operator)
