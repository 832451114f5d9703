"""Projects on a Postgres server that hangs or is away: what a project on another server notices of it."""
import dataclasses
import os
import signal
import statistics
import time

import creating
import recovery
from cluster import Cluster
from parts import free_port, wait_for

CONNECTIONS = 600
FIRST = 100  # projects of the further server have numbers from here on
PATIENCE = 60


@dataclasses.dataclass
class Acts:
    """Seconds of each act on a project of the default server."""

    create: list = dataclasses.field(default_factory=list)
    crash: list = dataclasses.field(default_factory=list)
    stop: list = dataclasses.field(default_factory=list)

    def median(self, name):
        return statistics.median(getattr(self, name))


def measure(world, many, few, rounds):
    """The acts while the further server answers; creates while it hangs and `few` creates wait for it; the acts while it is away.
    `many` projects run on it all the time."""
    far = Cluster(world.folder, "far", free_port(), CONNECTIONS)
    try:
        far.start()
        url = world.folder / "far.url"
        url.write_text(far.url())
        url.chmod(0o600)
        with world.alone("away", ATOMO_FLEET_DATABASE_SERVERS=f'[{{ name = "far", url_file = "{url}" }}]'):
            ask(world, range(FIRST, FIRST + many))
            wait_for("the projects of the further server", 240, lambda: count_running(world) == many, 0.5)
            numbers = iter(range(3 * rounds))
            beside, hung, away = Acts(), Acts(), Acts()
            do(world, numbers, rounds, beside)
            with far.hanging():
                ask(world, range(FIRST + many, FIRST + many + few))
                do(world, numbers, rounds, hung)
            far.stop()
            wait_for("the further server to be seen as away", PATIENCE, lambda: is_away(world), 0.2)
            do(world, numbers, rounds, away)
            return beside, hung, away
    finally:
        far.stop()


def ask(world, numbers):
    path, commit = creating.schema(world)
    for number in numbers:
        creating.ask(world, number, path, commit, database_server="far", pool_size=2)


def do(world, numbers, rounds, acts):
    """Each act on `rounds` projects, one after the other."""
    path, commit = creating.schema(world)
    for _ in range(rounds):
        number = next(numbers)
        acts.create.append(creating.create(world, number, path, commit))
        pid = recovery.settled(world, number)["pid"]
        acts.crash.append(crash(world, number, pid))
        recovery.settled(world, number, former=pid)
        acts.stop.append(stop(world, number))


def crash(world, number, pid):
    """From `kill -9` until the name is served again."""
    begun = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    wait_for("the process to end", PATIENCE, lambda: has_ended(pid), 0.001)
    wait_for("the project", PATIENCE, lambda: world.reachable(f"bench-{number:02}.localhost", world.https_port), 0.005)
    return time.monotonic() - begun


def has_ended(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def stop(world, number):
    """From the command until its operation is done."""
    begun = time.monotonic()
    operation = world.api("POST", f"/projects/bench-{number:02}/stop")["operation"]["id"]
    wait_for("the stop", PATIENCE, lambda: world.api("GET", f"/operations/{operation}")["status"] == "succeeded", 0.005)
    return time.monotonic() - begun


def count_running(world):
    return sum(project["status"] == "running" for project in world.api("GET", "/fleet")["projects"])


def is_away(world):
    parts = world.api("GET", "/fleet")["parts"]
    return any(part["state"]["state"] == "away" for part in parts if part.get("database_server") == "far")
