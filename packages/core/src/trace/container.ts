/**
 * A nested dictionary of arrays whose entries are attributes: `c.a.b`.
 *
 * Functions of arrays accept one and are applied to every array in it. Plain objects given to it become Containers.
 *
 * @example new Container({ w: { a: array([1]) } }).w.a.shape   // [1]
 */
export class Container {
  // Entries are own properties, so that they read as attributes; methods live on the prototype.
  [key: string]: unknown

  constructor(entries: Readonly<Record<string, unknown>> = {}) {
    for (const [key, value] of Object.entries(entries)) this[key] = value
  }
}
