"""Where a runner is taken when what they did shows elsewhere on the page: to what comes next."""

from __future__ import annotations

from parts import part

MOUNT = part("going")


def on(stage: int, key: str, after: str) -> None:
    """Go to the part of the page with that key when the stage is another than it was; `after` says
    of what.
    """
    if MOUNT is not None:
        MOUNT(key=f"going, {after}", data={"stage": stage, "place": f".st-key-{key}"}, height=1)
