"""Run first in the page's server: log every address that the process opens or calls."""

import os
import sys

CALLS = (
    "socket.bind",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
)
LOG = os.environ.get("LUMBAYES_SOCKETS", os.devnull)


def note(event: str, given: tuple) -> None:
    """One line a call: what is done, and with which address."""
    if event in CALLS:
        with open(LOG, "a", encoding="utf-8") as log:
            print(event, *[part for part in given if isinstance(part, str | tuple | int)], file=log)


sys.addaudithook(note)
