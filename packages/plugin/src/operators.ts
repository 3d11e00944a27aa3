/** The operators that arrays have, and the functions at run time that stand for them. */
export const binary: ReadonlyMap<string, string> = new Map([
  ['+', 'add'],
  ['-', 'subtract'],
  ['*', 'multiply'],
  ['/', 'divide'],
  ['%', 'remainder'],
  ['**', 'power'],
  ['<', 'less'],
  ['<=', 'lessEqual'],
  ['>', 'greater'],
  ['>=', 'greaterEqual'],
  ['==', 'equal'],
  ['!=', 'notEqual'],
  ['&', 'bitAnd'],
  ['|', 'bitOr'],
  ['^', 'bitXor'],
  ['<<', 'shiftLeft'],
  ['>>', 'shiftRight'],
])

export const prefix: ReadonlyMap<string, string> = new Map([
  ['-', 'negative'],
  ['~', 'bitNot'],
  ['!', 'not'],
])

/** The function for `+=` and its like; undefined for `=` and those that no array has. */
export const compound = (operator: string): string | undefined => binary.get(operator.slice(0, -1))

/** The assignments that structured control flow knows. */
export const assigning: ReadonlySet<string> = new Set([
  '=',
  ...[...binary.keys()]
    .filter((each) => !/[<>=!]=?$/.test(each) || each === '<<' || each === '>>')
    .map((each) => `${each}=`),
])
