"""Starting up, serving the fleet page, resting."""
import concurrent.futures
import dataclasses
import http.client
import os
import statistics
import time

import queries
from parts import wait_for

LOOK = "select distinct project_id"  # each look at all projects executes this statement once


def start_ups(world, count, mode):
    """Median seconds from `serve` to a login page, on a data directory that exists."""
    world.start_server(mode)
    world.stop_server()
    times = []
    for _ in range(count):
        times.append(world.start_server(mode))
        world.stop_server()
    return statistics.median(times)


@dataclasses.dataclass
class Page:
    p50: float
    p99: float
    rate: float
    wire: int  # bytes with brotli, as a browser asks for


def fleet_page(world, count, requests):
    """Milliseconds of the fleet page with `count` stopped projects in the registry. The server runs on."""
    world.start_server()
    world.operator()
    world.stop_server()
    world.psql(f"""
        insert into projects (id, display_name, hostname, database_url, schema_ref, status, desired_state, driver, database_server,
                              port_base, generation, observed_generation)
        select 'sim-' || lpad(n::text, 5, '0'), 'Simulated ' || n, 'sim-' || n || '.localhost', 'sealed:/atomo/sim-' || lpad(n::text, 5, '0') || '/database_url',
               jsonb_build_object('type', 'git', 'repo', 'https://example.com/schemas', 'path', 'schema.ts', 'ref', repeat('a', 40)),
               'stopped', 'stopped', 'process', 'default', 40000 + 2 * n, 1, 1
        from generate_series(1, {count}) n on conflict do nothing""")
    world.start_server()
    cookie = log_in(world)
    wait_for("the first look at everything", 120, lambda: settled(world), 0.5)
    wire = len(fetch(world, cookie, {"Accept-Encoding": "br"})[0])
    times = sorted(get(world, cookie) for _ in range(requests))
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: get(world, cookie), range(requests)))
    rate = requests / (time.monotonic() - begun)
    return Page(statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000, rate, wire)


def settled(world):
    return all(project["observed"]["instance"]["seen"] != "unknown" for project in world.api("GET", "/fleet")["projects"])


def log_in(world):
    """The session cookie of a browser without JavaScript."""
    connection = http.client.HTTPConnection("127.0.0.1", world.listen_port, timeout=10)
    body = "email=bench%40example.com&password=a+long+enough+password&next=%2F"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    connection.request("POST", "/actions/log_in", body, headers)
    answer = connection.getresponse()
    answer.read()
    cookie = answer.headers.get("Set-Cookie", "").split(";")[0]
    assert cookie, f"the log-in answered {answer.status} without a cookie"
    return cookie


def get(world, cookie):
    """Seconds of one request, without compression."""
    text, seconds = fetch(world, cookie, {})
    assert b"sim-00001" in text, "not the fleet page"
    return seconds


def fetch(world, cookie, headers):
    connection = http.client.HTTPConnection("127.0.0.1", world.listen_port, timeout=30)
    begun = time.monotonic()
    connection.request("GET", "/", headers={"Cookie": cookie, **headers})
    answer = connection.getresponse()
    text = answer.read()
    seconds = time.monotonic() - begun
    assert answer.status == 200, f"{answer.status}: not the fleet page"
    return text, seconds


def memory(world, seconds):
    """Resident megabytes of the server, so many seconds after the last request."""
    time.sleep(seconds)
    for line in open(f"/proc/{world.server.pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("the server is gone")


def idle_cpu(world, seconds):
    """Percent of a core that the server uses without requests."""
    before = ticks(world.server.pid)
    time.sleep(seconds)
    used = (ticks(world.server.pid) - before) / os.sysconf("SC_CLK_TCK")
    return 100 * used / seconds


def idle_queries(world, seconds):
    """Statements of the engine from one look at all projects to the next, on average, without requests."""
    with queries.counted(world) as seen:
        time.sleep(seconds)
    engine = queries.of_engine(seen)
    looks = [index for index, text in enumerate(engine) if LOOK in text]
    if len(looks) < 2:
        raise RuntimeError(f"{len(looks)} looks at all projects within {seconds} s, or their statement is another one now: {engine}")
    return (looks[-1] - looks[0]) / (len(looks) - 1)


def look_seconds(world):
    """How long the last look at all projects took."""
    tasks = world.api("GET", "/system/tasks")["items"]
    return next(task for task in tasks if task["name"] == "projects")["duration_ms"] / 1000


def reads(world, act, count):
    """Statements that `count` reads, one after the other, cause: how many read projects, and the others by what they do."""
    with queries.counted(world) as seen:
        for _ in range(count):
            act()
    named = queries.subjects(seen)
    # what runs beside the reads is not theirs: it comes once or twice
    theirs = {subject: number for subject, number in named.items() if number >= count / 2}
    return theirs.pop("select projects", 0), theirs


def ticks(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])
