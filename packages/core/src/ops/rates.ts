import { ParamError } from '../errors.ts'

/** Refuses a share of elements that is none. */
export function refuseRate(op: string, rate: number): void {
  if (rate >= 0 && rate <= 1) return
  throw new ParamError({ op, param: 'rate', value: rate, because: 'it lies in [0, 1]' })
}
