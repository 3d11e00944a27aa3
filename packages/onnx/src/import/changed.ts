/** A message with other values for some fields, its own left as it is; defaults of fields stand in its prototype. */
export const changed = <T extends object>(message: T, fields: Partial<T>): T =>
  Object.assign(Object.create(Object.getPrototypeOf(message) as object) as T, message, fields)
