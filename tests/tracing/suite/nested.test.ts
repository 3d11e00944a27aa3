import { judge } from './judge.ts'
import { nested } from './nested-functions.ts'

judge(nested)
