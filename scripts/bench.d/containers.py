"""Creating a project in a container: ours, and the same steps by `docker create && docker start`."""
import contextlib
import os
import pathlib
import secrets
import shutil
import subprocess
import time

import creating
from parts import TARGET, Mode, end, free_port, wait_for

IMAGE = "atomo-standin-bench:1"
# the options that the driver gives to every instance, as arguments of docker
CONFINED = [
    "--init", "--read-only", "--tmpfs", "/tmp:rw,noexec,nosuid,size=64m", "--cap-drop", "ALL",
    "--security-opt", "no-new-privileges", "--memory", "512m", "--memory-swap", "512m", "--cpus", "1", "--pids-limit", "256",
    "--log-opt", "max-size=10m", "--log-opt", "max-file=3", "--user", "65532:65532",
]


def is_possible():
    return os.geteuid() == 0 and all(shutil.which(program) for program in ("dockerd", "containerd", "iptables", "docker"))


def bridges():
    return {path.name for path in pathlib.Path("/sys/class/net").glob("br-*")}


class Engine:
    """A Docker engine that lives as long as the measurement."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = folder / "docker.sock"

    @contextlib.contextmanager
    def running(self):
        self.folder.mkdir(mode=0o711)
        log = open(self.folder / "log", "wb")
        command = ["dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "run", "-p", self.folder / "pid", "-H", f"unix://{self.socket}"]
        before = bridges()
        daemon = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_for("the engine", 30, lambda: self.docker("version", check=False).returncode == 0, 0.1)
            self.image()
            yield self
        finally:
            end(daemon, 30)
            for bridge in bridges() - before:  # an engine that ends leaves the bridges of its networks
                subprocess.run(["ip", "link", "delete", bridge], check=False)

    def docker(self, *arguments, check=True, **more):
        env = os.environ | {"DOCKER_HOST": f"unix://{self.socket}"}
        return subprocess.run(["docker", *map(str, arguments)], env=env, check=check, capture_output=True, **more)

    def image(self):
        """The stand-in with the libraries that it is linked to."""
        root = self.folder / "image"
        root.mkdir()
        program = TARGET / "atomo-standin"
        shutil.copy(program, root / "atomo-server")
        libraries = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.split()
        for library in [word for word in libraries if word.startswith("/")]:
            subprocess.run(["cp", "--parents", "-L", library, root], check=True)
        tar = subprocess.run(["tar", "-C", root, "-c", "."], capture_output=True, check=True).stdout
        self.docker("import", "--change", 'ENTRYPOINT ["/atomo-server"]', "-", IMAGE, input=tar)


def settings(engine):
    return {
        "ATOMO_FLEET_DRIVER": "docker", "ATOMO_FLEET_SERVER_IMAGE": IMAGE, "ATOMO_FLEET_DOCKER_HOST": f"unix://{engine.socket}",
        "ATOMO_FLEET_DOCKER_SUBNETS": "10.215.0.0/16",
    }


def measure(world, count, at_once):
    """Seconds of `count` creates each, in turns; and until `at_once` of ours, asked for together, are all running."""
    with Engine(world.folder / "docker").running() as engine:
        world.extra = settings(engine)
        ports = world.http_port, world.https_port
        world.http_port, world.https_port = free_port(), free_port()  # its own Caddy runs beside ours
        try:
            world.start_server(Mode.EMBEDDED)
            path, commit = creating.schema(world)
            world.operator()
            ours, raw = [], []
            for index in range(count):
                ours.append(creating.create(world, index, path, commit))
                raw.append(by_hand(world, engine, index, path, commit))
            begun = time.monotonic()
            for index in range(count, count + at_once):
                creating.ask(world, index, path, commit)
            wanted = {f"bench-{index:02}" for index in range(count, count + at_once)}
            wait_for("all of them to run", 300, lambda: wanted <= running(world), 0.1)
            together = time.monotonic() - begun
        finally:
            world.stop_server()
            world.extra = {}
            world.http_port, world.https_port = ports
        return ours, raw, together


def running(world):
    return {project["id"] for project in world.api("GET", "/projects")["items"] if project["status"] == "running"}


def by_hand(world, engine, index, path, commit):
    """Role, database, file, network, container, route: as a script would do it, without a look at what is there."""
    name, host, port = f"craw_{index:02}", f"craw-{index:02}.localhost", free_port()
    password, jwt = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    folder = world.folder / name
    begun = time.monotonic()
    world.psql(f"create role {name} login password '{password}' connection limit 7;\ncreate database {name} template template0;\n"
               f"revoke all on database {name} from public;\ngrant connect on database {name} to {name};")
    world.psql(f"alter schema public owner to {name};\nrevoke all on schema public from public;", name)
    for part in ("schema", "media"):
        (folder / part).mkdir(parents=True)
        os.chown(folder / part, 65532, 65532)
    text = subprocess.run(["git", "-C", world.repository, "show", f"{commit}:{path}"], capture_output=True, check=True).stdout
    (folder / "schema/schema.ts").write_bytes(text)
    env = {
        "DATABASE_URL": f"postgres://{name}:{password}@localhost:{world.pg_port}/{name}?host={world.pg_socket}", "DATABASE_POOL_MAX": "5",
        "JWT_SECRET": jwt, "ATOMO_SCHEMA_PATH": "/schema/schema.ts", "STORAGE_LOCAL_DIR": "/media", "HOST": "0.0.0.0", "PORT": "3000",
        "ATOMO_ENV": "production", "LOG_FORMAT": "json",
    }
    engine.docker("network", "create", "--subnet", f"10.216.{index}.0/28", name)
    mounts = ["-v", f"{folder}/schema:/schema:ro", "-v", f"{folder}/media:/media", "-v", f"{world.pg_socket}:{world.pg_socket}:ro"]
    variables = [word for key, value in env.items() for word in ("-e", f"{key}={value}")]
    engine.docker("create", "--name", name, "--network", name, "-p", f"127.0.0.1:{port}:3000", *CONFINED, *mounts, *variables, IMAGE)
    engine.docker("start", name)
    wait_for(name, 30, lambda: creating.ready(port), 0.01)
    creating.route(world, host, port)
    wait_for(host, 30, lambda: world.reachable(host, world.raw_port), 0.005)
    return time.monotonic() - begun
