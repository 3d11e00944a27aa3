/** Tests that an engine does not pass, with the reason; one that passes all the same fails the run. */
export const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {}
