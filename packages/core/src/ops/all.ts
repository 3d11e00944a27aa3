/** Every op that graphs hold, but for those that are made of functions. */
export * from './index.ts'
export * from './inner.ts'
