// The project's own lint rules. What they hold up is explained in docs/architecture.md.
import { importDirection } from './import-direction.mjs'
import { annotatedBodies, lateOpReads, pureTopLevel } from './ops-modules.mjs'

export default {
  meta: { name: 'tendril' },
  rules: {
    'annotated-bodies': annotatedBodies,
    'import-direction': importDirection,
    'late-op-reads': lateOpReads,
    'pure-top-level': pureTopLevel,
  },
}
