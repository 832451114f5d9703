"""One changed route among many: our apply (render, compare, send, read back, compare) and Caddy's own bare one."""
import datetime
import http.client
import json
import statistics
import time

from parts import wait_for


def compare(world, count, rounds):
    """Seconds of `rounds` changes among `count` projects, medians: from our command until the name is served, our step that
    syncs the route, and the bare apply of the same table to Caddy."""
    world.start_server()
    world.operator()
    world.stop_server()
    world.psql(f"""
        insert into projects (id, display_name, hostname, database_url, schema_ref, status, desired_state, driver, database_server,
                              port_base, upstream, generation, observed_generation)
        select 'rt-' || lpad(n::text, 4, '0'), 'Routed ' || n, 'rt-' || n || '.localhost', 'sealed:/atomo/rt-' || lpad(n::text, 4, '0') || '/database_url',
               jsonb_build_object('type', 'git', 'repo', 'https://example.com/schemas', 'path', 'schema.ts', 'ref', repeat('a', 40)),
               'stopped', 'stopped', 'process', 'default', 50000 + 2 * n, '127.0.0.1:' || (50000 + 2 * n), 1, 1
        from generate_series(1, {count}) n on conflict do nothing""")
    world.start_server()
    wait_for("all routes", 120, lambda: len(routes(world)) >= count, 0.5)
    ours, steps, bare = [], [], []
    for index in range(rounds):
        table = routes(world)
        bare.append(send(world, [*table, other_route(index)]))
        send(world, table)  # back to ours
        time.sleep(0.6)  # two applies of ours are at least half a second apart
        generation = world.api("GET", "/projects/rt-0001")["generation"]
        begun = time.monotonic()
        taken = world.api("PATCH", "/projects/rt-0001", {"generation": generation, "aliases": [f"alias-{index}.localhost"]})
        wait_for("the new name", 30, lambda: served(world, f"alias-{index}.localhost"), 0.002)
        ours.append(time.monotonic() - begun)
        steps.append(sync_of(world, taken["operation"]["id"]))
        time.sleep(0.6)
    world.stop_server()
    return tuple(statistics.median(seconds) for seconds in (ours, steps, bare))


def sync_of(world, operation):
    """How long the step took that brought the table to the gateway."""
    wait_for("the operation", 30, lambda: world.api("GET", f"/operations/{operation}")["status"] == "succeeded", 0.02)
    step = next(step for step in world.api("GET", f"/operations/{operation}")["steps"] if step["step"] == "sync_route")
    began, ended = (datetime.datetime.fromisoformat(step[name]) for name in ("started_at", "finished_at"))
    return (ended - began).total_seconds()


def admin(world, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", world.admin_port, timeout=30)
    connection.request(method, path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
    return json.loads(text) if text else None


def routes(world):
    """What our HTTPS server routes now."""
    return admin(world, "GET", "/config/apps/http/servers/atomo_https/routes")


def send(world, table):
    """Seconds of the whole array, as our apply sends it too; writing it as JSON is not among them."""
    text = json.dumps(table)
    begun = time.monotonic()
    admin(world, "PATCH", "/config/apps/http/servers/atomo_https/routes", text)
    return time.monotonic() - begun


def other_route(index):
    """One name more, so that Caddy is not given what it has."""
    return {"match": [{"host": [f"bare-{index}.localhost"]}], "handle": [{"handler": "static_response", "status_code": 204}]}


def served(world, host):
    """Whether plain HTTP knows the name: it redirects to HTTPS. An apply drops connections that are just being made."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", world.http_port, timeout=5)
        connection.request("GET", "/", headers={"Host": host})
        return connection.getresponse().status == 308
    except OSError:
        return False
