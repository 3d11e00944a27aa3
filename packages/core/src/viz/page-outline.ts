/** The list of a model's parts on the page, which leads to their frames; follows the page's script. */
export const outlineScript: string = `
// --- Parts ---

const outline = document.getElementById('outline')
const partsButton = document.getElementById('parts')
const listed = [...frames.values()].filter((frame) => frame.isPart)
function depthOf(frame) {
  return frame.parent === undefined ? 0 : depthOf(frames.get(frame.parent)) + 1
}
for (const frame of listed) {
  const entry = make('button', 'entry')
  entry.append(make('span', '', frame.title))
  if (frame.kind !== undefined) entry.append(make('span', 'kind', frame.kind))
  entry.style.paddingLeft = 10 + 14 * depthOf(frame) + 'px'
  entry.addEventListener('click', () => choose(frame.id, true))
  outline.append(entry)
}
partsButton.hidden = listed.length === 0
partsButton.addEventListener('click', () => {
  outline.hidden = !outline.hidden
  partsButton.setAttribute('aria-expanded', String(!outline.hidden))
})
`
