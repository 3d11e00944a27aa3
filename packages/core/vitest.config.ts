import { project } from '../../vitest.project.ts'

export default project('core', 'test', ['./test/support/float16.ts'])
