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
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    const go = () => document.querySelector(`.st-key-cause-${name}`)
      ?.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" })
    setTimeout(go, 400)  // by then a folded part of the list is open
  }
  place.onclick = (event) => open(event.target)
  place.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    open(event.target)
  }
}
