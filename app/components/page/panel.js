// The left side: starting points, this pain, the sliders, how runs compare, and what only an examination tells.
import { html, useRef, useState } from "./vendor/preact.js"
import { Chips, Counter } from "./chips.js"
import { Slider, answerOf } from "./slider.js"
import { isSame } from "./store.js"

const FIVE = 5

// Sliders first: on a phone, where only a few rows are in view on arrival, the pain's chips come after the first group.
export function Panel({ folder, store, asked, shining, layout }) {
  const { words } = folder
  const { answers, view } = store
  const row = (slider) => html`<${Slider} key=${slider.name} ...${{ slider, answers, words, store }}
    asked=${asked === slider.name} shining=${shining === slider.name} focus=${store.moving && view.focus === slider.name} />`
  const pain = html`<${Pain} key="pain" ...${{ folder, store }} />`
  const [first, ...groups] = folder.groups.map((group, i) => html`<div class="part" key=${group.id}>
    <h2>${group.label} ${i === 0 && html`<span class="hint">${words.how_to} <span class="beside">· <i class="dot"></i> ${words.unknown}</span></span>`}</h2>
    ${group.sliders.map(row)}
    ${group.chips.map((chips) => html`<${ChipRow} key=${chips.name} row=${chips} store=${store} />`)}
  </div>`)
  const compare = html`<${Compare} key="compare" ...${{ folder, store }} />`
  return html`<section class="card panel" aria-label=${words.panel}>
    <${Starts} ...${{ folder, store }} />
    ${layout === "phone" ? [first, pain, compare, ...groups] : [pain, first, compare, ...groups]}
    ${folder.examined.length > 0 && html`<${Fold} className="part" label=${words.examined} isAnswered=${folder.examined.some(isSaid(answers))}>${folder.examined.map(row)}<//>`}
  </section>`
}

function Starts({ folder: { starts, words }, store }) {
  const chosen = store.answers.start
  const chip = (id, label, start) => html`<button type="button" key=${id} class=${chosen === id ? "start chosen" : "start"}
    aria-pressed=${chosen === id} onClick=${() => chosen !== id && store.startFrom(start)}>${label}</button>`
  return html`<div class="starts" role="group" aria-label=${words.start}><span class="hint">${words.start}</span>
    ${chip("mine", words.mine, null)} ${starts.map((start) => chip(start.id, start.label, start))}</div>`
}

function Pain({ folder: { traits, words }, store }) {
  const row = (trait) => html`<${ChipRow} key=${trait.name} row=${trait} store=${store} />`
  const folded = traits.filter((trait) => !trait.open)
  return html`<div class="part"><h2>${words.this_pain}</h2>
    ${traits.filter((trait) => trait.open).map(row)}
    ${folded.length > 0 && html`<${Fold} label=${words.more_pain} isAnswered=${folded.some(isSaid(store.answers))}>${folded.map(row)}<//>`}</div>`
}

const isSaid = (answers) => ({ name }) => answerOf({ name }, answers).kind !== "untouched"

// Opens where something in it is answered, and then stays as the runner leaves it.
function Fold({ label, isAnswered, className = "", children }) {
  const wasAnswered = useRef(false)
  wasAnswered.current ||= isAnswered
  return html`<details class=${`${className} fold`} open=${wasAnswered.current}><summary>${label}</summary>${children}</details>`
}

function ChipRow({ row, store }) {
  const { given } = store.answers
  const choose = (state) => {
    const { [row.name]: _, ...others } = store.answers.given
    const word = row.states.find(([name]) => name === state)?.[1]
    store.change({ given: state ? { ...others, [row.name]: state } : others }, { label: word ? `${row.label}: ${word}` : row.label, focus: row.name })
  }
  return html`<div class="chosen-of" data-name=${row.name}><span class="name">${row.label}</span>
    <${Chips} row=${row} chosen=${given[row.name] ?? null} choose=${choose} /></div>`
}

// One comparison of runs at a time, first one that is answered; a tick for what it is clearly worse after. A factor has one or
// the other. Half a comparison counts for nothing: both rows make one statement.
function Compare({ folder: { counters, words }, store }) {
  const [picked, show] = useState(null)
  const { contrast, half } = store.answers
  if (!counters.rows.length) return null
  const isCounted = ({ name }) => Array.isArray(contrast[name]) || name in half
  const shown = picked ?? counters.rows.find(isCounted)?.name ?? counters.first
  const say = (name, statement, label, counts = null) => {
    const { [name]: _, ...contrasts } = store.answers.contrast
    const { [name]: __, ...halves } = store.answers.half
    if (statement) contrasts[name] = statement
    else if (counts?.some((count) => count !== null)) halves[name] = counts
    store.change({ contrast: contrasts, half: halves }, { label, focus: name, isBeside: isSame(contrasts, contrast) })
  }
  const row = counters.rows.find(({ name }) => name === shown)
  return html`<div class="part"><h2>${words.counts} <span class="hint">${words.compare} ${counters.rows.filter(({ name }) => name !== shown)
    .map((other, i) => html`${i > 0 && " · "}<button type="button" class="link" key=${other.name} onClick=${() => show(other.name)}>${other.link}${isCounted(other) && html` <i class="dot full"></i>`}</button>`)}</span></h2>
    <${Counts} key=${shown} row=${row} counts=${countsOf(contrast[shown]) ?? half[shown] ?? [null, null]} say=${say} words=${words} />
    <${Fold} label=${words.or_worse} isAnswered=${Object.values(contrast).includes("worse")}><div class="chips" data-name="compared" role="group" aria-label=${words.worse_after}>
      ${counters.rows.map(({ name, worse_after }) => html`<button type="button" key=${name} class=${contrast[name] === "worse" ? "chip chosen" : "chip"}
        aria-pressed=${contrast[name] === "worse"} onClick=${() => say(name, contrast[name] === "worse" ? null : "worse", `${words.worse_after} ${worse_after}`)}>${worse_after}</button>`)}
    </div><//></div>`
}

const countsOf = (statement) => Array.isArray(statement) ? [statement[0], statement[2]] : null

function Counts({ row, counts, say, words }) {
  const counter = (i, label) => html`<${Counter} name=${`${row.name} ${i ? "without" : "with"}`} label=${label} count=${counts[i]} words=${words} choose=${(count) => {
    const [a, b] = counts.map((old, j) => j === i ? count : old)
    const isWhole = a !== null && b !== null
    say(row.name, isWhole ? [a, FIVE, b, FIVE] : null, `${label}: ${count === null ? "" : words.of_five.replace("{}", count)}`, [a, b])
  }} />`
  return html`${counter(0, row.with)} ${counter(1, row.without)}
    ${counts.some((count) => count !== null) && counts.includes(null) && html`<p class="how">${words.half}</p>`}`
}
