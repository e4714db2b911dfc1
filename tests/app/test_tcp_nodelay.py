"""The page's layer around the server: no message waits for the one before it to be acknowledged."""

import asyncio
import socket

import pytest
import uvicorn
import websockets

from server.at_once import AtOnce


async def _echo(scope, receive, send):
    """What Streamlit's server is here: it accepts, and says whether its socket sends at once."""
    assert scope["type"] == "websocket"
    await receive()
    await send({"type": "websocket.accept"})
    option = send.__self__.transport.get_extra_info("socket").getsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY
    )
    await send({"type": "websocket.send", "text": str(bool(option))})
    await receive()


async def _asked(app) -> str:
    """A server on a socket opened as Streamlit opens it, and what a browser receives of it."""
    with socket.socket(family=socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(app, lifespan="off", ws="websockets-sansio", log_level="error")
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        async with websockets.connect(f"ws://127.0.0.1:{listening.getsockname()[1]}") as page:
            said = await page.recv()
        server.should_exit = True
        await serving
    return said


@pytest.mark.parametrize(
    ("app", "said"), [(_echo, "False"), (AtOnce(_echo), "True")], ids=["bare", "at once"]
)
def test_the_socket_is_reported_to_send_at_once_and_would_not_by_itself(app, said):
    assert asyncio.run(_asked(app)) == said


def test_the_page_has_that_layer():
    import streamlit_app

    assert AtOnce in [layer.cls for layer in streamlit_app.app._user_middleware]


class _Server:
    """A server whose transport hands out this socket; `send` is its method."""

    def __init__(self, known):
        self.transport = self
        self.known = known

    def get_extra_info(self, _):
        return self.known

    async def send(self, _):
        raise AssertionError("nothing is sent")


async def _unbound(_):
    raise AssertionError("nothing is sent")


@pytest.fixture
def local():
    """A socket of this machine alone, which knows no TCP."""
    with socket.socket(socket.AF_UNIX) as found:
        yield found


@pytest.mark.parametrize("kind", ["no server known", "no socket", "a socket of this machine alone"])
def test_a_server_without_a_socket_of_the_net_is_served_all_the_same(local, kind):
    server = _Server(local if kind.startswith("a ") else None)
    send = _unbound if kind == "no server known" else server.send
    seen = []

    async def app(*asked):
        seen.append(asked)

    asyncio.run(AtOnce(app)({"type": "http"}, None, send))
    assert seen == [({"type": "http"}, None, send)]
