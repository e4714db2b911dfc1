// The runs: read from files or typed, "did it hurt?" as chips; a number that cannot be is refused beside its cell.
import { html, useState } from "./vendor/preact.js"
import { Chips } from "./chips.js"

// Extensions for computers, types for phones that only know those.
const KINDS = ".gpx,.tcx,.fit,.csv,.gz,.zip,application/gpx+xml,application/vnd.garmin.tcx+xml,application/vnd.ant.fit,"
  + "application/octet-stream,application/xml,text/xml,text/csv,application/gzip,application/zip"

export function Runs({ folder, store }) {
  const { words } = folder.runs
  const { runs } = store.answers
  const [isReading, setReading] = useState(0)
  const change = (next, label) => store.change({ runs: next }, { label, isBeside: true })
  const read = async (event) => {
    setReading(store.put ?? "first")
    await store.sendFiles(event.target.files)
    event.target.value = ""
  }
  const add = () => change([{ date: new Date().toLocaleDateString("sv") }, ...runs], words.add)
  return html`<details class="card runs" id="runs"><summary>${words.my_runs}</summary>
    <p class="about">${words.about}</p>
    <div class="tools"><button type="button" class="button" onClick=${add}>${words.add}</button>
      <label class="button">${words.read}<input type="file" multiple accept=${KINDS} onChange=${read} /></label><span class="hint">${words.kinds}</span></div>
    <div role="status">${isReading && isReading === (store.put ?? "first") ? html`<p class="said">${words.reading} <progress aria-label=${words.reading}></progress></p>` : store.said.slice(0, 1).map((text) => html`<p class="said">${text}</p>`)}
      ${store.said.length > 1 && html`<details class="said"><summary>${words.left_out.replace("{}", store.said.length - 1)}</summary>
        <ul>${store.said.slice(1).map((text) => html`<li>${text}</li>`)}</ul></details>`}</div>
    ${runs.map((run, i) => html`<${Run} key=${`${runs.length - i} ${store.put}`} ...${{ run, folder, id: runs.length - i }}
      set=${(next) => change(runs.map((old, j) => j === i ? next : old), words.my_runs)}
      remove=${() => change(runs.filter((_, j) => j !== i), words.delete.replace("{}", run.date))} />`)}
  </details>`
}

function Run({ run, folder, id, set, remove }) {
  const { words, outcome, farthest, numbers } = folder.runs
  const put = (name) => (value) => {
    const { [name]: _, ...others } = run
    set(value === null ? others : { ...others, [name]: value })
  }
  const number = ({ name, label, low, high }) => html`<${Field} key=${name} ...${{ label, low, high, words }} value=${run[name]} put=${put(name)} />`
  return html`<div class="run" role="group" aria-label=${run.date}>
    <label class="field">${words.date}<input class="typed" type="date" required value=${run.date} onChange=${(event) => event.target.value.length === 10 && put("date")(event.target.value)} /></label>
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
  const text = typed ?? (value === undefined ? "" : String(value))
  const wrong = typed === null ? "" : problem(typed, low, high, words)
  const onInput = (event) => {
    const next = event.target.value.trim()
    type(next)
    if (!problem(next, low, high, words)) put(next === "" ? null : pointed(next))
    else if (value !== undefined) put(null)
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
