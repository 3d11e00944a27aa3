/** What the operators and the control flow of marked functions are at run time. Only rewritten files import it. */
export { and, branch, choose, loop, not, or, plain, truth, turns } from './control.ts'
export { change, index } from './indexing.ts'
export {
  add,
  bitAnd,
  bitNot,
  bitOr,
  bitXor,
  decrement,
  divide,
  equal,
  greater,
  greaterEqual,
  increment,
  less,
  lessEqual,
  multiply,
  negative,
  notEqual,
  power,
  remainder,
  shiftLeft,
  shiftRight,
  subtract,
} from './operations.ts'
export { calling, known, on } from './trial.ts'
