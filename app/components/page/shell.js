// The page in the browser: loads what it needs once, then draws the newest reply beside the newest answers.
import { html, render, useEffect, useRef, useState } from "./vendor/preact.js"
import { Banner, Cards, isEmergency, Question } from "./cards.js"
import { Panel } from "./panel.js"
import { isCalm } from "./result/figures.js"
import { Dock, Result, Sheet } from "./result/result.js"
import { Runs } from "./runs.js"
import { Store } from "./store.js"

const SHINE = 700, ASLEEP = 60000 // milliseconds
const WIDE = 1100, PHONE = 700 // pixels, as in page.css
const here = (file) => new URL(file, import.meta.url)
const text = async (file) => (await fetch(here(file))).text()
const json = async (file) => (await fetch(here(file))).json()
// The cards need the first file alone; the sliders come with the second.
const rest = json("../folder.json")
const loaded = Promise.all([
  json("../first.json"),
  Promise.all(["page.css", "result/result.css"].map(text)),
])
const place = document.createElement("div")
let store, shadow, focused
// What has the focus, or had it when its root was taken away.
place.addEventListener("focusin", ({ target }) => { focused = target })
place.addEventListener("focusout", ({ target }) => queueMicrotask(() => {
  if (target.isConnected && target !== shadow.activeElement && target === focused) focused = null
}))

// Called by Streamlit with each reply of the script.
export async function receive(component) {
  const [folder, styles] = await loaded
  if (component.parentElement !== shadow) moveTo(component.parentElement, styles)
  store ??= begin(folder)
  store.receive(component)
}

// Streamlit gives the page another root where the theme changes, and now and then where the whole script runs. The page goes
// there as it stands, and so does the focus.
function moveTo(root, styles) {
  const sheet = document.createElement("style")
  sheet.textContent = styles.join("\n")
  root.append(sheet, place)
  shadow = root
  if (document.activeElement === document.body) focused?.focus({ preventScroll: true })
  for (const dialog of place.querySelectorAll("dialog[open]:not(:modal)")) {
    dialog.close()
    dialog.showModal()
  }
}

function begin(folder) {
  const page = new Store(`lumbayes ${folder.title}`, () => render(html`<${Page} folder=${folder} store=${page} />`, place))
  rest.then((more) => {
    Object.assign(folder, more)
    page.changed()
  })
  addEventListener("pageshow", (event) => event.persisted && page.post())
  wake(() => page.post())
  return page
}

// After a long sleep the server may have forgotten this tab: tell it at once, and not only with the next answer.
function wake(tell) {
  let since = Date.now()
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - since > ASLEEP) tell()
    since = Date.now()
  })
}

// Whether a screen stands: both cards are settled, and what the newest verdict hides is not the ranking.
const isSettled = (folder, store, verdict) =>
  folder.groups && store.safety.first && store.safety.age && verdict && !verdict.hides.includes("ranking") && !isEmergency(store, verdict)

// While answers to the cards are on their way, what was asked stays as it was; only the answer is not shown.
function Page({ folder, store }) {
  const verdict = store.verdict ?? store.judged
  const { words } = folder
  return html`<div class="page" data-asked=${store.number} data-shown=${store.reply.number}>
    ${isSettled(folder, store, verdict) ? html`<${Screen} ...${{ folder, store, verdict }} />` : html`<${Cards} ...${{ folder, store, verdict }} />`}
    ${store.isLate && html`<p role="status" class="late">${words.offline}</p>`}
  </div>`
}

const layoutNow = () => innerWidth >= WIDE ? "wide" : innerWidth >= PHONE ? "narrow" : "phone"

function useLayout() {
  const [layout, setLayout] = useState(layoutNow())
  useEffect(() => {
    const look = () => setLayout(layoutNow())
    addEventListener("resize", look)
    return () => removeEventListener("resize", look)
  }, [])
  return layout
}

function Screen({ folder, store, verdict }) {
  const head = useRef()
  useEffect(() => head.current.scrollIntoView({ block: "nearest" }), []) // and not as far down as the card before it was
  const [isUnfolded, unfold] = useState(false)
  const [shining, setShining] = useState(null)
  const layout = useLayout()
  const shine = (name) => {
    setShining(name)
    find(name)
    setTimeout(() => setShining(null), SHINE)
  }
  const { words } = folder
  const isFolded = verdict.hides.includes("ranking_open") && !isUnfolded
  const classes = ["answer", store.isLate && "stale", !store.verdict && "unjudged"]
  return html`
    ${store.notice && html`<p role="status" class="notice">${store.notice}</p>`}
    <header class="head" ref=${head}><div><h1>${folder.title}</h1><p>${folder.intro}</p></div><${Pill} ...${{ store, verdict, words }} /></header>
    <${Banner} verdict=${verdict} words=${words} />
    ${verdict.next && html`<${Question} key=${verdict.next} name=${verdict.next} inline ...${{ folder, store }} />`}
    ${isFolded ? html`<button type="button" class="link" onClick=${() => unfold(true)}>${words.unfold}</button>` : html`<div class="screen">
      <div><${Panel} ...${{ folder, store, shining, layout }} asked=${store.reply.result?.next?.slider} /><${Foot} ...${{ store, words }} /></div>
      <div class=${classes.filter(Boolean).join(" ")}><${Answer} ...${{ folder, store, layout, shine }} /></div>
    </div>`}
    <${Runs} folder=${folder} store=${store} />`
}

// The right side on a wide screen; on a narrower one the answer stays in a dock, and the rest comes as a sheet.
function Answer({ folder, store, layout, shine }) {
  const [isOpen, open] = useState(false)
  const { result } = store.reply
  const { words } = folder
  const { opened, focus } = store.view
  const jump = (name) => {
    open(false)
    shine(name)
  }
  const close = () => {
    open(false)
    if (opened) store.look({ opened: null })
  }
  const parts = {
    result, words: words.result, layout, opened, before: store.before, focus: store.moving ? focus : null,
    onOpen: (name) => store.look({ opened: name }), onFocus: jump, onUndo: () => store.undo(),
    onExclude: (off, all) => store.change({ excluded: [...store.answers.excluded.filter((id) => !all.includes(id)), ...off] }, { label: words.claims }),
    onNote: note,
  }
  if (store.reply.problem) return html`<section class="card" role="alert"><p>${words.clash}</p>
    ${store.steps.length > 0 && html`<button type="button" class="link" onClick=${() => store.undo()}>${words.undo}</button>`}</section>`
  if (layout === "wide") return html`<${Result} ...${parts} />`
  return html`${layout === "narrow" && html`<${Result} ...${parts} />`}
    <${Dock} ...${{ result, words: words.result, before: store.before, focus: parts.focus, onNext: jump, onWhy: () => open(true) }} />
    <${Sheet} open=${isOpen} onClose=${close} label=${words.close}><${Result} ...${parts} layout="phone" /></${Sheet}>`
}

// "Note a run": the grid further down, opened.
function note() {
  const runs = shadow.querySelector("#runs")
  runs.open = true
  runs.scrollIntoView({ behavior: isCalm() ? "auto" : "smooth" })
  runs.querySelector("button").focus({ preventScroll: true })
}

// Bring a slider or a row of chips into view, focus it, and let it shine once.
function find(name) {
  const row = shadow.querySelector(`[data-name="${name}"]`)
  if (!row) return
  for (let fold = row.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true
  row.scrollIntoView({ block: "center", behavior: isCalm() ? "auto" : "smooth" })
  row.querySelector("input, button")?.focus({ preventScroll: true })
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
