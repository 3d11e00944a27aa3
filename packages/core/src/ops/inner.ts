/** Ops that public functions are made of: graphs hold them, and users do not call them. */
export { maskPlaces, placesOf, putFlat, takeAt } from './take-at.ts'
export { ofSizes, told } from './told.ts'
