// The cases of async functions on a platform that does not tell whose work is done while one waits.
// oxlint-disable-next-line import/no-unassigned-import -- it takes AsyncLocalStorage away from what follows
import './no-async-storage.ts'
// oxlint-disable-next-line import/no-unassigned-import -- its tests run here as well
import '../suite/async.test.ts'
// oxlint-disable-next-line import/no-unassigned-import -- its tests run here as well
import '../suite/interleaved.test.ts'
