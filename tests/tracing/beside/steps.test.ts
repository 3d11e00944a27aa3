// On a platform that does not tell whose work is done while an async function waits.
// oxlint-disable-next-line import/no-unassigned-import -- it takes AsyncLocalStorage away from what follows
import './no-async-storage.ts'
import { judge } from '../suite/judge.ts'
import { steps } from './steps.ts'

judge(steps)
