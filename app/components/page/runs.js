// The runs: read from files or typed, "did it hurt?" as chips; a number that cannot be is refused beside its cell.
import { html, useState } from "./vendor/preact.js"
import { Chips } from "./chips.js"

const today = () => new Date().toLocaleDateString("sv") // such as 2026-11-24

// Extensions for computers, types for phones that only know those.
const KINDS = ".gpx,.tcx,.fit,.csv,.gz,.zip,application/gpx+xml,application/vnd.garmin.tcx+xml,application/vnd.ant.fit,"
  + "application/octet-stream,application/xml,text/xml,text/csv,application/gzip,application/zip"

export function Runs({ folder, store }) {
  const { words } = folder.runs
  const { runs } = store.answers
  const isReading = store.reading === "reading"
  const change = (next, label, cell) => store.change({ runs: next }, { label, cell, isBeside: true })
  const read = async ({ target }) => {
    await store.sendFiles(target.files)
    target.value = ""
  }
  const add = () => change([{ date: today() }, ...runs], words.add)
  return html`<details class="card runs" id="runs"><summary>${words.my_runs}</summary>
    <p class="about">${words.about}</p>
    <div class="tools" inert=${isReading}><button type="button" class="button" onClick=${add}>${words.add}</button>
      <label class="button">${words.read}<input type="file" multiple accept=${KINDS} onChange=${read} /></label><span class="hint">${words.kinds}</span></div>
    <div role="status">${isReading ? html`<p class="said">${words.reading} <progress aria-label=${words.reading}></progress></p>`
      : (store.reading ? [words.lost] : store.said.slice(0, 1)).map((text) => html`<p class="said">${text}</p>`)}
      ${store.said.length > 1 && html`<details class="said"><summary>${words.left_out.replace("{}", store.said.length - 1)}</summary>
        <ul>${store.said.slice(1).map((text) => html`<li>${text}</li>`)}</ul></details>`}</div>
    <div inert=${isReading}>${runs.map((run, i) => html`<${Run} key=${idOf(run)} ...${{ run, folder, id: idOf(run) }}
      set=${(next, name) => change(runs.map((old, j) => j === i ? follow(next, old) : old), words.my_runs, `${idOf(run)} ${name}`)}
      remove=${() => change(runs.filter((_, j) => j !== i), words.delete.replace("{}", run.date))} />`)}</div>
  </details>`
}

// A run is known by what it grew out of, so that each row keeps its own cells wherever it stands.
const ids = new WeakMap()
let newest = Date.now()
const idOf = (run) => ids.get(run) ?? ids.set(run, ++newest).get(run)
const follow = (next, old) => (ids.set(next, idOf(old)), next)

function Run({ run, folder, id, set, remove }) {
  const { words, outcome, farthest, numbers } = folder.runs
  const put = (name) => (value) => {
    const { [name]: _, ...others } = run
    set(value === null ? others : { ...others, [name]: value }, name)
  }
  const putDate = ({ target }) => target.value.length === 10 && target.value <= today() && put("date")(target.value)
  const number = ({ name, label, low, high }) => html`<${Field} key=${name} ...${{ label, low, high, words }} value=${run[name]} put=${put(name)} />`
  return html`<div class="run" role="group" aria-label=${run.date}>
    <label class="field">${words.date}<input class="typed" type="date" required max=${today()} value=${run.date} onChange=${putDate} onBlur=${({ target }) => { target.value = run.date }} /></label>
    ${number({ name: "km", label: words.km, low: 0, high: farthest })}
    <div class="field">${words.hurt}<${Chips} row=${{ ...outcome, name: `${outcome.name} ${id}` }} label=${`${words.hurt} ${run.date}`}
      chosen=${run[outcome.name] ?? null} choose=${put(outcome.name)} /></div>
    <button type="button" class="off" aria-label=${words.delete.replace("{}", run.date)} onClick=${remove}>×</button>
    <details><summary class="hint">${words.more}</summary><div class="run">${numbers.map((each) => number({ ...each, label: `${each.label} (${each.unit})` }))}
      ${folder.traits.filter((trait) => trait.open && trait.states.length < 5).map((trait) => html`<div class="field" style="max-width:none">${trait.label}<${Chips}
        row=${{ ...trait, name: `${trait.name} ${id}` }} chosen=${run[trait.name] ?? null} choose=${put(trait.name)} /></div>`)}</div></details>
  </div>`
}

// A number as it was typed; what is none, or out of range, is said beside it and does not count.
function Field({ label, value, low, high, words, put }) {
  const [typed, type] = useState(null)
  const isOwn = typed && typed.value === value // and not another's, as Undo brings back
  const text = isOwn ? typed.text : value === undefined ? "" : String(value)
  const wrong = isOwn ? problem(text, low, high, words) : ""
  const onInput = (event) => {
    const next = event.target.value.trim()
    const isNumber = next !== "" && !problem(next, low, high, words)
    type({ text: next, value: isNumber ? pointed(next) : undefined })
    put(isNumber ? pointed(next) : null)
  }
  return html`<div class="field"><label>${label}<input class="typed" inputmode="decimal" autocomplete="off" value=${text} aria-invalid=${Boolean(wrong)} onInput=${onInput} /></label>
    ${wrong && html`<span class="wrong" role="alert">${wrong}</span>`}</div>`
}

// The keys of many phones have a comma and no point; "1,200" may be thousands, and is no number.
const pointed = (text) => Number(/,\d{3}$/.test(text) ? NaN : text.replace(",", "."))

export function problem(text, low, high, words) {
  if (text === "") return ""
  if (!/^-?(\d+[.,]?\d*|[.,]\d+)$/.test(text) || Number.isNaN(pointed(text))) return words.no_number
  return pointed(text) >= low && pointed(text) <= high ? "" : words.range.replace("{}", low).replace("{}", high)
}
