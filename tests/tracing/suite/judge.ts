import * as td from '@tendril/core'
import { stubRules } from '@tendril/core/testing'
import { afterEach, beforeEach, describe, test, vi } from 'vitest'
import { engines } from '../../engines.ts'
import { type Call, expectSame, inputs, possible, type Table } from './compare.ts'

export { type Call, expectSame, type Fn, inputs, plain, type Table, withState } from './compare.ts'

/** Compares each function of a table on every engine. */
export function judge(table: Table, calls: readonly Call[] = inputs): void {
  describe.each(engines)('on %s', (engine) => {
    beforeEach(async () => {
      await td.setBackend(engine)
      stubRules.text = engine !== 'reference'
      vi.spyOn(console, 'warn').mockImplementation(() => {})
    })
    afterEach(() => {
      td.unsetBackend()
      vi.restoreAllMocks()
    })

    test.each(Object.entries(table))('%s', async (_name, one) => {
      const make = typeof one === 'function' ? () => ({ fn: one }) : one.make
      await expectSame(make, calls.filter(possible))
    })
  })
}
