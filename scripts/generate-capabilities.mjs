// Writes docs/capabilities.md: how each engine computes each op, for each dtype. The table is made by the test that tells
// when the page is out of date (tests/capabilities).
import { main, runNode } from './bootstrap.mjs'

await main(() =>
  runNode('node_modules/vitest/vitest.mjs', 'run', '--project', 'tests', 'capabilities', '--update'),
)
