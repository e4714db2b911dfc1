// The page in the browser: loads what it needs once, then draws the newest reply beside the newest answers.
import { html, render } from "./vendor/preact.js"
import { Cards } from "./cards.js"
import { Panel } from "./panel.js"
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

function Page({ folder, store }) {
  const { words } = folder
  const { reply } = store
  const isOpen = reply.verdict?.ranking
  return html`<main>
    <header><div><h1>${folder.title}</h1><p>${folder.intro}</p></div></header>
    ${isOpen ? html`<div class="screen">
      <${Panel} folder=${folder} store=${store} />
      <section class="card"><ol class="plain">${reply.result?.rows?.map((row) => html`<li>${row.label} ${row.figure.toFixed(2)}</li>`)}</ol>
        <button onClick=${() => store.undo()}>${words.undo}</button></section>
    </div>` : html`<${Cards} folder=${folder} store=${store} verdict=${reply.verdict} />`}
    ${store.isLate && html`<p role="status" class="late">${words.offline}</p>`}
  </main>`
}
