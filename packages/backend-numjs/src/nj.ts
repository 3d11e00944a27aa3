// Packages that compile these sources find the types of numjs only when they are named here.
// oxlint-disable-next-line typescript/triple-slash-reference -- a declaration of another module cannot be imported
/// <reference path="./numjs.d.ts" />
import numjs from 'numjs'
import type { Numjs } from './numjs-api.ts'

/** numjs; in the published package this file holds a copy of it, for where numjs is not installed. */
const nj: Numjs = numjs
export default nj
