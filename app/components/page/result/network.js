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
  const factors = isFolded ? ranked.slice(0, FEW) : result.factors
  const rest = isFolded ? moreRow(ranked.slice(FEW), words) : null
  const shownFactors = rest ? [...factors.map((row) => ({ ...row, direct: false })), rest] : factors
  const links = rest ? [...result.links.filter(isShown(factors, mechanisms)), ...rest.links(result.links, mechanisms)] : result.links
  const plan = width ? layout({ factors: shownFactors, mechanisms, pain, links }, width, size / SIZE, isPhone) : null
  const box = (row, kind) => html`<${Box} key=${row.name} ...${{ row, kind, words, isPhone }} at=${plan.boxes[row.name]}
    isLeaf=${!row.unnamed && !links.some((link) => link.to === row.name)} asked=${asked === row.name} under=${focus === row.name} onOpen=${row.isMore ? () => setWhole(true) : () => onOpen(row.name)} />`
  return html`<div class="network" role="group" aria-label=${words.network}>
    <div class="heads" aria-hidden="true"><span>${words.left}</span><span>${isPhone ? words.right_short : words.right}</span></div>
    <div class="map" dir="ltr" ref=${host} style=${plan ? `height: ${plan.height}px` : ""}>
      ${plan && html`${shownFactors.map((row) => box(row, "factor"))}${mechanisms.map((row) => box(row, "mechanism"))}
        <${Pain} pain=${pain} at=${plan.boxes[pain.name]} isPhone=${isPhone} />
        <svg width=${width} height=${plan.height} aria-hidden="true">
          ${plan.links.map((link) => html`<path key=${`${link.from} ${link.to}`} class=${classOf(link, mechanisms)} d=${link.d} style=${link.isRibbon ? "" : `stroke-width: ${link.width}px`} />`)}
          ${shownFactors.filter((row) => !row.isMore).map((row) => html`<${Dot} key=${row.name} row=${row} at=${plan.boxes[row.name]} u=${size / SIZE} />`)}
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

const isShown = (factors, mechanisms) => {
  const names = new Set([...factors, ...mechanisms].map((row) => row.name))
  return ({ from }) => names.has(from)
}

// All that a phone folds away, as one box with one thin link to where most of it leads.
function moreRow(rows, words) {
  const names = new Set(rows.map((row) => row.name))
  return {
    name: "more", label: filled(words.more, { n: rows.length }), isMore: true, figure: 0, note: "", state: "untouched", direct: false, group: "",
    links: (links, mechanisms) => {
      const onward = links.filter(({ from, to }) => names.has(from) && mechanisms.some((row) => row.name === to))
      const to = onward[0]?.to
      return to ? [{ from: "more", to, figure: 0, note: "" }] : []
    },
  }
}

function spoken({ from, to, figure, note }, { factors, mechanisms, pain }, words) {
  const label = (name) => [...factors, ...mechanisms, pain].find((row) => row.name === name).label
  const said = note === "not there" ? words.not_there : note === "cut off" ? words.cut_off : inTen(figure, words)
  return `${label(from)} → ${label(to)}: ${said}`
}
