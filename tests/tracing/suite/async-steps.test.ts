import { steps } from '../beside/steps.ts'
import { judge } from './judge.ts'

// The cases that are hard without AsyncLocalStorage, with it.

judge(steps)
