"""What the server says leaves at once.

Streamlit 1.67 binds its socket without naming a protocol, and asyncio turns Nagle's algorithm off
only for sockets that name TCP: a small message after another waits until the browser has
acknowledged the first, for which Linux takes 40 ms. uvicorn binds in the same way for its workers
(Kludex/uvicorn#3149). This module can go once Streamlit's socket has `proto=IPPROTO_TCP`.
"""

import socket

from starlette.types import ASGIApp, Receive, Scope, Send


class AtOnce:
    """A layer around the page that has the sockets it is asked by send every message as soon as it
    is there.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand everything on unchanged; a server without a known socket is left as it is."""
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        found = transport.get_extra_info("socket") if transport is not None else None
        if found is not None and found.family in (socket.AF_INET, socket.AF_INET6):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)
