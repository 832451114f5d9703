"""What a browser downloads for the first page, and a machine for the image."""
import pathlib
import subprocess
import tempfile

from parts import PROFILE, ROOT, TARGET

PARTS = {"wasm": "WebAssembly", "js": "JavaScript", "css": "CSS"}


def report():
    folder = pathlib.Path(TARGET.parent, "site" if PROFILE == "release" else "site-dev", "pkg")
    sizes = {kind: travelling(folder, kind) for kind in PARTS}
    how = "after brotli" if PROFILE == "release" else "NOT compressed"
    yield f"| front end {how} | {kilobytes(sum(sizes.values()))} | < 300 kB |"
    for kind, name in PARTS.items():
        yield f"| of that {name} | {kilobytes(sizes[kind])} | |"
    yield f"| the image's files, as one layer after gzip -1 | {image() / 1e6:.0f} MB | < 80 MB |"


def image():
    """Bytes of what the Dockerfile lays into an image, compressed as fast as an engine does it."""
    mode = [] if PROFILE == "release" else ["--debug"]
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder, "root")
        subprocess.run([ROOT / "scripts/package", *mode, "root", root], check=True, stderr=subprocess.DEVNULL)
        tar = subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE)
        packed = subprocess.run(["gzip", "-1"], stdin=tar.stdout, stdout=subprocess.PIPE, check=True).stdout
        tar.stdout.close()
        if tar.wait() != 0:
            raise OSError(f"tar failed on {root}")
    return len(packed)


def travelling(folder, kind):
    """Bytes of the one file of a kind: as brotli made it, or as it is where that made it no smaller."""
    plain = list(folder.glob(f"atomo-fleet*.{kind}"))
    if len(plain) != 1:
        raise FileNotFoundError(f"{folder} holds {len(plain)} files of {PARTS[kind]}, not one: scripts/build-front makes them")
    small = plain[0].with_name(plain[0].name + ".br")
    return (small if small.exists() else plain[0]).stat().st_size


def kilobytes(count):
    return f"{count / 1000:.0f} kB"
