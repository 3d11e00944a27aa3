/** Small drawings on a field of 12 by 12, in the colour of the text around them. */
export const symbols: Readonly<Record<string, string>> = {
  // A die.
  random:
    '<rect x="1" y="1" width="10" height="10" rx="2.5" class="stroke"/><circle cx="3.9" cy="3.9" r="1.05"/><circle cx="6" cy="6" r="1.05"/><circle cx="8.1" cy="8.1" r="1.05"/>',
  // Two arrows around: what is written comes back.
  state:
    '<path class="stroke" d="M10.4 5A4.6 4.6 0 0 0 2.2 3.4M1.6 7A4.6 4.6 0 0 0 9.8 8.6"/><path d="M1.1 1.2v3.4h3.4zM10.9 10.8V7.4H7.5z"/>',
  // A vessel.
  variable:
    '<path class="stroke" d="M1.8 3v6c0 1.1 1.9 2 4.2 2s4.2-.9 4.2-2V3"/><ellipse class="stroke" cx="6" cy="3" rx="4.2" ry="1.9"/>',
  // An arrow into a field.
  input:
    '<path class="stroke" d="M1 6h6.2M4.8 3.4L7.4 6 4.8 8.6"/><path class="stroke" d="M7 1.2h2.6c.7 0 1.2.5 1.2 1.2v7.2c0 .7-.5 1.2-1.2 1.2H7"/>',
  // A block.
  constant:
    '<path class="stroke" d="M6 .9l4.6 2.6v5L6 11.1 1.4 8.5v-5z"/><path class="stroke" d="M1.4 3.5L6 6.1l4.6-2.6M6 6.1v5"/>',
}
