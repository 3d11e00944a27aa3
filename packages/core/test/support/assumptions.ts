import { type Assumption, printDim } from '../../src/types/dim.ts'

export const printAssumption = ({ left, right, equal }: Assumption): string =>
  `${printDim(left)} ${equal ? '=' : '!='} ${printDim(right)}`
