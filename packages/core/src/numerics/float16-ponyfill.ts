import { Float16Array } from '@petamoriken/float16'

/** For platforms without Float16Array. */
export const ponyfill = Float16Array as unknown as Float16ArrayConstructor
