import numjs from 'numjs'
import type { Numjs } from './numjs-api.ts'

/** numjs; in the published package this file holds a copy of it, for where numjs is not installed. */
const nj: Numjs = numjs
export default nj
