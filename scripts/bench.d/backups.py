"""Backups, their proof and restores, each beside the same work by Postgres' own programs, and the memory that they take."""
import dataclasses
import os
import subprocess
import threading
import time

import creating
from cluster import PASSWORD, PG_BIN
from parts import wait_for

ROWS_PER_MB = 2100  # of the table below, with its indexes
SMALL_ROWS = 500  # of each of the small databases
FIRST = 60  # number of the first project of these measurements
SIDE_BY_SIDE = 2  # backups at once, ours and the loop's
PAUSE = 0.01  # between two requests while the databases are exchanged
OVER = ("succeeded", "failed", "cancelled", "abandoned", "superseded")


@dataclasses.dataclass
class Figures:
    """Seconds and bytes of one database."""

    database: int
    backup: float
    dump: float
    stored: int
    restore: float
    bare_restore: float
    verification: float
    memory: int  # above idle


def fill(world, database, rows):
    """Rows of a project, half of whose bytes compress badly; the size of the database."""
    world.psql(f"""
        set role "{database}";
        create table if not exists things (id bigint primary key, name text not null, body text not null, extra jsonb not null, at timestamptz not null);
        create table if not exists parts_of (id bigint primary key, thing bigint not null references things (id), amount numeric not null);
        insert into things
          select i, md5(i::text), repeat(md5((i * 7)::text), 2) || repeat('lorem ipsum ', 8), jsonb_build_object('n', i, 'tag', i % 97), now() - i * interval '1 s'
          from generate_series((select coalesce(max(id), 0) + 1 from things), {rows}) i;
        insert into parts_of select id, id, id * 1.25 from things where id % 4 = 0 on conflict do nothing;
        create index if not exists things_name on things (name);
        create index if not exists things_tag on things ((extra->>'tag'));""", database)
    world.psql("vacuum analyze", database)
    world.psql("checkpoint")
    return int(world.psql(f"select pg_database_size('{database}')"))


def finished(world, operation):
    """Waits for an operation; its answer."""
    found = {}

    def is_over():
        found.update(world.api("GET", f"/operations/{operation}"))
        return found["status"] in OVER

    wait_for(f"operation {operation}", 400, is_over, 0.02)
    if found["status"] != "succeeded":
        raise RuntimeError(f"operation {operation}: {found['status']}, {found.get('problem')}")
    return found


class Memory:
    """The highest resident memory of the server above what it was before, read every 20 ms."""

    def __init__(self, world):
        self.path = f"/proc/{world.server.pid}/status"
        self.ends = threading.Event()
        self.before = self.highest = self.now()
        self.reader = threading.Thread(target=self.read)

    def now(self):
        with open(self.path) as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))

    def read(self):
        while not self.ends.wait(0.02):
            self.highest = max(self.highest, self.now())

    def __enter__(self):
        self.reader.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.reader.join()

    def above(self):
        return self.highest - self.before


def run(*command, **further):
    """Seconds of a program on the world's Postgres."""
    begun = time.monotonic()
    subprocess.run(list(map(str, command)), check=True, env=os.environ | {"PGPASSWORD": PASSWORD}, **further)
    return time.monotonic() - begun


def access(world, database):
    return ["-h", "127.0.0.1", "-p", world.pg_port, "-U", "postgres", "-d", database]


def bare_dump(world, database, path):
    """`pg_dump` with the same compression to a file that is synced."""
    begun = time.monotonic()
    environment = os.environ | {"PGPASSWORD": PASSWORD}
    dump = subprocess.Popen([str(part) for part in (PG_BIN / "pg_dump", "-Fc", "-Z0", *access(world, database))], stdout=subprocess.PIPE, env=environment)
    subprocess.run(["zstd", "-q", "-3", "-f", "-o", str(path), "-"], stdin=dump.stdout, check=True)
    dump.stdout.close()
    assert dump.wait() == 0
    with open(path) as file:
        os.fsync(file.fileno())
    return time.monotonic() - begun


def bare_restore(world, path):
    """`pg_restore -j2` of that dump into a new database, with its statistics, as a restore has to leave it."""
    begun = time.monotonic()
    plain = path.with_suffix(".dump")
    run("zstd", "-q", "-d", "-f", "-o", plain, path)
    world.psql("create database bare template template0")
    run(PG_BIN / "pg_restore", "--no-owner", "--no-acl", "-j2", *access(world, "bare"), plain)
    world.psql("analyze", "bare")
    seconds = time.monotonic() - begun
    plain.unlink()
    world.psql("drop database bare")
    return seconds


def project(world, index):
    """A new project, which runs and takes few connections; its id."""
    path, commit = creating.schema(world)
    host = creating.ask(world, index, path, commit, pool_size=1)
    wait_for(host, 30, lambda: world.reachable(host, world.https_port), 0.01)
    return f"bench-{index:02}"


def of_size(world, name, megabytes):
    """The figures of the project with a database of about this size."""
    database = f"proj_{name}"
    size = fill(world, database, megabytes * ROWS_PER_MB)
    with Memory(world) as memory:
        begun = time.monotonic()
        finished(world, world.api("POST", f"/projects/{name}/backups")["operation"]["id"])
        seconds = time.monotonic() - begun
        newest = judged(world, name)
    file = world.folder / f"{name}.zst"
    dump, restore = bare_dump(world, database, file), bare_restore(world, file)
    file.unlink()
    proof = newest["verification"]
    return Figures(
        database=size, backup=seconds, dump=dump, stored=newest["stored_bytes"], restore=proof["restore_ms"] / 1000,
        bare_restore=restore, verification=proof["duration_ms"] / 1000, memory=memory.above(),
    )


def judged(world, name):
    """The newest backup of the project, once it was restored and compared."""
    def newest():
        return world.api("GET", f"/projects/{name}/backups")["items"][0]

    wait_for("the verification", 400, lambda: newest()["verification"]["state"] != "unverified", 0.05)
    if newest()["verification"]["state"] != "verified":
        raise RuntimeError(f"{name}: {newest()['verification']}")
    return newest()


def restore(world, name):
    """Restores the newest backup under requests; seconds of the whole and of the pause, in which the project did not answer."""
    backup, host = world.api("GET", f"/projects/{name}/backups")["items"][0]["id"], f"{name}.localhost"
    over, answers = threading.Event(), []

    def ask():
        while not over.is_set():
            answers.append((time.monotonic(), world.reachable(host, world.https_port)))
            time.sleep(PAUSE)

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        begun = time.monotonic()
        wanted = {"confirm": name, "backup_first": False}
        finished(world, world.api("POST", f"/backups/{backup}/restore", wanted)["operation"]["id"])
        seconds = time.monotonic() - begun
        time.sleep(0.2)
    finally:
        over.set()
        asker.join()
    failed = [at for at, good in answers if not good]
    if not failed or not answers[-1][1]:
        raise RuntimeError(f"{len(failed)} of {len(answers)} requests failed, the last one was good: {answers[-1][1]}")
    back = next(at for at, good in answers if good and at > failed[-1])
    return seconds, back - failed[0]


def scheduled(world, names):
    """Seconds in which a schedule backs up all of these projects, and in which a loop of `pg_dump` does."""
    policy = {"schedule": "every 24h", "verify": False}
    for name in names:
        fill(world, f"proj_{name}", SMALL_ROWS)
        world.api("PUT", f"/projects/{name}/backup-policy", policy)
    listed = ", ".join(f"'{name}'" for name in names)
    folder = world.folder / "loop"
    folder.mkdir()
    access_ = " ".join(map(str, access(world, "proj_{}")))
    line = f"{PG_BIN}/pg_dump -Fc -Z0 {access_} | zstd -q -3 -f -o {folder}/{{}}.zst - && sync {folder}/{{}}.zst"
    loop = run("xargs", "-P", SIDE_BY_SIDE, "-I{}", "bash", "-c", line, input="\n".join(names), text=True)
    registry = "postgres"
    world.psql(f"update projects set created_at = now() - interval '3 days' where id in ({listed})", registry)
    count = f"select count(*) from backups where kind = 'scheduled' and state = 'complete' and project_id in ({listed})"
    wait_for("the scheduled backups", 300, lambda: int(world.psql(count, registry)) == len(names), 0.1)
    span = f"select extract(epoch from max(completed_at) - min(started_at)) from backups where kind = 'scheduled' and project_id in ({listed})"
    return float(world.psql(span, registry)), loop


def backups_of_sizes(world, counts):
    world.start_server()
    world.operator()
    for number, megabytes in enumerate(counts.megabytes):
        name = project(world, FIRST + number)
        found = of_size(world, name, megabytes)
        size = f"{found.database / 1e6:.0f} MB"
        yield f"| backup of a database of {size}, with the comparison's digests, {found.stored / 1e6:.0f} MB in the archive | {found.backup:.1f} s | |"
        yield f"| `pg_dump` and `zstd -3` of it to a file | {found.dump:.1f} s, ratio {found.dump / found.backup:.2f} | >= 0.95 |"
        yield f"| restore of that into a scratch database | {found.restore:.1f} s | |"
        yield f"| `zstd -d`, `pg_restore -j2` and `analyze` | {found.bare_restore:.1f} s, ratio {found.bare_restore / found.restore:.2f} | >= 0.95 |"
        yield f"| verification: that restore and the comparison | {found.verification:.1f} s, ratio {found.verification / found.restore:.2f} | <= 1.3 |"
        yield f"| memory of the control plane above idle meanwhile | {found.memory / 1e6:.1f} MB | < 64 MB |"
        seconds, pause = restore(world, name)
        yield f"| restore of the project, and the pause in which it does not answer | {seconds:.1f} s, {pause:.2f} s | < 1.5 s |"


def large_backup(world, counts):
    world.start_server()
    world.operator()
    name = project(world, FIRST + len(counts.megabytes))
    size = fill(world, f"proj_{name}", counts.large * ROWS_PER_MB)
    with Memory(world) as memory:
        begun = time.monotonic()
        finished(world, world.api("POST", f"/projects/{name}/backups")["operation"]["id"])
        seconds = time.monotonic() - begun
    yield f"| backup of a database of {size / 1e6:.0f} MB, and memory of the control plane above idle meanwhile | {seconds:.1f} s, {memory.above() / 1e6:.1f} MB | < 64 MB |"


def scheduled_backups(world, counts):
    world.start_server()
    world.operator()
    names = [project(world, FIRST + 10 + number) for number in range(counts.small)]
    ours, loop = scheduled(world, names)
    yield f"| {counts.small} scheduled backups of small databases, {SIDE_BY_SIDE} at once | {ours:.1f} s | |"
    yield f"| `pg_dump` and `zstd` of them in a loop, {SIDE_BY_SIDE} at once | {loop:.1f} s, ratio {ours / loop:.2f} | <= 1.2 |"
