// What lies over the page, one above the other: Back closes the uppermost, and nothing below it.
import { useEffect, useRef } from "../vendor/preact.js"

const depth = () => history.state?.layers ?? 0

export function useLayer(isOpen, onClose) {
  const close = useRef(onClose)
  close.current = onClose
  useEffect(() => {
    if (!isOpen) return
    const own = depth() + 1
    history.pushState({ ...history.state, layers: own }, "")
    const back = () => depth() < own && close.current()
    addEventListener("popstate", back)
    return () => {
      removeEventListener("popstate", back)
      if (depth() === own) history.back()
    }
  }, [isOpen])
}
