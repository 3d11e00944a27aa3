/** Euler's number. @source array API standard, `e` @example e   // 2.718281828459045 */
export const e: number = Math.E
/** The area of the unit circle. @source array API standard, `pi` @example pi   // 3.141592653589793 */
export const pi: number = Math.PI
/** Infinity. @source array API standard, `inf` @example inf   // Infinity */
export const inf: number = Infinity
/** Not a number. @source array API standard, `nan` @example nan   // NaN */
export const nan: number = NaN
/** Adds an axis where an array is indexed: `null`. @source array API standard, `newaxis` @example newaxis   // null */
export const newaxis = null
