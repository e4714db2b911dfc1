// A screen reader reads out when a line's words change, not when a new line comes: so this one stays, empty at first, and
// is filled when what moves has come to rest. While a slider is dragged nothing is said.
const REST = 700

export default function ({ data, parentElement }) {
  const line = parentElement.querySelector("p")
  clearTimeout(line.soon)
  line.soon = setTimeout(() => {
    if (line.textContent !== data.sentence) line.textContent = data.sentence
  }, REST)
}
