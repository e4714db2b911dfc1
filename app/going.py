"""Where a runner is taken when a part of the page folds away under them: to what comes next."""

from __future__ import annotations

from parts import part

MOUNT = part("going")


def on(stage: int, key: str) -> None:
    """Go to the part of the page with that key when the stage is another than it was."""
    if MOUNT is not None:
        MOUNT(key="going", data={"stage": stage, "place": f".st-key-{key}"}, height=1)
