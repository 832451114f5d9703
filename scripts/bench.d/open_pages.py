"""Open fleet pages while instances restart: what they cost the engine, and how soon each is right.

Each page is a browser of its own, which is the worst case: windows of one browser share a stream. It does what the page script does:
it fetches the page again after a hint, at most four times a second.
"""
import contextlib
import http.client
import statistics
import threading
import time

import creating
import serving
from parts import wait_for

PAUSE = 0.25  # seconds between two fetches of a page
PATIENCE = 60


class Page(threading.Thread):
    """An open fleet page."""

    def __init__(self, world, cookie):
        super().__init__(daemon=True)
        self.world, self.cookie = world, cookie
        self.fetches = []  # when each began and when it was there, by time.monotonic()
        self.wanted = threading.Event()
        self.ended = False
        self.stream = http.client.HTTPConnection("127.0.0.1", world.listen_port, timeout=60)
        self.fetcher = threading.Thread(target=self.fetch, daemon=True)

    def run(self):
        self.stream.request("GET", "/api/v1/events", headers={"Cookie": self.cookie})
        answer = self.stream.getresponse()
        self.fetcher.start()
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed while it reads
            while not self.ended:
                if answer.readline().startswith(b"data: {\"topic\""):
                    self.wanted.set()

    def fetch(self):
        while not self.ended:
            if self.wanted.wait(1):
                self.wanted.clear()
                begun = time.monotonic()
                serving.fetch(self.world, self.cookie, {"Accept-Encoding": "br", "X-Refetch": "1"})
                self.fetches.append((begun, time.monotonic()))
                time.sleep(PAUSE)

    def end(self):
        self.ended = True
        self.stream.close()


def restarts(world, count, projects, pages=()):
    """Seconds of `count` restarts in turn on `projects` projects, and the seconds after each until every page was right."""
    times, right = [], []
    for index in range(count):
        begun = time.monotonic()
        operation = world.api("POST", f"/projects/bench-{index % projects:02}/restart")["operation"]["id"]
        wait_for("the restart", PATIENCE, lambda: world.api("GET", f"/operations/{operation}")["status"] == "succeeded", 0.01)
        done = time.monotonic()
        times.append(done - begun)
        for page in pages:
            wait_for("the page", PATIENCE, lambda: any(began >= done - 0.02 for began, _ in page.fetches), 0.005)
            right.append(next(there for began, there in page.fetches if began >= done - 0.02) - done)
    return times, right


def compare(world, count, number):
    """Median seconds of a restart without and with `number` open pages, and the seconds until the last page was right."""
    world.start_server()
    world.operator()
    path, commit = creating.schema(world)
    for index in range(5):
        creating.create(world, index, path, commit)
    cookie = serving.log_in(world)
    alone, _ = restarts(world, count, 5)
    pages = [Page(world, cookie) for _ in range(number)]
    for page in pages:
        page.start()
    time.sleep(2)
    beside, right = restarts(world, count, 5, pages)
    for page in pages:
        page.end()
    for index in range(5):
        world.api("POST", f"/projects/bench-{index:02}/stop")
    return statistics.median(alone), statistics.median(beside), sorted(right)
