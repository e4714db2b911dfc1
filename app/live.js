// A native range input: keyboard and screen reader come with it. It tells Python where it is at most every 50 ms while it
// moves, and once more when it has rested. Each message has a turn; what Python says of an earlier turn is old news, and
// so is what the finger did before Python put another number here.
const EVERY = 50, REST = 300

export default function ({ data, parentElement, setStateValue }) {
  const [label, line, input, output] =
    ["label span", "polyline", "input", "output"].map((name) => parentElement.querySelector(name))

  const say = () => {
    output.textContent = `${Number(input.value)} ${data.unit}`
    input.setAttribute("aria-valuetext", output.textContent)
  }
  const send = (rests) => {
    input.turn += 1
    input.sent = Date.now()
    setStateValue("moved", { turn: input.turn, to: Number(input.value), rests, put: data.put })
  }

  label.textContent = data.label
  Object.assign(input, { min: data.low, max: data.high, step: data.step })
  if (input.put !== data.put || input.turn <= data.turn) {
    input.put = data.put
    input.turn = Math.max(input.turn || 0, data.turn)
    input.value = data.value
  }
  const along = data.curve.map((y, i) => `${(100 * i) / (data.curve.length - 1)},${19 - 18 * y}`)
  line.setAttribute("points", along.join(" "))
  say()

  input.oninput = () => {
    say()
    clearTimeout(input.soon)
    clearTimeout(input.later)
    input.soon = setTimeout(() => send(false), Math.max(0, EVERY - (Date.now() - (input.sent || 0))))
  }
  input.onchange = () => {
    clearTimeout(input.later)
    input.later = setTimeout(() => send(true), REST)
  }
  return () => {
    clearTimeout(input.soon)
    clearTimeout(input.later)
  }
}
