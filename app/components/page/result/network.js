// The network as the picture of it all: causes left, what goes on in the middle, the pain right.
import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js"
import { filled, inTen, tenths, useOrder } from "./figures.js"
import { layout } from "./geometry.js"

const SIZE = 14.5 // of the text for which the plan's numbers are meant
const FEW = 5 // causes on a phone before it is unfolded
const LEADS = 3, SHOWN = 2 // tenths from which a box is tinted, from which a factor's figure is written and the first is tinted
const THICK = 0.15 // from here a link is drawn in the colour of what is at work

export function Network({ result, words, asked, focus, isPhone, isLive, onOpen }) {
  const { pain, mechanisms } = result
  const [host, width, size] = useSize()
  const [isWhole, setWhole] = useState(false)
  const ranked = useOrder(result.factors, isLive)
  const isFolded = isPhone && !isWhole && result.factors.length > FEW + 1
  const { factors, links } = isFolded ? folded(ranked, result, words) : result
  const plan = width ? layout({ factors, mechanisms, pain, links }, width, size / SIZE, isPhone) : null
  const box = (row, kind) => html`<${Box} key=${row.name} ...${{ row, kind, words, isPhone }} at=${plan.boxes[row.name]}
    isLeaf=${!row.unnamed && !links.some((link) => link.to === row.name)} asked=${asked === row.name} under=${focus === row.name} onOpen=${row.isMore ? () => setWhole(true) : () => onOpen(row.name)} />`
  return html`<div class="network" role="group" aria-label=${words.network}>
    <div class="heads" aria-hidden="true"><span>${words.left}</span><span>${isPhone ? words.right_short : words.right}</span></div>
    <div class="map" dir="ltr" ref=${host} style=${plan ? `height: ${plan.height}px` : ""}>
      ${plan && html`${factors.map((row) => box(row, "factor"))}${mechanisms.map((row) => box(row, "mechanism"))}
        <${Pain} pain=${pain} at=${plan.boxes[pain.name]} isPhone=${isPhone} />
        <svg key=${`${width} ${plan.height}`} width=${width} height=${plan.height} aria-hidden="true">
          ${plan.links.map((link) => html`<path key=${`${link.from} ${link.to}`} class=${classOf(link, mechanisms)} d=${link.d} style=${link.isRibbon ? "" : `stroke-width: ${link.width}px`} />`)}
          ${factors.filter((row) => !row.isMore).map((row) => html`<${Dot} key=${row.name} row=${row} at=${plan.boxes[row.name]} u=${size / SIZE} />`)}
        </svg>`}
    </div>
    <ul class="unseen">${result.links.map((link) => html`<li>${spoken(link, result, words)}</li>`)}</ul>
  </div>`
}

function useSize() {
  const host = useRef(null)
  const [[width, size], set] = useState([0, SIZE])
  useLayoutEffect(() => {
    const measure = () => host.current && set((was) => {
      const now = [host.current.clientWidth, parseFloat(getComputedStyle(host.current).fontSize)]
      return was[0] === now[0] && was[1] === now[1] ? was : now
    })
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(host.current)
    return () => watch.disconnect()
  }, [])
  return [host, width, size]
}

function Box({ row, kind, at, words, asked, under, isPhone, isLeaf, onOpen }) {
  const n = tenths(row.figure)
  const isLead = !row.unnamed && !row.isMore && (n >= LEADS || (n >= SHOWN && row.rank === 1))
  const note = row.note === "not there" && row.state !== "untouched" ? words.not_there : row.note === "cut off" ? words.cut_off : ""
  const figure = note || (n >= (kind === "factor" ? SHOWN : 1) ? inTen(row.figure, words) : "")
  const name = ["box", kind, isLead && "lead", row.unnamed && n >= LEADS && "most", asked && "asked", under && "under", row.unnamed && "unnamed", !row.isMore && isTwoLines(at, kind, isPhone) && "two", isLeaf && "leaf"]
  return html`<button type="button" class=${name.filter(Boolean).join(" ")} data-cause=${row.name}
    style=${`left: ${at.x}px; top: ${at.y}px; width: ${at.w}px; height: ${at.h}px`}
    aria-label=${row.isMore ? row.label : `${row.label}: ${note || inTen(row.figure, words)}`} onClick=${onOpen}>
    <span class="label">${row.label}</span>${row.isMore ? html`<span aria-hidden="true">›</span>` : figure && html`<span class="figure">${figure}</span>`}
  </button>`
}

const isTwoLines = (at, kind, isPhone) => isPhone || kind === "mechanism" && at.h > 40

// The pain's label breaks after its first two words, as in "Back pain / after a run".
function Pain({ pain, at, isPhone }) {
  const [first, rest] = halves(pain.label)
  return html`<div class=${isPhone ? "box pain upright" : "box pain"} style=${`left: ${at.x}px; top: ${at.y}px; width: ${at.w}px; height: ${at.h}px`}>
    <span><b>${first}</b>${!isPhone && rest && html`<span>${rest}</span>`}</span></div>`
}

function halves(label) {
  const at = label.search(/ (after|during|in|on|while) /)
  return at < 0 ? [label, ""] : [label.slice(0, at), label.slice(at + 1)]
}

function Dot({ row, at, u }) {
  const isSet = row.state !== "untouched"
  return html`<circle class=${isSet ? "mark set" : "mark"} cx=${at.x + at.w} cy=${at.y + at.h / 2} r=${4.5 * u} />`
}

function classOf(link, mechanisms) {
  const isUnnamed = mechanisms.some((row) => row.unnamed && row.name === link.from)
  if (link.note === "not there" || link.note === "cut off") return "flow out"
  return ["flow", link.isRibbon && "ribbon", isUnnamed ? "unnamed" : link.figure >= THICK && "works"].filter(Boolean).join(" ")
}

// On a phone: the first causes, and all others as one box with one thin link to where the first of them leads.
function folded(ranked, { links, mechanisms }, words) {
  const shown = ranked.slice(0, FEW).map((row) => ({ ...row, direct: false }))
  const hidden = ranked.slice(FEW).map((row) => row.name)
  const more = { name: "more", label: filled(words.more, { n: hidden.length }), isMore: true, figure: 0, note: "", state: "untouched", direct: false, group: "" }
  const onward = links.find(({ from, to }) => hidden.includes(from) && mechanisms.some((row) => row.name === to))
  const kept = links.filter(({ from }) => !hidden.includes(from))
  return { factors: [...shown, more], links: onward ? [...kept, { from: "more", to: onward.to, figure: 0, note: "" }] : kept }
}

function spoken({ from, to, figure, note }, { factors, mechanisms, pain }, words) {
  const label = (name) => [...factors, ...mechanisms, pain].find((row) => row.name === name).label
  const said = note === "not there" ? words.not_there : note === "cut off" ? words.cut_off : inTen(figure, words)
  return `${label(from)} → ${label(to)}: ${said}`
}
