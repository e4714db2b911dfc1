// Where the boxes of the network stand and how its links run: plain numbers, in units of the text's size.
const SIZE = 14.5 // of the text for which they are meant

// Shares of the width: where each of the three columns starts and how wide it is, which may grow to hold as much as `full`; and what the sides of a box take.
const WIDE = { factor: [0, 0.3, 0.36], mechanism: [0.475, 0.24, 0.28], pain: [0.853, 0.147], full: [178, 147], sides: [24, 26], thick: 30, row: 26, space: 3.5, gap: 8 }
const PHONE = { factor: [0, 0.37, 0.37], mechanism: [0.485, 0.33, 0.33], pain: [0.91, 0.09], full: [0, 0], sides: [20, 20], thick: 24, row: 44, space: 4, gap: 0 }
// How high a line is, and how wide the space before a figure.
const LINE = 18, SPACE = 6
// The thinnest link, the space between two links side by side, between them and the ends of a box, and how far a link within a column bends out.
const THIN = 1.1, ABREAST = 1.6, PAD = 5, LOOP = 22

const pen = document.createElement("canvas").getContext("2d")

// Returns boxes by name {x, y, w, h, isTwo} and links {d, width, from, to}, for one width in pixels, one size of text, its typeface, and the words of a figure.
export function layout({ factors, mechanisms, pain, links }, width, size, family, said, isPhone) {
  const of = isPhone ? PHONE : WIDE
  const u = size / SIZE
  const grown = ([x, least, most], i) => [x, Math.max(least, Math.min(most, of.full[i] * u / width))]
  const plan = { ...of, factor: grown(of.factor, 0), mechanism: grown(of.mechanism, 1) }
  const measure = (text, weight = 650) => {
    pen.font = `${weight} ${size}px ${family}`
    return pen.measureText(text).width / u
  }
  const lines = (text, room, weight) => linesOf(text, room, (word) => measure(word, weight))
  const figure = measure(said)
  const [ofFactor, ofMechanism] = [plan.factor, plan.mechanism].map(([_, w], i) => w * width / u - of.sides[i])
  const mechanismHeights = mechanisms.map((row) => heightOf(row, links, ofMechanism, isPhone, figure, lines) * u)
  const rowHeights = factors.map((row) => Math.max(plan.row, 6 + LINE * (isPhone ? 1 + lines(row.label, ofFactor) : lines(row.label, ofFactor - SPACE - figure))) * u)
  const { tops, height, directTop } = columns(factors, rowHeights, mechanismHeights, plan, u)
  const place = ([x, w], y, h) => ({ x: x * width, y, w: w * width, h })
  const boxes = {}
  factors.forEach((row, i) => (boxes[row.name] = place(plan.factor, tops[i], rowHeights[i])))
  spread(mechanismHeights, directTop - 10 * u).forEach((y, i) => {
    const h = mechanismHeights[i]
    boxes[mechanisms[i].name] = { ...place(plan.mechanism, y, h), isTwo: h > 40 * u }
  })
  const ofPain = plan.pain[1] * width / u - 12
  const painHeight = (isPhone ? Math.max(124, 20 + measure(halves(pain.label)[0])) : Math.max(72, 16 + 19 * halves(pain.label).reduce((sum, half) => sum + lines(half, ofPain), 0))) * u
  const middle = mechanisms.length ? centre(mechanisms.map((row) => boxes[row.name])) : height / 2
  boxes[pain.name] = place(plan.pain, Math.max(0, Math.min(middle - painHeight / 2, height - painHeight)), painHeight)
  const inner = (plan.mechanism[0] + plan.mechanism[1]) * width
  return { boxes, height, links: drawn(links, boxes, plan, u, inner) }
}

// The pain's label breaks after its first words, as in "Back pain / after a run".
export function halves(label) {
  const at = label.search(/ (after|during|in|on|while) /)
  return at < 0 ? [label] : [label.slice(0, at), label.slice(at + 1)]
}

// How many lines a text takes: its words side by side, one that is too long for a line broken.
function linesOf(text, width, measure) {
  let [n, x] = [1, 0]
  for (const word of text.split(" ")) {
    const w = measure(word)
    if (x && x + w > width) [n, x] = [n + 1, 0]
    const more = Math.max(0, Math.ceil(w / width) - 1)
    n += more
    x += w - more * width + measure(" ")
  }
  return n
}

// A mechanism that many links reach is high; one that none reaches is low if its name and figure have one line.
function heightOf(row, links, room, isPhone, figure, lines) {
  const inward = links.filter((link) => link.to === row.name).length
  const full = 10 + LINE * (1 + lines(row.label, room))
  if (inward > 3) return Math.max(full, isPhone ? 88 : 68)
  return isPhone ? Math.max(full, 50) : row.unnamed || inward || lines(row.label, room - figure, 400) > 1 ? full : 32
}

// The tops of the factors; those that act on the pain itself stand last, below all mechanisms.
function columns(factors, rowHeights, mechanismHeights, plan, u) {
  const least = mechanismHeights.reduce((sum, h) => sum + h + 12 * u, 0)
  const n = factors.filter((row) => !row.direct).length
  const filled = rowHeights.slice(0, n).reduce((a, b) => a + b, 0)
  const space = Math.min(18 * u, Math.max(plan.space * u, (least - filled) / Math.max(1, n) - plan.gap * u / 2))
  let y = 1
  let directTop = null
  const tops = factors.map((row, i) => {
    if (i && row.group !== factors[i - 1].group) y += plan.gap * u
    if (row.direct && directTop === null) directTop = y = Math.max(y, least)
    const top = y
    y += rowHeights[i] + (row.direct ? plan.space * u : space)
    return top
  })
  const height = Math.max(y, least)
  return { tops, height, directTop: directTop ?? height + 10 * u }
}

// Boxes one below the other, with the same space between.
function spread(heights, room) {
  const space = Math.max(8, (room - heights.reduce((a, b) => a + b, 0)) / Math.max(1, heights.length))
  let y = Math.min(space / 2, 6)
  return heights.map((h) => {
    const top = y
    y += h + space
    return top
  })
}

const centre = (boxes) => (Math.min(...boxes.map((b) => b.y)) + Math.max(...boxes.map((b) => b.y + b.h))) / 2

function drawn(links, boxes, plan, u, inner) {
  const known = links.filter(({ from, to }) => boxes[from] && boxes[to])
  const thick = (link) => Math.max(THIN, link.figure * plan.thick) * u
  const arrivals = stacked(known, boxes, thick, "to", u)
  const starts = stacked(known, boxes, thick, "from", u)
  return known.map((link) => {
    const [a, b] = [boxes[link.from], boxes[link.to]]
    const [y, end] = [starts.get(link), arrivals.get(link)]
    const width = thick(link) * (arrivals.get(`scale ${link.to}`) ?? 1)
    const isRibbon = a.x !== b.x && b.x - a.x - a.w < 2 * width
    return { ...link, width, isRibbon, d: isRibbon ? ribbon(a, b, y, end, width) : path(a, b, y, end, inner, u) }
  })
}

// A link that passes the mechanisms runs level below them, to `inner`, the end of their column.
function path(a, b, y, end, inner, u) {
  const x = a.x + a.w
  if (a.x === b.x) {
    const out = x + LOOP * u * Math.min(1, 0.5 + Math.abs(b.y - a.y) / (200 * u))
    return `M${x} ${y}C${out} ${y} ${out} ${b.y + b.h / 2} ${x} ${b.y + b.h / 2}`
  }
  const turn = inner > x && b.x > inner ? inner : x
  const bend = (b.x - turn) / 2
  const line = turn > x ? `L${turn} ${y}` : ""
  return `M${x} ${y}${line}C${turn + bend} ${y} ${b.x - bend} ${end} ${b.x} ${end}`
}

// A thick link over a short way, as a shape: a stroke so bent would fold at its ends.
function ribbon(a, b, y, end, width) {
  const [x, half, middle] = [a.x + a.w, width / 2, (a.x + a.w + b.x) / 2]
  return `M${x} ${y - half}C${middle} ${y - half} ${middle} ${end - half} ${b.x} ${end - half}V${end + half}C${middle} ${end + half} ${middle} ${y + half} ${x} ${y + half}Z`
}

// Links side by side where they leave or arrive, the order that of their other ends.
function stacked(links, boxes, thick, side, u) {
  const other = side === "to" ? "from" : "to"
  const places = new Map()
  for (const name of new Set(links.map((link) => link[side]))) {
    const box = boxes[name]
    const here = links.filter((link) => link[side] === name && boxes[link[other]].x !== box.x)
    here.sort((a, b) => boxes[a[other]].y - boxes[b[other]].y)
    const gap = ABREAST * u
    const total = here.reduce((sum, link) => sum + thick(link) + gap, -gap)
    const scale = total > 0 ? Math.min(1, (box.h - 2 * PAD * u) / total) : 1
    if (side === "to") places.set(`scale ${name}`, Math.max(scale, 0.2))
    let y = box.y + box.h / 2 - (total * scale) / 2
    for (const link of here) {
      places.set(link, y + (thick(link) * scale) / 2)
      y += (thick(link) + gap) * scale
    }
    for (const link of links) if (link[side] === name && !places.has(link)) places.set(link, box.y + box.h / 2)
  }
  return places
}
