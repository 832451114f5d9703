"""Creating a project: ours, and the same raw steps by hand on the same parts."""
import http.client
import json
import os
import secrets
import subprocess
import time

from parts import TARGET, free_port, text_of, wait_for


def compare(world, count):
    """Seconds of `count` creates each, taken in turns so that both meet the same machine."""
    world.start_server()
    path, commit = schema(world)
    world.operator()
    ours, raw, running = [], [], []
    for index in range(count):
        ours.append(create(world, index, path, commit))
        seconds, process = by_hand(world, index, path, commit)
        raw.append(seconds)
        running.append(process)
    for process in running:
        process.kill()
        process.wait()
    for index in range(count):
        world.api("POST", f"/projects/bench-{index:02}/stop")
    wait_for("the projects to stop", 60, lambda: all(p["status"] == "stopped" for p in world.api("GET", "/projects")["items"]), 0.2)
    world.stop_server()
    return ours, raw


def schema(world):
    """A schema file of the examples, and its commit."""
    git = ["git", "-C", world.repository]
    paths = text_of(*git, "ls-tree", "-r", "--name-only", "HEAD")
    return next(name for name in paths.split() if name.endswith(".ts")), text_of(*git, "rev-parse", "HEAD")


def ask(world, index, path, commit, **further):
    """Asks for a project, with further fields; its hostname."""
    host = f"bench-{index:02}.localhost"
    wanted = {"type": "git", "repo": f"file://{world.repository}", "path": path, "ref": commit}
    world.api("POST", "/projects", {"id": f"bench-{index:02}", "hostname": host, "schema_ref": wanted} | further)
    return host


def create(world, index, path, commit):
    begun = time.monotonic()
    host = ask(world, index, path, commit)
    wait_for(host, 30, lambda: world.reachable(host, world.https_port), 0.005)
    return time.monotonic() - begun


def by_hand(world, index, path, commit):
    name, host, port = f"raw_{index:02}", f"raw-{index:02}.localhost", free_port()
    password, jwt = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    folder = world.folder / name
    begun = time.monotonic()
    world.psql(f"create role {name} login password '{password}' connection limit 7;\ncreate database {name} template template0;\n"
               f"revoke all on database {name} from public;\ngrant connect on database {name} to {name};")
    world.psql(f"alter schema public owner to {name};\nrevoke all on schema public from public;", name)
    folder.mkdir()
    schema = folder / "schema.ts"
    schema.write_bytes(subprocess.run(["git", "-C", world.repository, "show", f"{commit}:{path}"], capture_output=True, check=True).stdout)
    env = {
        "DATABASE_URL": f"postgres://{name}:{password}@127.0.0.1:{world.pg_port}/{name}", "DATABASE_POOL_MAX": "5", "JWT_SECRET": jwt,
        "ATOMO_SCHEMA_PATH": str(schema), "HOST": "127.0.0.1", "PORT": str(port), "ATOMO_ENV": "production", "LOG_FORMAT": "json",
    }
    log = open(folder / "log", "wb")
    process = subprocess.Popen([TARGET / "atomo-standin"], env=env, cwd=folder, stdout=log, stderr=log)
    wait_for(name, 30, lambda: ready(port), 0.01)
    route(world, host, port)
    wait_for(host, 30, lambda: world.reachable(host, world.raw_port), 0.005)
    return time.monotonic() - begun, process


def route(world, host, port):
    """Appends a route for the name, as a script would."""
    route = {"match": [{"host": [host]}], "handle": [{"handler": "reverse_proxy", "upstreams": [{"dial": f"127.0.0.1:{port}"}]}]}
    admin = http.client.HTTPConnection("127.0.0.1", world.admin_port, timeout=10)
    admin.request("POST", "/config/apps/http/servers/raw/routes", json.dumps(route), {"Content-Type": "application/json"})
    answer = admin.getresponse()
    assert answer.status == 200, answer.read()


def ready(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
