/** Trees of arrays, as users see them: nested lists, plain objects and Containers. */
export * from './tree.ts'
export { at, find, type Path, some, updated, without } from './tree-paths.ts'
