// The drawing comes whole from Python, escaped there; here its nodes become buttons that open a cause's view and go to it.
export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".network")
  if (place.drawing !== data.drawing) {
    const before = parentElement.activeElement?.dataset?.name
    place.drawing = place.innerHTML = data.drawing
    if (before) place.querySelector(`[data-name="${before}"]`)?.focus()
  }
  const open = (target) => {
    const name = target.closest("[data-name]")?.dataset.name
    if (!name) return
    setTriggerValue("opened", name)
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"
    const go = (tries, stood) => {
      const view = document.querySelector(`.st-key-cause-${name}`)
      const there = view?.querySelector(".more")?.offsetHeight  // the list it is folded away in opens first
      const top = view?.getBoundingClientRect().top
      const seen = there && top > -2 && top < innerHeight - 150
      if (there && !seen) view.scrollIntoView({ block: "start", behavior })  // what opens above may push it away again
      if (tries && stood < 3) setTimeout(go, 250, tries - 1, seen ? stood + 1 : 0)
    }
    go(60, 0)
  }
  place.onclick = (event) => open(event.target)
  place.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    open(event.target)
  }
}
