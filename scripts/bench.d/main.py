"""The figures, one after the other; scripts/bench says how it is called and prepares the ground.

A measurement that fails is named and the others go on: what was measured before it is already on the page.
"""
import argparse
import collections
import contextlib
import dataclasses
import datetime
import os
import pathlib
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import traceback

import away
import containers
import creating
import load
import open_pages
import parts
import recovery
import routing
import serving
import sizes
from backups import backups_of_sizes, large_backup, scheduled_backups
from deploys import deploy_gaps, drift_sweeps, preflights

PAGE = parts.ROOT / "BENCHMARKS.md"
MARK = "<!-- figures -->\n"


@dataclasses.dataclass(frozen=True)
class Counts:
    """How often everything is done."""

    starts: int
    creates: int
    at_once: int  # containers
    routes: int
    applies: int
    fleets: tuple  # simulated projects
    requests: int
    settle: int  # seconds without a request before memory is measured
    rest: int  # seconds over which the idle server is measured
    reads: int  # of the fleet
    crashes: int
    hangs: int
    restarts: int  # beside open pages
    away: int  # projects on a Postgres server that is away
    megabytes: tuple  # databases that are backed up and restored
    large: int  # megabytes of one that is backed up only
    small: int  # databases that a schedule backs up
    models: int  # of a schema that is examined
    examined: int  # megabytes of its database
    deploys: int  # under load
    drifting: int  # projects that are looked at for drift


WHOLE = Counts(
    starts=5, creates=10, at_once=10, routes=1000, applies=10, fleets=(100, 1000, 10_000), requests=200, settle=10, rest=20, reads=100,
    crashes=5, hangs=4, restarts=50, away=100, megabytes=(100, 1000), large=4000, small=50,
    models=200, examined=1000, deploys=200, drifting=100,
)
QUICK = Counts(
    starts=2, creates=2, at_once=2, routes=40, applies=2, fleets=(20, 40, 300), requests=20, settle=1, rest=12, reads=10,
    crashes=1, hangs=1, restarts=3, away=12, megabytes=(2, 5), large=8, small=4,
    models=20, examined=5, deploys=2, drifting=3,
)
WAITING = 9  # creates on a Postgres server that hangs: one more than instances that are started at the same time
LONGEST = 420  # seconds of one measurement


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = int(open("/proc/meminfo").readline().split()[1]) // 1024
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "?")
    return f"{os.cpu_count()} cores ({model}), {memory} MiB, {system}, Linux {platform.release()}"


def head(counts):
    commit = parts.text_of("git", "-C", parts.ROOT, "rev-parse", "--short", "HEAD")
    built = "Release build" if counts is WHOLE else "DEBUG BUILD, FEW ROUNDS: these figures say nothing"
    programs = f"{parts.text_of(parts.PG_BIN / 'postgres', '--version')}, Caddy {parts.text_of(parts.CADDY, 'version').split()[0].lstrip('v')}"
    yield f"Measured {datetime.date.today()} at {commit}: {machine()}. {built}; {programs}; stand-in server; `make bench`."
    yield ""
    yield "| what | measured | goal |"
    yield "|---|---|---|"


def start_ups(world, counts):
    embedded = serving.start_ups(world, counts.starts, parts.Mode.EMBEDDED)
    yield f"| `serve` to a served login page, existing data directory, its own Postgres and Caddy, median of {counts.starts} | {embedded:.2f} s | < 3 s |"
    external = serving.start_ups(world, counts.starts, parts.Mode.EXTERNAL)
    yield f"| the same beside a Postgres and a Caddy that run already | {external:.2f} s | < 3 s |"


def creates(world, counts):
    ours, raw = creating.compare(world, counts.creates)
    ratio = statistics.median(o / r for o, r in zip(ours, raw))
    yield f"| create to reachable through the gateway, p50 of {counts.creates} (longest) | {statistics.median(ours):.2f} s ({max(ours):.2f} s) | < 3 s |"
    yield f"| the same steps by hand, p50 of {counts.creates} | {statistics.median(raw):.2f} s | |"
    yield f"| ratio of the two, median of {counts.creates} | {ratio:.2f} | <= 1.10 |"


def docker_creates(world, counts):
    if not containers.is_possible():
        yield "| create in a container | not measured: no engine can be run here | |"
        return
    ours, raw, together = containers.measure(world, counts.creates, counts.at_once)
    ratio = statistics.median(o / r for o, r in zip(ours, raw))
    yield f"| create in a container, p50 of {counts.creates} (longest) | {statistics.median(ours):.2f} s ({max(ours):.2f} s) | |"
    yield f"| the same steps by psql, `docker create` and `docker start`, p50 of {counts.creates} | {statistics.median(raw):.2f} s | |"
    yield f"| ratio of the two, median of {counts.creates} | {ratio:.2f} | <= 1.10 |"
    yield f"| {counts.at_once} containers asked for at once, until all are running | {together:.1f} s | |"


def route_changes(world, counts):
    ours, step, bare = routing.compare(world, counts.routes, counts.applies)
    yield f"| a changed route among {counts.routes}: from the command until the name is served, p50 of {counts.applies} | {ours * 1000:.0f} ms | |"
    yield f"| the step in it that brings the table to Caddy and reads it back | {step * 1000:.0f} ms | |"
    yield f"| Caddy's own apply of that table alone, p50 of {counts.applies} | {bare * 1000:.0f} ms | |"
    yield f"| ratio of the step and the bare apply | {step / bare:.2f} | <= 1.2 |"


def crashes(world, counts):
    world.start_server()
    world.operator()
    found = recovery.crashes(world, range(counts.creates, counts.creates + counts.crashes))
    serving = [one.serving for one in found]
    requests = f"under {recovery.RATE} requests/s through the gateway"
    yield f"| `kill -9` of an instance {requests}: until it serves again, p50 of {len(found)} (longest) | {statistics.median(serving):.2f} s ({max(serving):.2f} s) | <= 0.2 s |"
    yield f"| longest answer meanwhile | {max(one.longest for one in found):.2f} s | |"
    yield f"| failed GETs, of {sum(one.sent for one in found)} from the kill on | {failures(found)} | none |"


def failures(found):
    """How many GETs failed, and what came back."""
    return load.told(sum((one.failed for one in found), collections.Counter()))


def hangs(world, counts):
    world.start_server()
    world.operator()
    first = counts.creates + counts.crashes
    found = recovery.hangs(world, range(first, first + counts.hangs))
    requests = f"under {recovery.RATE} requests/s"
    yield f"| `SIGSTOP` of an instance {requests}: until the route leads no more to it, longest of {len(found)} | {max(one.out for one in found):.1f} s | <= 10 s |"
    yield f"| until it serves again, longest | {max(one.serving for one in found):.1f} s | |"
    yield f"| longest answer meanwhile | {max(one.longest for one in found):.1f} s | |"
    yield f"| failed GETs, of {sum(one.sent for one in found)} | {failures(found)} | |"


ACTS = {"create": "create to reachable", "crash": "`kill -9` until it serves again", "stop": "stop"}


def dead_database_server(world, counts):
    beside, hung, gone = away.measure(world, counts.away, WAITING, counts.creates)
    states = {
        f"{WAITING} creates that wait for a Postgres server that hangs": hung,
        f"{counts.away} projects whose Postgres server is away": gone,
    }
    for state, acts in states.items():
        for name, what in ACTS.items():
            with_it, without = acts.median(name), beside.median(name)
            yield f"| {what} beside {state}, p50 of {counts.creates} (while it answers) | {with_it:.2f} s ({without:.2f} s), ratio {with_it / without:.2f} | <= 1.2 |"


def fleet_page(world, counts):
    rests = []
    for projects in counts.fleets:
        page = serving.fleet_page(world, projects, counts.requests)
        yield (f"| fleet page with {projects} simulated projects, 1 connection | p50 {page.p50:.1f} ms, p99 {page.p99:.1f} ms, "
               f"{page.rate:.0f} requests/s with 4 | < {80 if projects > 1000 else 50} ms |")
        yield f"| the same on the wire, brotli | {page.wire / 1000:.1f} kB | < 60 kB |"
        rests.append(serving.memory(world, counts.settle))
        goal = "< 50 MB " if projects == counts.fleets[0] else ""
        yield f"| resident memory of the server, idle, {projects} projects | {rests[-1]:.1f} MB | {goal}|"
        yield f"| processor time of the server, idle, {projects} projects, over {counts.rest} s | {serving.idle_cpu(world, counts.rest):.2f} % of a core | |"
        yield f"| statements of the engine from one look at {projects} idle projects to the next, over {counts.rest} s | {serving.idle_queries(world, counts.rest):.1f} | none for a project |"
        yield f"| one look at {projects} idle projects | {serving.look_seconds(world):.2f} s | |"
        if goal:
            yield from fleet_reads(world, projects, counts.reads)
        world.stop_server()
    few, many = counts.fleets[0], counts.fleets[-1]
    yield f"| memory that each further project costs, from {few} to {many} | {(rests[-1] - rests[0]) / (many - few):.3f} MB | < 1 MB |"


def fleet_reads(world, projects, count):
    cookie = serving.log_in(world)
    for what, act in {"API": lambda: world.api("GET", "/fleet"), "page": lambda: serving.get(world, cookie)}.items():
        of_projects, others = serving.reads(world, act, count)
        rest = ", ".join(f"{subject} {number}" for subject, number in others.items()) or "nothing"
        yield f"| statements that read projects in {count} reads of the fleet, {projects} projects, {what} | {of_projects}; beside them {rest} | 0 |"


def pages_open(world, counts):
    alone, beside, right = open_pages.compare(world, counts.restarts, 20)
    yield (f"| restart beside 20 open fleet pages, p50 of {counts.restarts} (without a page) | {beside:.2f} s ({alone:.2f} s), "
           f"ratio {beside / alone:.2f} | <= 1.1 |")
    yield f"| until each of the 20 pages was right, p50 and longest | {right[len(right) // 2]:.2f} s, {right[-1]:.2f} s | < 1 s |"


def front_end(_world, _counts):
    yield from sizes.report()


# what leaves thousands of rows comes last
SECTIONS = [front_end, start_ups, creates, crashes, hangs, docker_creates, dead_database_server, pages_open, backups_of_sizes, large_backup, scheduled_backups, preflights, deploy_gaps, drift_sweeps, fleet_page, route_changes]
NAMES = [section.__name__ for section in SECTIONS]


def measure(folder, counts, sections, say):
    """Says every line as it comes; the names of the measurements that failed."""
    failed = []
    for line in head(counts):
        say(line)
    with parts.Parts(folder) as world:
        for section in sections:
            begun = time.monotonic()
            signal.alarm(LONGEST)
            try:
                for line in section(world, counts):
                    say(line)
            except Exception:
                failed.append(section.__name__)
                traceback.print_exc()
                print(f"bench: {section.__name__} failed (above); the end of the server's log:\n{world.log_tail()}", file=sys.stderr)
            finally:
                signal.alarm(0)
                world.stop_server()
                print(f"bench: {section.__name__}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return failed


@contextlib.contextmanager
def folder():
    """A folder that Postgres' own user may walk through."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="fleet-bench-", dir="/tmp"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def stop(number, _frame):
    """Ends the run in order: whatever was started is stopped. A further signal does not disturb that."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def too_long(_number, _frame):
    raise TimeoutError(f"it is not over after {LONGEST} s")


def main():
    signal.signal(signal.SIGALRM, too_long)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--only", action="append", choices=NAMES, default=[])
    chosen = arguments.parse_args()
    sections = [section for section in SECTIONS if not chosen.only or section.__name__ in chosen.only]
    lines = []

    def say(line):
        lines.append(line)
        print(line, flush=True)

    with folder() as path:
        failed = measure(path, QUICK if chosen.quick else WHOLE, sections, say)
    if failed:
        sys.exit(f"bench: error: {len(failed)} of {len(sections)} measurements failed: {', '.join(failed)}; nothing was written")
    if chosen.write:
        PAGE.write_text(PAGE.read_text().split(MARK)[0] + MARK + "\n".join(lines) + "\n")


main()
