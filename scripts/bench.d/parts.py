"""Postgres, Caddy and the server, started for one measurement and stopped after it."""
import http.client
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import time

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "atomo-fleet"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", CACHE / "target")) / "release"
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PASSWORD = "bench-only"


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


def postgres_bin():
    named = os.environ.get("ATOMO_FLEET_PG_BIN")
    folders = [pathlib.Path(named)] if named else sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    raise FileNotFoundError("Postgres: scripts/setup installs it")


def caddy_bin():
    for path in (os.environ.get("ATOMO_FLEET_CADDY_BIN"), CACHE / "tools/caddy/bin/caddy", shutil.which("caddy")):
        if path and pathlib.Path(path).exists():
            return str(path)
    raise FileNotFoundError("Caddy: scripts/setup installs it")


class Parts:
    """A world of its own. Postgres keeps its promises (fsync on), as it does in production."""

    def __init__(self, folder):
        self.folder = folder
        self.pg_bin = postgres_bin()
        self.pg_port, self.admin_port, self.listen_port = free_port(), free_port(), free_port()
        self.http_port, self.https_port, self.raw_port = free_port(), free_port(), free_port()
        self.server = self.caddy = None
        self.token = None
        self.repository = folder / "portfolio"

    def __enter__(self):
        subprocess.run([ROOT / "scripts/example-portfolio", self.folder], check=True, stdout=subprocess.DEVNULL)
        self.repository = next(path.parent for path in self.folder.rglob(".git"))
        self.start_postgres()
        self.start_caddy()
        return self

    def __exit__(self, *_):
        if self.server:
            self.stop_server()
        if self.caddy:
            self.caddy.terminate()
            self.caddy.wait(10)
        self.as_postgres("pg_ctl", "-D", self.folder / "pg", "-m", "fast", "-w", "stop")

    def as_postgres(self, program, *arguments):
        command = [self.pg_bin / program, *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def start_postgres(self):
        data, password = self.folder / "pg", self.folder / "pw"
        data.mkdir(mode=0o700)
        password.write_text(PASSWORD)
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            for path in (data, password):
                os.chown(path, user.pw_uid, user.pw_gid)
        self.as_postgres("initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password}", "-N", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 -p {self.pg_port}"
        self.as_postgres("pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start")

    def start_caddy(self):
        config = {
            "admin": {"listen": f"127.0.0.1:{self.admin_port}"},
            "apps": {
                "http": {"servers": {"raw": {"listen": [f":{self.raw_port}"], "routes": []}}},
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
        self.caddy = subprocess.Popen([caddy_bin(), "run", "--config", path], env=env, stdout=log, stderr=log)
        wait_for("Caddy", 10, lambda: self.answers(self.admin_port, "/config/"))

    def answers(self, port, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except OSError:
            return False

    def environment(self):
        env = {name: value for name, value in os.environ.items() if not name.startswith("ATOMO_FLEET_")}
        return env | {
            "ATOMO_FLEET_LISTEN": f"127.0.0.1:{self.listen_port}",
            "ATOMO_FLEET_DATA_DIR": str(self.folder / "data"),
            "ATOMO_FLEET_DATABASE_URL": f"postgres://postgres:{PASSWORD}@127.0.0.1:{self.pg_port}/postgres",
            "ATOMO_FLEET_CADDY_ADMIN": f"127.0.0.1:{self.admin_port}",
            "ATOMO_FLEET_GATEWAY_HTTP": f"127.0.0.1:{self.http_port}",
            "ATOMO_FLEET_GATEWAY_HTTPS": f"127.0.0.1:{self.https_port}",
            "ATOMO_FLEET_EXAMPLES": str(self.repository),
            "ATOMO_FLEET_UPSTREAM_PORTS": "26000-31999",
        }

    def start_server(self):
        """Seconds until the login page is served."""
        begun = time.monotonic()
        log = open(self.folder / "server.log", "ab")
        self.server = subprocess.Popen([TARGET / "atomo-fleet", "serve", "--stop-all"], env=self.environment(), stdout=log, stderr=log)
        wait_for("the login page", 30, lambda: self.answers(self.listen_port, "/login"), 0.005)
        return time.monotonic() - begun

    def stop_server(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(60)
        self.server = None

    def operator(self):
        """A token; makes its operator the first time."""
        if self.token:
            return self.token
        fleet, env = TARGET / "atomo-fleet", self.environment()
        create = [fleet, "operator", "create", "bench@example.com", "--role", "owner", "--password-stdin"]
        subprocess.run(create, env=env, input=b"a long enough password", check=True, stdout=subprocess.DEVNULL)
        token = subprocess.run([fleet, "token", "create", "--operator", "bench@example.com"], env=env, check=True, capture_output=True, text=True)
        self.token = token.stdout.strip().splitlines()[-1]
        return self.token

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
        command = [self.pg_bin / "psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.pg_port), "-U", "postgres", database]
        return subprocess.run(command, input=statements, text=True, env=env, check=True, capture_output=True).stdout
