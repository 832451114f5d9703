"""An instance that crashes or hangs while requests come in through the gateway: how long the outside notices it."""
import collections
import dataclasses
import json
import os
import signal
import time

import creating
import load
import routing
from parts import wait_for

RATE = 50  # requests a second
BEFORE, AFTER = 1, 2  # seconds of requests before the fault, and after the first good answer
PATIENCE = 60


@dataclasses.dataclass(frozen=True)
class Recovery:
    """One fault. Seconds from the fault on, and what became of every request that it could touch."""

    out: float  # until the route led no more to the instance; a crash needs no other route
    serving: float  # until the first good answer to a request that was sent after the fault
    longest: float
    failed: collections.Counter  # what came instead of a good answer
    sent: int


def crashes(world, numbers):
    """`kill -9`, on one project each: the second crash of one within a minute may wait."""
    return [fault(world, number, signal.SIGKILL) for number in numbers]


def hangs(world, numbers):
    """`SIGSTOP`: the kernel still takes connections for it, and nothing answers."""
    return [fault(world, number, signal.SIGSTOP) for number in numbers]


def fault(world, number, kind):
    path, commit = creating.schema(world)
    creating.create(world, number, path, commit)
    instance = settled(world, number)
    host = f"bench-{number:02}.localhost"
    with load.running(host, world.https_port, RATE) as answers:
        time.sleep(BEFORE)
        at = time.monotonic()
        os.kill(instance["pid"], kind)
        out = 0.0
        if kind == signal.SIGSTOP:
            wait_for("another route", PATIENCE, lambda: not is_routed(world, host, instance["address"]), 0.02)
            out = time.monotonic() - at
        wait_for("a good answer", PATIENCE, lambda: any(is_after(answer, at) for answer in answers), 0.01)
        time.sleep(AFTER)
    touched = [answer for answer in answers if answer.ended >= at]
    serving = min(answer.ended for answer in answers if is_after(answer, at)) - at
    failed = collections.Counter(answer.status for answer in touched if not answer.is_good)
    world.api("POST", f"/projects/bench-{number:02}/stop")
    return Recovery(out, serving, max(answer.ended - answer.sent for answer in touched), failed, len(touched))


def is_after(answer, at):
    return answer.is_good and answer.sent > at


def settled(world, number, former=None):
    """The instance of a project, once nothing is left to do on it; not the former one with that pid."""
    wait_for("the project to settle", PATIENCE, lambda: is_settled(project(world, number), former), 0.05)
    return project(world, number)["observed"]["instance"]["value"]


def is_settled(project, former):
    seen = project["observed"]
    is_there = all(seen[what]["seen"] == "present" for what in ("instance", "ready", "reached"))
    return is_there and project["status"] == "running" and seen["instance"]["value"]["pid"] != former


def project(world, number):
    return world.api("GET", f"/projects/bench-{number:02}")


def is_routed(world, host, address):
    """Whether the gateway leads the name to that address."""
    return any(f'"{host}"' in text and f'"{address}"' in text for text in map(json.dumps, routing.routes(world)))
