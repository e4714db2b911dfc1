// The safety cards, and the screen of an emergency. A card takes no tap until it has been seen for a moment.
import { html, useEffect, useState } from "./vendor/preact.js"

const SEEN = 700 // milliseconds

export function useSeen(card) {
  const [seen, setSeen] = useState(null)
  useEffect(() => {
    const timer = setTimeout(() => setSeen(card), SEEN)
    return () => clearTimeout(timer)
  }, [card])
  return seen === card
}

export function Cards({ folder, store, verdict }) {
  const { cards, words } = folder
  const open = cards.findIndex((card) => ids(card).some((id) => !(id in store.safety)))
  const isSeen = useSeen(open)
  if (open < 0) return null
  const card = cards[open]
  const say = (answer) => isSeen && store.mark({ ...store.safety, ...Object.fromEntries(ids(card).map((id) => [id, answer])) })
  return html`<section class="safety" aria-labelledby="card">
    <p class="steps"><span>${words.card.replace("{}", open + 1).replace("{}", cards.length)}</span><span>${folder.title}</span></p>
    <h1 id="card" tabindex="-1">${card.heading}</h1>
    ${card.groups.map((group) => html`<ul>${group.lines.map(({ id, line }) => html`<li key=${id}>${line}</li>`)}</ul>`)}
    <div class="answers"><button type="button" onClick=${() => say("no")}>${words.none_of_these}</button>
      <button type="button" onClick=${() => say("not_sure")}>${words.some}</button></div>
  </section>`
}

const ids = (card) => card.groups.flatMap((group) => group.lines.map(({ id }) => id))
