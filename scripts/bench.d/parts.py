"""Postgres, Caddy and the server, started for one measurement and stopped after it."""
import contextlib
import enum
import http.client
import json
import os
import pathlib
import socket
import ssl
import subprocess
import time

from cluster import PASSWORD, PG_BIN, Cluster

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROFILE = os.environ["FLEET_BENCH_PROFILE"]
TARGET = pathlib.Path(os.environ["CARGO_TARGET_DIR"], PROFILE)
CADDY = os.environ["ATOMO_FLEET_CADDY_BIN"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds, check, pause=0.01):
    """Polls `check` until it is true; says what did not happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return
        time.sleep(pause)
    raise TimeoutError(f"{what}: not within {seconds} s")


def text_of(*command):
    """What a program says."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def end(process, seconds):
    """Ends a process that we started; one that does not end in time is killed, which is a failure."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


class Mode(enum.Enum):
    """Whose Postgres and Caddy the server uses."""

    EMBEDDED = "its own"
    EXTERNAL = "ours"


class Parts:
    """A world of its own. Postgres keeps its promises (fsync on), as it does in production."""

    def __init__(self, folder):
        self.folder = folder
        self.postgres = Cluster(folder, "pg", free_port(), connections=300)
        self.pg_port, self.pg_socket = self.postgres.port, self.postgres.socket
        self.admin_port, self.listen_port = free_port(), free_port()
        self.http_port, self.https_port, self.raw_port = free_port(), free_port(), free_port()
        self.server = None
        self.tokens = {}
        self.extra = {}  # settings of one measurement
        self.mode = Mode.EXTERNAL
        self.repository = folder / "portfolio"
        self.ending = contextlib.ExitStack()

    def __enter__(self):
        with self.ending:  # stops what was started before a failure
            subprocess.run([ROOT / "scripts/example-portfolio", self.folder], check=True, stdout=subprocess.DEVNULL)
            self.start_postgres()
            self.start_caddy()
            self.ending.callback(self.stop_server)
            self.ending = self.ending.pop_all()
        return self

    def __exit__(self, *_):
        self.ending.close()

    def start_postgres(self):
        self.ending.callback(self.postgres.stop)
        self.postgres.start()

    def start_caddy(self):
        config = {
            "admin": {"listen": f"127.0.0.1:{self.admin_port}"},
            "apps": {
                "http": {"servers": {"raw": {
                    "listen": [f":{self.raw_port}"], "routes": [],
                    "automatic_https": {"disable_redirects": True},  # they would want port 80
                }}},
                "pki": {"certificate_authorities": {"local": {"install_trust": False}}},
                "tls": {"automation": {"policies": [{"issuers": [{"module": "internal"}]}]}},
            },
        }
        path = self.folder / "caddy.json"
        path.write_text(json.dumps(config))
        home = self.folder / "caddy"
        home.mkdir()
        env = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config"), "PATH": os.environ["PATH"]}
        log = open(self.folder / "caddy.log", "wb")
        caddy = subprocess.Popen([CADDY, "run", "--config", path], env=env, stdout=log, stderr=log)
        self.ending.callback(end, caddy, 10)
        wait_for("Caddy", 10, lambda: self.answers(self.admin_port, "/config/"))

    def answers(self, port, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except OSError:
            return False

    def environment(self, mode=Mode.EXTERNAL):
        env = {name: value for name, value in os.environ.items() if not name.startswith("ATOMO_FLEET_")}
        env |= {
            "ATOMO_FLEET_LISTEN": f"127.0.0.1:{self.listen_port}",
            "ATOMO_FLEET_DATA_DIR": str(self.folder / f"data-{mode.name.lower()}"),
            "ATOMO_FLEET_GATEWAY_HTTP": f"127.0.0.1:{self.http_port}",
            "ATOMO_FLEET_GATEWAY_HTTPS": f"127.0.0.1:{self.https_port}",
            "ATOMO_FLEET_EXAMPLES": str(self.repository),
            "ATOMO_FLEET_UPSTREAM_PORTS": "26000-31999",
            "ATOMO_FLEET_SITE": str(TARGET.parent / ("site" if PROFILE == "release" else "site-dev")),
        }
        env |= self.extra
        if mode is Mode.EMBEDDED:
            return env | {"ATOMO_FLEET_PG_BIN": str(PG_BIN), "ATOMO_FLEET_CADDY_BIN": CADDY}
        return env | {
            "ATOMO_FLEET_DATABASE_URL": self.postgres.url(),
            "ATOMO_FLEET_CADDY_ADMIN": f"127.0.0.1:{self.admin_port}",
        }

    def start_server(self, mode=Mode.EXTERNAL):
        """Seconds until the login page is served."""
        self.mode = mode
        begun = time.monotonic()
        with open(self.folder / "server.log", "ab") as log:
            command = [TARGET / "atomo-fleet", "serve", "--stop-all"]
            self.server = subprocess.Popen(command, env=self.environment(mode), stdout=log, stderr=log)
        wait_for("the login page", 60, self.serves_or_ended, 0.005)
        return time.monotonic() - begun

    @contextlib.contextmanager
    def alone(self, name, **settings):
        """A server with a data directory, a Postgres and a Caddy of its own, so that what it leaves in them is nobody's."""
        ports = self.http_port, self.https_port
        self.http_port, self.https_port = free_port(), free_port()  # its Caddy runs beside ours
        self.extra = {"ATOMO_FLEET_DATA_DIR": str(self.folder / f"data-{name}")} | settings
        try:
            self.start_server(Mode.EMBEDDED)
            self.operator()
            yield
        finally:
            self.stop_server()
            self.extra = {}
            self.http_port, self.https_port = ports

    def serves_or_ended(self):
        if self.server.poll() is not None:
            raise RuntimeError(f"the server ended unexpectedly with status {self.server.returncode}")
        return self.answers(self.listen_port, "/login")

    def stop_server(self):
        """Ends the server and what it started; nothing is done where none runs."""
        server, self.server = self.server, None
        if server:
            end(server, 120)

    def log_tail(self):
        """The last lines that the server wrote."""
        path = self.folder / "server.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-20:]) if path.exists() else "(nothing)"

    def operator(self, mode=None):
        """A token of the server that runs; makes its operator the first time."""
        env = self.environment(mode or self.mode)
        registry = env["ATOMO_FLEET_DATA_DIR"]
        if registry in self.tokens:
            return self.tokens[registry]
        fleet = TARGET / "atomo-fleet"
        create = [fleet, "operator", "create", "bench@example.com", "--role", "owner", "--password-stdin"]
        subprocess.run(create, env=env, input=b"a long enough password", check=True, stdout=subprocess.DEVNULL)
        token = subprocess.run([fleet, "token", "create", "--operator", "bench@example.com"], env=env, check=True, capture_output=True, text=True)
        self.tokens[registry] = token.stdout.strip().splitlines()[-1]
        return self.tokens[registry]

    def api(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.listen_port, timeout=30)
        headers = {"Authorization": f"Bearer {self.operator()}", "Content-Type": "application/json"}
        connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None

    def reachable(self, host, port):
        """Whether the project answers over HTTPS; the certificate is the internal authority's."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            with socket.create_connection(("127.0.0.1", port), 2) as plain, context.wrap_socket(plain, server_hostname=host) as tls:
                tls.sendall(f"GET /ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                return tls.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def psql(self, statements, database="postgres"):
        env = os.environ | {"PGPASSWORD": PASSWORD}
        command = [PG_BIN / "psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.pg_port), "-U", "postgres", database]
        return subprocess.run(command, input=statements, text=True, env=env, check=True, capture_output=True).stdout
