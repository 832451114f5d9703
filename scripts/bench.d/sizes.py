"""What a browser downloads for the first page."""
import pathlib

from parts import TARGET


def report():
    files = sorted(pathlib.Path(TARGET.parent, "site", "pkg").glob("*.br"))
    total = 0
    parts = []
    for path in files:
        size = path.stat().st_size
        total += size
        parts.append(f"{path.name.split('.')[-2]} {size / 1000:.0f} kB")
    if not files:
        raise FileNotFoundError("no compressed front end: scripts/build-front --release makes it")
    yield f"| front end after brotli ({', '.join(parts)}) | {total / 1000:.0f} kB | < 300 kB |"
