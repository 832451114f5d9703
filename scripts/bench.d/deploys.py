"""Deploys and drift: what a preflight takes, how long a deploy is noticed outside, and what a look for drift costs."""
import collections
import dataclasses
import os
import statistics
import subprocess
import time

import creating
import load
import recovery
from backups import finished
from parts import wait_for
from serving import ticks

LARGE, GAP = 80, 81  # numbers of the projects of these measurements
FIRST = 200  # number of the first project that is looked at for drift
RATE = 50  # requests a second
ROW = 500  # bytes of a filled row
HEAD = "import { model, text, number } from '@atomo/schema'\n"


@dataclasses.dataclass
class Preflights:
    """Seconds."""

    megabytes: int
    alone: float  # nothing is counted
    counted: float  # with a question about every row of one large table
    catalog: float  # the levels of drift that read the catalog


@dataclasses.dataclass
class Gap:
    """Requests that came while something was done, again and again."""

    longest: list
    failed: collections.Counter
    sent: int


def preflights(world, counts):
    found = examine(world, counts.models, counts.examined)
    on = f"{counts.models} models on a database of {found.megabytes} MB"
    yield f"| preflight of {on}, best of 5 | {found.alone:.2f} s | < 2 s |"
    yield f"| the same with a question about every row of a table of that size, best of 3 | {found.counted:.2f} s | |"
    yield f"| *Check now* for drift on all levels, {counts.models} tables | {found.catalog:.2f} s | |"


def deploy_gaps(world, counts):
    bare, ours = interrupt(world, counts.starts, counts.deploys)
    ratio = statistics.median(ours.longest) / statistics.median(bare.longest)
    what = f"longest answer during a deploy of another commit under {RATE} requests/s through the gateway"
    yield f"| {what}, p50 of {counts.deploys} (longest) | {statistics.median(ours.longest):.2f} s ({max(ours.longest):.2f} s) | |"
    yield f"| the same during a restart, p50 of {counts.starts}, and the ratio | {statistics.median(bare.longest):.2f} s, {ratio:.2f} | <= 1.2 |"
    yield f"| failed GETs during {counts.deploys} deploys, of {ours.sent} | {load.told(ours.failed)} | 0 |"


def drift_sweeps(world, counts):
    seconds = sweep(world, counts.drifting, counts.rest)
    yield f"| processor time of one look for drift at {counts.drifting} projects, levels that cost little | {seconds:.2f} s | < 2 s |"


def commit(world, path, text):
    """Commits a schema file; the commit."""
    file = world.repository / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    git = ["git", "-C", world.repository, "-c", "user.name=bench", "-c", "user.email=bench@example.com"]
    subprocess.run([*git, "add", path], check=True)
    subprocess.run([*git, "commit", "-q", "-m", f"Bench {path}"], check=True)
    return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


def models(count, further=""):
    """A file with so many models; the first has further fields."""
    fields = "id: text().id(), name: text().optional(), size: number().optional(), note: text().optional()"
    each = (f"export const T{n} = model('t{n}', {{ fields: {{ {fields}{further if n == 0 else ''} }} }})\n" for n in range(count))
    return HEAD + "".join(each)


def examine(world, count, megabytes):
    """Of a schema with so many models, on a database of that size."""
    world.start_server()
    path = "bench/large.ts"
    first = commit(world, path, models(count))
    second = commit(world, path, models(count, ", extra: text().optional()"))
    third = commit(world, path, models(count, ", extra: text().optional(), many: number().min(0).default(1)"))
    creating.create(world, LARGE, path, first)
    fill(world, f"proj_bench-{LARGE}", megabytes)
    size = int(world.psql(f"select pg_database_size('proj_bench-{LARGE}')")) // 1_000_000

    def plan(to):
        return world.api("POST", f"/projects/bench-{LARGE}/deploy-plan", {"ref": to})["preflight"]

    plan(second)  # the first reads the repository
    alone = min(plan(second)["took_ms"] for _ in range(5)) / 1000
    counted = min(plan(third)["took_ms"] for _ in range(3)) / 1000
    begun = time.monotonic()
    world.api("POST", f"/projects/bench-{LARGE}/drift/check")
    catalog = time.monotonic() - begun
    world.api("POST", f"/projects/bench-{LARGE}/stop")
    return Preflights(size, alone, counted, catalog)


def fill(world, database, megabytes):
    """Rows of the first table."""
    rows = megabytes * 1_000_000 // ROW
    world.psql(f"insert into t0 (id, name, note) select i, md5(i::text), repeat('lorem ipsum ', 36) from generate_series(1, {rows}) i", database)
    world.psql("vacuum analyze", database)


def interrupt(world, restarts, deploys):
    """Restarts of a project and deploys of another commit of the same content, each under steady requests."""
    world.start_server()
    path = "bench/gap.ts"
    commits = [commit(world, path, models(3) + f"// {turn}\n") for turn in range(2)]
    host = f"bench-{GAP:02}.localhost"
    creating.ask(world, GAP, path, commits[0], **{"class": "staging"})  # no rehearsal is required
    recovery.settled(world, GAP)
    bare = [gap(world, host, lambda: act(world, "restart")) for _ in range(restarts)]
    ours = [gap(world, host, lambda: act(world, "deploys", draft(commits[1 - turn % 2]))) for turn in range(deploys)]
    world.api("POST", f"/projects/bench-{GAP}/stop")
    return together(bare), together(ours)


def draft(to):
    return {"ref": to, "backup_first": False, "rehearse": False}


def act(world, what, body=None):
    """One operation, until the project serves what it asked for."""
    answer = world.api("POST", f"/projects/bench-{GAP}/{what}", body)
    finished(world, answer["operation"]["id"])
    recovery.settled(world, GAP)


def gap(world, host, what):
    with load.running(host, world.https_port, RATE) as answers:
        time.sleep(0.2)
        what()
        time.sleep(0.2)
    return answers


def together(rounds):
    failed = collections.Counter(answer.status for answers in rounds for answer in answers if not answer.is_good)
    return Gap([max(answer.ended - answer.sent for answer in answers) for answers in rounds], failed, sum(map(len, rounds)))


def sweep(world, projects, seconds):
    """Seconds of processor time of one look at so many real projects for drift, on the levels that cost little."""
    interval = 5  # the shortest
    world.extra = {"ATOMO_FLEET_DRIFT_INTERVAL": str(interval), "ATOMO_FLEET_DRIFT_CATALOG_INTERVAL": "3600"}
    try:
        world.start_server()
        path, sha = creating.schema(world)
        for index in range(FIRST, FIRST + projects):
            creating.ask(world, index, path, sha)
        ours = {f"bench-{index}" for index in range(FIRST, FIRST + projects)}

        def running():
            items = world.api("GET", "/fleet")["projects"]
            return sum(one["id"] in ours and one["status"] == "running" for one in items) == projects

        wait_for(f"{projects} projects to run", 300, running, 0.5)
        time.sleep(3 * interval)  # their catalogs are read once
        busy = cpu(world, seconds)
        world.stop_server()
        world.extra = {"ATOMO_FLEET_DRIFT_INTERVAL": "3600", "ATOMO_FLEET_DRIFT_CATALOG_INTERVAL": "3600"}
        world.start_server()
        wait_for(f"{projects} projects to run", 300, running, 0.5)
        time.sleep(3 * interval)
        idle = cpu(world, seconds)
        for one in ours:
            world.api("POST", f"/projects/{one}/stop")
        return (busy - idle) * interval / seconds
    finally:
        world.extra = {}


def cpu(world, seconds):
    before = ticks(world.server.pid)
    time.sleep(seconds)
    return (ticks(world.server.pid) - before) / os.sysconf("SC_CLK_TCK")
