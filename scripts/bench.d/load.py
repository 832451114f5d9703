"""Requests through the gateway at a steady rate, whatever becomes of them."""
import asyncio
import contextlib
import dataclasses
import ssl
import threading
import time

PATIENCE = 90  # seconds until a request that is not answered counts as failed


@dataclasses.dataclass(frozen=True)
class Answer:
    """One GET: when it was sent and answered, by the monotonic clock, and how."""

    sent: float
    ended: float
    status: str  # of HTTP, or what went wrong

    @property
    def is_good(self):
        return self.status == "200"


@contextlib.contextmanager
def running(host, port, rate):
    """Sends `rate` GETs a second, each over a TLS connection of its own, while the block runs. Gives the answers, a list that grows;
    it is complete once the block has ended."""
    answers, over = [], threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(send_all(host, port, rate, answers, over)))
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


async def send_all(host, port, rate, answers, over):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    begun, sent = time.monotonic(), []
    while not over.is_set():
        sent.append(asyncio.create_task(send(host, port, context, answers)))
        # by the clock and not by the last one: one that is late makes the others no later
        await asyncio.sleep(max(0, begun + len(sent) / rate - time.monotonic()))
    await asyncio.gather(*sent)


async def send(host, port, context, answers):
    sent = time.monotonic()
    try:
        status = await asyncio.wait_for(get(host, port, context), PATIENCE)
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
        status = type(error).__name__
    answers.append(Answer(sent, time.monotonic(), status))


async def get(host, port, context):
    """The status of `/ready`, which reads from the project's database, once the whole answer was read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=host)
    try:
        writer.write(f"GET /ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.read(-1)
        return head.split()[1].decode()
    finally:
        writer.close()


def told(failed):
    """How many requests failed, and what came back."""
    return f"{failed.total()} ({', '.join(f'{status}: {number}' for status, number in failed.items())})" if failed else "0"
