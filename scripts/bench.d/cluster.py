"""A Postgres server that lives as long as the measurement. It keeps its promises (fsync on), as in production."""
import contextlib
import os
import pathlib
import pwd
import signal
import subprocess

PG_BIN = pathlib.Path(os.environ["ATOMO_FLEET_PG_BIN"])
PASSWORD = "bench-only"
STOPPING = 60  # seconds


class Cluster:
    """A data directory with its server, on 127.0.0.1 and on a socket in a folder of its own."""

    def __init__(self, folder, name, port, connections):
        self.data, self.socket, self.password = folder / name, folder / f"{name}-socket", folder / f"{name}-password"
        self.log = self.data / "log"
        self.port, self.connections = port, connections
        self.runs = False

    def url(self, database="postgres"):
        return f"postgres://postgres:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def start(self):
        self.data.mkdir(mode=0o700)
        self.socket.mkdir(mode=0o755)
        self.password.write_text(PASSWORD)
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            for path in (self.data, self.socket, self.password):
                os.chown(path, user.pw_uid, user.pw_gid)
        self.execute("initdb", "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={self.password}", "-N", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories={self.socket} -c max_connections={self.connections} -p {self.port}"
        self.execute("pg_ctl", "-w", "-l", self.log, "-o", options, "start")
        self.runs = True

    def stop(self):
        """Ends the server; nothing is done where it was ended before."""
        if self.runs:
            self.runs = False
            self.execute("pg_ctl", "-m", "fast", "-w", "-t", STOPPING, "stop")

    def execute(self, program, *arguments):
        command = [PG_BIN / program, "-D", self.data, *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    @contextlib.contextmanager
    def hanging(self):
        """All of its processes are stopped meanwhile: the kernel takes connections, and nothing answers."""
        main = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(main, signal.SIGSTOP)  # first, so that it starts no further one
        stopped = [main, *children(main)]
        for pid in stopped[1:]:
            send(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in reversed(stopped):
                send(pid, signal.SIGCONT)


def children(parent):
    """The pids of the processes that a process started."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(path.parent.name))
    return found


def send(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
