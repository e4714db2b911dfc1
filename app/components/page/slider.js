// One row: a factor's name, its two end words, its track, its value. A native range input, so that keyboard and screen
// reader come with it.
import { html, useRef } from "./vendor/preact.js"
import { Chips, Drawing } from "./chips.js"
import { inTen } from "./result/figures.js"
import {
  beliefAt, MIDDLE, nextReading, positionOfBelief, positionOfReading, readingAt, STEPS, TOP,
} from "./scale.js"

const SWIPE = 8 // pixels of a finger before it is a drag or a scroll

// What the answers say of one slider: the reading, a state, a belief, or nothing yet.
export function answerOf(slider, answers) {
  const { name, reading, picture } = slider
  const isMeasured = reading && (!slider.is_test || answers.measured[name] || reading.name in answers.given)
  if (isMeasured && reading.name in answers.given)
    return { isMeasured, kind: "reading", value: answers.given[reading.name] }
  if (picture && picture.name in answers.given) return { kind: "picture", value: answers.given[picture.name] }
  if (name in answers.given) return { isMeasured, kind: "state", value: answers.given[name] }
  if (name in answers.believe) return { isMeasured, kind: "belief", value: answers.believe[name] }
  if (name in answers.likelihood) return { isMeasured, kind: "likelihood", value: answers.likelihood[name] }
  return { isMeasured, kind: "untouched" }
}

export function position(slider, { kind, value }) {
  if (kind === "reading") return positionOfReading(value, slider.reading)
  if (kind === "state") return value === slider.states[1] ? TOP : 0
  if (kind === "belief") return positionOfBelief(value, slider.base)
  if (kind === "likelihood") return positionOfBelief(beliefOf(slider, value), slider.base)
  return MIDDLE
}

function beliefOf({ base, states }, weights) {
  const [no, yes] = states.map((state) => weights[state] ?? 1)
  return base * yes / (base * yes + (1 - base) * no)
}

export function inWords(slider, found, words) {
  const { kind, value } = found
  if (kind === "reading") return `${value}${slider.reading.unit === "°" ? "" : " "}${slider.reading.unit}`
  if (kind === "state") return slider.ends[slider.states.indexOf(value)]
  if (kind === "picture") return slider.picture.states.find(([state]) => state === value)?.[1] ?? value
  if (kind === "untouched") return words.unknown
  return inTen(kind === "belief" ? value : beliefOf(slider, value), words)
}

// The answers once this slider says `said`, a kind and a value as `answerOf` returns them, or nothing at all.
export function entered(slider, answers, said) {
  const given = { ...answers.given }, believe = { ...answers.believe }, likelihood = { ...answers.likelihood }
  for (const part of [given, believe, likelihood]) delete part[slider.name]
  for (const test of [slider.reading, slider.picture]) if (test) delete given[test.name]
  if (said?.kind === "belief") believe[slider.name] = said.value
  else if (said) given[slider[said.kind]?.name ?? slider.name] = said.value // a reading and a picture have a name of their own
  return { given, believe, likelihood }
}

function at(slider, isMeasured, x) {
  if (isMeasured) return { kind: "reading", value: readingAt(x, slider.reading) }
  if (x <= 0) return { kind: "state", value: slider.states[0] }
  if (x >= TOP) return { kind: "state", value: slider.states[1] }
  return { kind: "belief", value: beliefAt(x, slider.base) }
}

function moved(slider, found, direction, size) {
  if (found.isMeasured) {
    const from = found.kind === "reading" ? found.value : readingAt(position(slider, found), slider.reading)
    return { kind: "reading", value: nextReading(from, slider.reading, direction, size) }
  }
  const from = position(slider, found)
  const to = at(slider, false, Math.min(TOP, Math.max(0, from + direction * size * TOP / STEPS)))
  return position(slider, to) === from ? at(slider, false, direction > 0 ? TOP : 0) : to // past the last belief comes the end
}

const KEYS = {
  ArrowRight: [1, 1], ArrowUp: [1, 1], ArrowLeft: [-1, 1], ArrowDown: [-1, 1], PageUp: [1, 5], PageDown: [-1, 5],
}

export function Slider({ slider, answers, words, focus, asked, shining, store }) {
  const found = answerOf(slider, answers)
  const pointer = useRef({}).current
  const x = position(slider, found)
  const value = inWords(slider, found, words)
  const isSet = found.kind !== "untouched"
  const label = found.isMeasured && slider.is_test ? `${slider.label}: ${slider.reading.label}` : slider.label
  const say = (said, more) => store.change(entered(slider, store.answers, said), {
    label: said ? `${slider.label}: ${inWords(slider, said, words)}` : slider.label,
    focus: slider.name, ...more,
  })
  const end = (i) => say({ kind: "state", value: slider.states[i] })
  const move = (to) => say(at(slider, found.isMeasured, Number(to)), { moving: true })

  const onInput = (event) => {
    if (pointer.isOpen) pointer.to = event.target.value
    else move(event.target.value)
  }
  const onPointerDown = (event) => {
    if (event.pointerType !== "mouse") Object.assign(pointer, { isOpen: true, x: event.clientX, to: null })
    store.look({ focus: slider.name })
  }
  const onPointerMove = (event) => {
    if (!pointer.isOpen || Math.abs(event.clientX - pointer.x) < SWIPE) return
    pointer.isOpen = false
    move(event.target.value)
  }
  const onPointerUp = () => {
    if (pointer.isOpen && pointer.to !== null) move(pointer.to)
    pointer.isOpen = false
    store.rest()
  }
  // A vertical swipe: the browser takes the finger to scroll, and nothing has changed.
  const onPointerCancel = (event) => {
    if (pointer.isOpen) event.target.value = x
    pointer.isOpen = false
    store.rest()
  }
  const onKeyDown = (event) => {
    const key = KEYS[event.key]
    const isRtl = getComputedStyle(event.target).direction === "rtl" && event.key.match(/Left|Right/)
    if (key) say(moved(slider, found, isRtl ? -key[0] : key[0], key[1]))
    else if (event.key === "Home") end(0)
    else if (event.key === "End") end(1)
    else if (event.key === "Delete" || event.key === "Backspace") isSet && say(null)
    else return
    event.preventDefault()
  }
  const endWord = (i) => html`<button type="button" class="end ${found.value === slider.states[i] ? "said" : ""}"
    aria-pressed=${found.kind === "state" && found.value === slider.states[i]} aria-label=${`${slider.label}: ${slider.ends[i]}`}
    title=${slider.means[i]} onClick=${() => end(i)}>${slider.ends[i]}</button>`

  const classes = ["row", isSet ? "set" : "untouched", asked && "asked", focus && "focus", shining && "shining"]
  return html`<div class=${classes.filter(Boolean).join(" ")} data-name=${slider.name}>
    <span class="name">${label}</span>
    ${endWord(0)}
    <input type="range" min="0" max=${TOP} step="1" value=${x} style=${`--x:${x / TOP}`} aria-label=${`${label}. ${slider.question}`}
      aria-valuetext=${value} onInput=${onInput} onChange=${() => store.rest()} onKeyDown=${onKeyDown}
      onPointerDown=${onPointerDown} onPointerMove=${onPointerMove} onPointerUp=${onPointerUp}
      onPointerCancel=${onPointerCancel} onFocus=${() => store.view.focus === slider.name || store.look({ focus: slider.name })} />
    ${endWord(1)}
    <span class="value">
      ${isSet ? html`<output><bdi>${value}</bdi></output><button type="button" class="off" aria-label=${words.let_go.replace("{}", slider.label)}
        onClick=${() => say(null)}>×</button>` : html`<${Switch} ...${{ slider, found, words, store }} />`}
    </span>
    ${slider.is_test && answers.measured[slider.name] && !isSet && html`<${How} slider=${slider} words=${words} />`}
    ${slider.picture && answers.measured[slider.name] && html`<${Chips} row=${slider.picture} chosen=${answers.given[slider.picture.name]}
      choose=${(state) => say(state && { kind: "picture", value: state })} />`}
  </div>`
}

// "I measured it": the slider takes the unit of the test; a test without a number counts for nothing.
function Switch({ slider, found, words, store }) {
  if (!slider.is_test) return null
  const isOn = store.answers.measured[slider.name]
  const flip = () => store.change({ measured: { ...store.answers.measured, [slider.name]: !isOn } }, { isBeside: true })
  return html`<button type="button" class="switch" aria-label=${`${slider.label}: ${isOn ? words.guess : words.measured}`}
    aria-expanded=${Boolean(isOn)} onClick=${flip}>${isOn ? words.guess : words.measured}</button>`
}

const How = ({ slider, words }) => html`<p class="how">${slider.drawing && html`<${Drawing} file=${slider.drawing} />`}${slider.safe ? slider.how : `${slider.how} ${words.before}`}</p>`
