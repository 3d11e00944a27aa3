// The cases of async functions on a platform that does not tell whose work is done while one waits.
import './no-async-storage.ts'
import '../suite/async.test.ts'
import '../suite/interleaved.test.ts'
