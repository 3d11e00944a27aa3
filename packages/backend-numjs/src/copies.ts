/** Copies of numjs that the user named, beside those that Node has loaded. */
export const copies: object[] = []
