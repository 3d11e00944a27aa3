/** The version of this package, which files tell. */
export const packageVersion = '0.1.0'
