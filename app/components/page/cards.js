// The two safety cards, the questions that a tick opens, and the screen of an emergency. No rule is worked out here: the
// answers go to Python, and its verdict says what may be shown. A card takes no tap until it has been seen for a moment.
import { html, useEffect, useRef, useState } from "./vendor/preact.js"

const SEEN = 700 // milliseconds

// Bring a screen's heading into view, with the focus.
function useHeading(name) {
  const heading = useRef()
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    heading.current?.scrollIntoView?.({ block: "nearest" })
  }, [name])
  return heading
}

// A handler that takes a tap only once this card has been in view for a moment.
function useCard(name) {
  const [seen, see] = useState(null)
  const heading = useHeading(name)
  useEffect(() => {
    const timer = setTimeout(() => see(name), SEEN)
    return () => clearTimeout(timer)
  }, [name])
  return [heading, (handler) => (event) => seen === name ? handler(event) : event.preventDefault()]
}

export const isEmergency = (store, verdict) => store.safety.first === "some" || verdict?.level === "emergency"

export function Cards({ folder, store, verdict }) {
  const [first, second] = folder.safety.cards
  if (isEmergency(store, verdict)) return html`<${Emergency} ...${{ folder, store, verdict, card: first }} />`
  if (!store.safety.first) return html`<${First} key="first" ...${{ folder, store, card: first }} />`
  if (store.safety.age && verdict?.next) return html`<${Question} key=${verdict.next} ...${{ folder, store, name: verdict.next }} />`
  return html`<${Second} key="second" ...${{ folder, store, card: second }} />`
}

const Steps = ({ folder, n }) => html`<p class="steps"><span>${folder.words.card.replace("{}", n).replace("{}", 2)}</span><span>${folder.title}</span></p>`

function First({ folder, store, card }) {
  const [heading, once] = useCard("first")
  const say = (first) => once(() => store.mark({ ...store.safety, first }))
  return html`<section class="safety" aria-labelledby="card"><${Steps} folder=${folder} n="1" />
    <h1 id="card" ref=${heading} tabindex="-1">${card.title}</h1><p class="intro">${card.intro}</p>
    ${card.groups.map((group) => html`<h2>${group.heading}</h2><ul class="bullets">${group.lines.map(({ id, line }) => html`<li key=${id}>${line}</li>`)}</ul>`)}
    <div class="buttons"><button type="button" onClick=${say("none")}>${card.buttons.none}</button>
      <button type="button" onClick=${say("some")}>${card.buttons.some}</button></div></section>`
}

function Second({ folder, store, card }) {
  const [heading, once] = useCard("second")
  const lines = card.groups.flatMap((group) => group.lines)
  const tick = (id) => (event) => {
    const { [id]: _, ...others } = store.safety
    store.mark(event.target.checked ? { ...others, [id]: "yes" } : others)
  }
  const isTicked = lines.some(({ id }) => id in store.safety)
  return html`<section class="safety" aria-labelledby="card"><${Steps} folder=${folder} n="2" />
    <h1 id="card" ref=${heading} tabindex="-1">${card.title}</h1><p class="intro">${card.intro}</p>
    ${card.groups.map((group) => html`<h2>${group.heading}</h2>${group.lines.map(({ id, line }) => html`<label class="tick" key=${id}>
      <input type="checkbox" checked=${id in store.safety} onClick=${once(() => {})} onChange=${tick(id)} />${line}</label>`)}`)}
    <p class="then" id="then">${isTicked ? card.buttons.some : card.buttons.none}</p>
    <div class="buttons ages" role="group" aria-labelledby="then">${card.ages.filter((age) => !age.small).map(({ id, label }) => html`
      <button type="button" key=${id} onClick=${once(() => store.mark({ ...store.safety, age: id }))}>${label}</button>`)}</div>
    ${card.ages.filter((age) => age.small).map(({ id, label }) => html`<button type="button" class="link" onClick=${once(() => store.mark({ ...store.safety, age: id }))}>${label}</button>`)}
  </section>`
}

// One question that a tick or an age opened.
export function Question({ folder, store, name, inline }) {
  const [heading, once] = useCard(name)
  const { question, any_of: points } = folder.safety.questions[name]
  return html`<section class=${inline ? "safety ask" : "safety"} aria-labelledby="question">
    <h1 id="question" ref=${heading} tabindex="-1">${question}</h1>
    ${points.length > 0 && html`<ul class="bullets">${points.map((point) => html`<li>${point}</li>`)}</ul>`}
    <div class="buttons">${Object.entries(folder.safety.answers).map(([answer, label]) => html`
      <button type="button" key=${answer} onClick=${once(() => store.mark({ ...store.safety, [name]: answer }))}>${label}</button>`)}</div>
  </section>`
}

// One red screen: what to do first, a number to call, then the lines to mark, so that they can be shown.
function Emergency({ folder, store, verdict, card }) {
  const { words, safety: { call } } = folder
  const heading = useHeading("emergency")
  const said = verdict?.level === "emergency" ? verdict : { heading: card.banner.heading, do_first: card.banner.do_first, paragraphs: [card.banner.text] }
  const lines = card.groups.flatMap((group) => group.lines)
  const wrong = () => store.mark(Object.fromEntries(Object.entries(store.safety).filter(([id]) => id === "age" && !lines.some((line) => line.id in store.safety))))
  const mark = (id, answer) => {
    const { [id]: before, ...others } = store.safety
    store.mark(before === answer ? others : { ...others, [id]: answer })
  }
  return html`<section class="safety red" role="alert"><h1 ref=${heading} tabindex="-1">${said.heading}</h1><p class="first">${said.do_first}</p>
      ${said.paragraphs.filter((text) => text !== said.do_first).map((text) => html`<p>${text.replace(said.do_first, "").trim()}</p>`)}
      ${call && html`<a class="call" href=${call.href}>${words.call.replace("{}", call.number)}</a>`}</section>
    <section class="marks" aria-label=${words.marks}>
      ${store.safety.first === "some" && card.groups.map((group) => html`<h2>${group.heading}</h2>${group.lines.map(({ id, line, question, any_of: points, text }) => html`<div class="mark" key=${id}>${line}
        <div class="chips" role="group" aria-label=${line}>${Object.entries(card.chips).map(([answer, label]) => html`<button type="button" key=${answer}
          class=${store.safety[id] === answer ? "chip chosen" : "chip"} aria-pressed=${store.safety[id] === answer} onClick=${() => mark(id, answer)}>${label}</button>`)}</div>
        ${store.safety[id] && html`<div class="more">${question}<ul>${points.map((point) => html`<li>${point}</li>`)}</ul>${text}</div>`}</div>`)}`)}
      ${store.safety.first !== "some" && verdict?.reasons?.length > 0 && html`<p class="mark">${words.because} ${verdict.reasons.join(" · ")}</p>`}
      <div class="buttons"><button type="button" onClick=${wrong}>${words.wrong}</button>
        <button type="button" onClick=${() => print()}>${words.print}</button></div></section>`
}

// What stands above the answer where somebody should be seen; nothing where no line was ticked.
export function Banner({ verdict, words }) {
  if (verdict.level === "none") return null
  return html`<section class="banner" aria-labelledby="banner"><h2 id="banner">${verdict.heading}</h2>
    ${verdict.paragraphs.map((text) => html`<p>${text}</p>`)}
    ${verdict.reasons.length > 0 && html`<p class="reasons">${words.because} ${verdict.reasons.join(" · ")}</p>`}
    ${verdict.also.length > 0 && html`<details><summary>${words.also}</summary>${verdict.also.map((text) => html`<p>${text}</p>`)}</details>`}
    ${verdict.notes.map((text) => html`<p>${text}</p>`)}</section>`
}
