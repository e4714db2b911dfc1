// The page in the browser: loads what it needs once, then draws the newest reply beside the newest answers.
import { html, render, useState } from "./vendor/preact.js"
import { Banner, Cards, isEmergency, Question } from "./cards.js"
import { Panel } from "./panel.js"
import { Runs } from "./runs.js"
import { Store } from "./store.js"

const here = (file) => new URL(file, import.meta.url)
const text = async (file) => (await fetch(here(file))).text()
const loaded = Promise.all([
  fetch(here("../folder.json")).then((reply) => reply.json()),
  Promise.all(["page.css", "result/result.css"].map(text)),
])
const pages = new WeakMap()

// Called by Streamlit with each reply of the script.
export async function receive(component) {
  const [folder, styles] = await loaded
  const root = component.parentElement
  if (!pages.has(root)) pages.set(root, open(root, folder, styles))
  pages.get(root).receive(component)
}

function open(root, folder, styles) {
  const sheet = document.createElement("style")
  sheet.textContent = styles.join("\n")
  const place = document.createElement("div")
  root.append(sheet, place)
  const store = new Store(`lumbayes ${folder.title}`, () => render(html`<${Page} folder=${folder} store=${store} />`, place))
  addEventListener("pageshow", (event) => event.persisted && store.post())
  return store
}

// Whether a screen stands: both cards are settled, and what the newest verdict hides is not the ranking.
const isSettled = (store, verdict) =>
  store.safety.first && store.safety.age && verdict && !verdict.hides.includes("ranking") && !isEmergency(store, verdict)

function Page({ folder, store }) {
  const { verdict } = store
  const { words } = folder
  return html`<div class="page">
    ${isSettled(store, verdict) ? html`<${Screen} ...${{ folder, store, verdict }} />` : html`<${Cards} ...${{ folder, store, verdict }} />`}
    ${store.isLate && html`<p role="status" class="late">${words.offline}</p>`}
  </div>`
}

function Screen({ folder, store, verdict }) {
  const [isUnfolded, unfold] = useState(false)
  const { words } = folder
  const isFolded = verdict.hides.includes("ranking_open") && !isUnfolded
  return html`
    <header class="head"><div><h1>${folder.title}</h1><p>${folder.intro}</p></div><${Pill} ...${{ store, verdict, words }} /></header>
    <${Banner} verdict=${verdict} words=${words} />
    ${verdict.next && html`<${Question} key=${verdict.next} name=${verdict.next} inline ...${{ folder, store }} />`}
    ${isFolded ? html`<button type="button" class="link" onClick=${() => unfold(true)}>${words.unfold}</button>` : html`<div class="screen">
      <div><${Panel} folder=${folder} store=${store} /><${Foot} ...${{ store, words }} /></div>
      <div class="answer"><${Answer} ...${{ folder, store, verdict }} /></div>
    </div>`}
    <${Runs} folder=${folder} store=${store} />`
}

function Answer({ store }) {
  const { result } = store.reply
  return html`<section class="card"><ol class="plain">${result?.rows?.map((row) => html`<li>${row.label} ${row.figure.toFixed(2)}</li>`)}</ol></section>`
}

// The settled cards, as one quiet line; a tap asks both again, with the ticks as they are.
function Pill({ store, verdict, words }) {
  const again = () => {
    const { first: _, age: __, ...ticks } = store.safety
    store.mark(ticks)
  }
  const n = verdict.ticked.length
  return html`<button type="button" class="pill" onClick=${again}><span class="long">${n ? words.signs_some.replace("{}", n) : words.signs_none} </span><u>
    <span class="long">${words.change}</span><span class="short">${words.signs}</span></u></button>`
}

function Foot({ store, words }) {
  return html`<div class="foot"><span>${store.isKept === false ? words.not_kept : words.kept}</span>
    <button type="button" class="link" onClick=${() => store.again(words.again)}>${words.again}</button></div>`
}
