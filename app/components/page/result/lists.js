// The two ranked lists, the ties in them, the groups where all is ruled out, and their key.
import { html, useState } from "../vendor/preact.js"
import { Bar, Figure, filled, inTen, tenths, useOrder, useSwap } from "./figures.js"

const SHORT = 3

export function Lists({ result, words, before, isLive, onOpen, onUndo }) {
  return html`<div class="lists">
    <${List} heading=${words.left} rows=${result.factors} groups=${result.groups} ...${{ before, words, isLive, onOpen }} />
    <${List} heading=${words.right} rows=${result.mechanisms} groups=${[]} ...${{ before, words, isLive, onOpen }} />
  </div>
  <${Key} ...${{ words, before, onUndo }} />`
}

function List({ heading, rows, groups, before, words, isLive, onOpen }) {
  const [isWhole, setWhole] = useState(false)
  const ordered = useOrder(rows, isLive)
  const atWork = ordered.filter((row) => tenths(row.figure)) // by the newest figures, also while the order is held
  const top = isWhole ? ordered : groups.length ? atWork : ordered.slice(0, lengthOf(ordered))
  const list = useSwap(top.map((row) => row.name))
  const parts = { before, words, onOpen }
  return html`<section class="list" ref=${list} aria-label=${heading}>
    <h3>${heading} ${(ordered.length > top.length || isWhole) && html`<button type="button" class="link" aria-expanded=${isWhole} onClick=${() => setWhole(!isWhole)}>
      ${isWhole ? words.fewer : filled(words.all, { n: rows.length })}</button>`}</h3>
    ${tied(top).map(({ names, group, place }) => group
      ? html`<${Tie} key=${names} rows=${group} place=${place} ...${parts} />`
      : html`<ol class="ranked" start=${place} key=${names}><${Row} row=${top[place - 1]} place=${place} ...${parts} /></ol>`)}
    ${!isWhole && groups.map(({ heading, text }) => html`<div class="group" key=${heading}><h4>${heading}</h4><p>${text}</p></div>`)}
  </section>`
}

// A list shows three rows, and one more where it would else cut the first tie in two.
function lengthOf(rows) {
  const first = rows.filter((row) => row.tie !== null && row.tie === rows[0]?.tie).length
  return first === SHORT + 1 ? first : SHORT
}

// Neighbours that nothing tells apart stand together.
function tied(rows) {
  const parts = []
  rows.forEach((row, i) => {
    const last = parts.at(-1)
    if (row.tie !== null && last?.tie === row.tie) last.group.push(row)
    else parts.push({ tie: row.tie, group: [row], place: i + 1 })
  })
  return parts.map(({ group, place }) => ({ place, names: group.map((row) => row.name).join(), group: group.length > 1 ? group : null }))
}

function Row({ row, place, before, words, onOpen, isTied }) {
  return html`<li data-row=${row.name}>${!isTied && html`<span class="rank" aria-hidden="true">${place}</span>`}
    <button type="button" class="opens" onClick=${() => onOpen(row.name)}>
      <span class="head"><span class="label">${row.label}</span><${Figure} ...${{ row, before, words, isTied }} /></span>
      <${Bar} row=${row} before=${before} />
      <span class="voice">${row.quote && html`<q>${row.quote}</q>`}<span class="replies">${isTied ? row.replies.replace(/ \([^)]*\)/g, "") : row.replies}</span></span>
    </button></li>`
}

function Tie({ rows, place, words, ...parts }) {
  const tens = rows.map((row) => tenths(row.figure)), low = Math.min(...tens), high = Math.max(...tens)
  const said = low < high ? words.in_ten.replace("{}", `${low}–${high}`) : inTen(rows[0].figure, words)
  return html`<div class="tie"><span class="rank">${place}=</span>
    <ol class="ranked" start=${place}>${rows.map((row) => html`<${Row} key=${row.name} ...${{ row, words, ...parts }} isTied=${true} />`)}</ol>
    <span class="bracket" aria-hidden="true"></span><span class="each"><b><bdi>${said}</bdi></b>${low === high && words.each}</span></div>`
}

function Key({ words, before, onUndo }) {
  const sample = { figure: 0.5, fade: [1, 1, 0.95, 0.85, 0.65, 0.4, 0.2, 0.1, 0.05, 0], unnamed: false, name: "" }
  const last = before?.label ? `“${before.label}”` : words.last
  return html`<div class="key"><span><${Bar} row=${sample} /> ${words.firm}</span>
    <span><i class="tick" aria-hidden="true"></i> ${words.now}</span>
    ${before && html`<span><i class="tick ghost" aria-hidden="true"></i> ${filled(words.before, { last })}</span>
    <button type="button" class="link" onClick=${() => onUndo()}>${words.undo}</button>`}</div>`
}
