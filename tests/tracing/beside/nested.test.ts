// Traced functions inside of others, on a platform that does not tell whose work is done while one waits.
// oxlint-disable-next-line import/no-unassigned-import -- it takes AsyncLocalStorage away from what follows
import './no-async-storage.ts'
import { judge } from '../suite/judge.ts'
import { nested } from '../suite/nested-functions.ts'

judge(nested)
