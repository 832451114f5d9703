"""The statements that a control plane sends to its registry. Postgres itself logs each one, so that none is missed or counted twice."""
import collections
import contextlib
import re
import time

PREFIX = "bench|"
LINE = re.compile(r"bench\|(?P<program>[^|]*)\|(?P<database>[^|]*)\|LOG:  (?:statement|execute [^:]*): (?P<text>.*)", re.S)
SUBJECT = re.compile(r'\b(?:from|update|into)\s+(?:"?public"?\.)?"?([a-z_]+)', re.I)
RELOAD = 0.3  # seconds until all sessions log, or log no more


@contextlib.contextmanager
def counted(world):
    """Gives the statements that were executed while the block ran, in order, each with its program; filled when it has ended."""
    seen = []
    world.psql(f"alter system set log_line_prefix = '{PREFIX}%a|%d|';\nalter system set log_statement = 'all';\nselect pg_reload_conf();")
    time.sleep(RELOAD)
    log = world.postgres.log
    begun = log.stat().st_size
    try:
        yield seen
        ended = log.stat().st_size
        seen.extend(statements(log.read_bytes()[begun:ended].decode(errors="replace")))
    finally:
        world.psql("alter system reset log_line_prefix;\nalter system reset log_statement;\nselect pg_reload_conf();")
        time.sleep(RELOAD)


def statements(text):
    """The statements of control planes on the registry's database. Further lines of one begin with a tab."""
    for entry in re.split(r"\n(?!\t)", text):
        found = LINE.match(entry)
        if found and found["program"].startswith("atomo-fleet") and found["database"] == "postgres":
            yield found["program"], " ".join(found["text"].split())


def of_engine(seen):
    """Those of the engine, with the session that holds its lock: all but pages, log-ins, and looks at the server itself."""
    return [text for program, text in seen if program.startswith("atomo-fleet engine")]


def subjects(seen):
    """How often each table was read or written, by what is done: `select api_tokens`."""
    named = collections.Counter()
    for _, text in seen:
        table = SUBJECT.search(text)
        named[f"{text.split()[0].lower()} {table[1] if table else ''}".strip()] += 1
    return named
