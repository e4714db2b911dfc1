// The network as the picture of it all: causes left, what goes on in the middle, the pain right.
import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js"
import { filled, inTen, tenths, useOrder } from "./figures.js"
import { halves, layout } from "./geometry.js"

const FEW = 5 // causes on a phone before it is unfolded
const LEADS = 3, SHOWN = 2 // tenths from which a box is tinted, from which a factor's figure is written and the first is tinted
const THICK = 0.15 // from here a link is drawn in the colour of what is at work

export function Network({ result, words, asked, focus, isPhone, isLive, onOpen }) {
  const { pain, mechanisms } = result
  const [host, width, size, family] = useSize()
  const [isWhole, setWhole] = useState(false)
  const ranked = useOrder(result.factors, isLive)
  const isFolded = isPhone && !isWhole && result.factors.length > FEW + 1
  const { factors, links } = isFolded ? folded(ranked, result, words) : result
  const plan = width ? layout({ factors, mechanisms, pain, links }, width, size, family, inTen(0.5, words), isPhone) : null
  const first = new Set([result.factors, mechanisms].flatMap(firstOf))
  const box = (row, kind) => html`<${Box} key=${row.name} ...${{ row, kind, words, isPhone }} at=${plan.boxes[row.name]} share=${100 / width} isFirst=${first.has(row.name)}
    isLeaf=${!row.unnamed && !links.some((link) => link.to === row.name)} asked=${asked === row.name} under=${focus === row.name} onOpen=${row.isMore ? () => setWhole(true) : () => onOpen(row.name)} />`
  return html`<div class="network" role="group" aria-label=${words.network}>
    <div class="heads" aria-hidden="true" dir="ltr"><span>${words.left}</span><span>${isPhone ? words.right_short : words.right}</span></div>
    <div class="map" dir="ltr" ref=${host} style=${plan ? `height: ${plan.height}px` : ""}>
      ${plan && html`${factors.map((row) => box(row, "factor"))}${mechanisms.map((row) => box(row, "mechanism"))}
        <${Pain} pain=${pain} at=${plan.boxes[pain.name]} share=${100 / width} isPhone=${isPhone} />
        <svg key=${`${width} ${plan.height}`} viewBox=${`0 0 ${width} ${plan.height}`} preserveAspectRatio="none" aria-hidden="true">
          ${plan.links.map((link) => html`<path key=${`${link.from} ${link.to}`} class=${classOf(link, mechanisms)} d=${link.d} style=${link.isRibbon ? "" : `stroke-width: ${link.width}px`} />`)}
        </svg>
        ${factors.filter((row) => !row.isMore).map((row) => html`<${Dot} key=${row.name} row=${row} at=${plan.boxes[row.name]} share=${100 / width} />`)}`}
    </div>
    <ul class="unseen">${result.links.map((link) => html`<li>${spoken(link, result, words)}</li>`)}</ul>
  </div>`
}

function useSize() {
  const host = useRef(null)
  const [[width, size, family], set] = useState([0])
  useLayoutEffect(() => {
    const measure = () => {
      if (!host.current) return
      const { fontSize, fontFamily } = getComputedStyle(host.current)
      set([host.current.clientWidth, parseFloat(fontSize), fontFamily])
    }
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(host.current)
    watch.observe(host.current.previousElementSibling) // whose height is that of the text
    document.fonts.addEventListener("loadingdone", measure)
    return () => {
      watch.disconnect()
      document.fonts.removeEventListener("loadingdone", measure)
    }
  }, [])
  return [host, width, size, family]
}

// The first of a ranking, and what ties with it.
function firstOf(rows) {
  const top = rows.find(({ rank }) => rank === 1)
  return rows.filter((row) => row === top || row.tie !== null && row.tie === top.tie).map(({ name }) => name)
}

// Across in shares of the width, so that paper of another width is filled; down in pixels.
const placed = ({ x, y, w, h }, share) => `left: ${x * share}%; top: ${y}px; width: ${w * share}%; height: ${h}px`

function Box({ row, kind, at, share, words, asked, under, isPhone, isLeaf, isFirst, onOpen }) {
  const n = tenths(row.figure)
  const isLead = !row.unnamed && !row.isMore && (n >= LEADS || (n >= SHOWN && isFirst))
  const note = row.note === "not there" && row.state !== "untouched" ? words.not_there : row.note === "cut off" ? words.cut_off : ""
  const figure = note || (n >= (kind === "factor" ? SHOWN : 1) ? inTen(row.figure, words) : "")
  const name = ["box", kind, isLead && "lead", row.unnamed && n >= LEADS && "most", asked && "asked", under && "under", row.unnamed && "unnamed", !row.isMore && (isPhone || at.isTwo) && "two", isLeaf && "leaf"]
  return html`<button type="button" class=${name.filter(Boolean).join(" ")} data-cause=${row.name}
    style=${placed(at, share)}
    aria-label=${row.isMore ? row.label : `${row.label}: ${note || inTen(row.figure, words)}`} onClick=${onOpen}>
    <span class="label">${row.label}</span>${row.isMore ? html`<span aria-hidden="true">›</span>` : figure && html`<span class="figure">${figure}</span>`}
  </button>`
}

function Pain({ pain, at, share, isPhone }) {
  const [first, rest] = halves(pain.label)
  return html`<div class=${isPhone ? "box pain upright" : "box pain"} style=${placed(at, share)}>
    <span><b>${first}</b>${!isPhone && rest && html`<span>${rest}</span>`}</span></div>`
}

const Dot = ({ row, at, share }) => html`<i class=${row.state === "untouched" ? "mark" : "mark set"} style=${`left: ${(at.x + at.w) * share}%; top: ${at.y + at.h / 2}px`}></i>`

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
