"""What a browser downloads for the first page, and a machine for the image."""
import pathlib
import subprocess
import tempfile

from parts import PROFILE, ROOT, TARGET


def report():
    folder = pathlib.Path(TARGET.parent, "site" if PROFILE == "release" else "site-dev", "pkg")
    how = "after brotli" if PROFILE == "release" else "NOT compressed"
    script, style = travelling(folder, "live", "js"), travelling(folder, "style", "css")
    further = {name: travelling(folder, name, "js") for name in ("merge", "log", "palette")}
    yield f"| page script {how} | {kilobytes(script)} | <= 8 kB |"
    yield f"| first load: page script and CSS {how} | {kilobytes(script + style)} | <= 120 kB |"
    yield f"| the same with everything that is loaded later | {kilobytes(script + style + sum(further.values()))} | <= 260 kB |"
    yield f"| of that {', '.join(further)} | {', '.join(kilobytes(size) for size in further.values())} | |"
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


def travelling(folder, name, kind):
    """Bytes of a file: as brotli made it, or as it is where there is no such file."""
    plain = list(folder.glob(f"{name}.*.{kind}"))
    if len(plain) != 1:
        raise FileNotFoundError(f"{folder} holds {len(plain)} files {name}.*.{kind}, not one: scripts/build-front makes them")
    small = plain[0].with_name(plain[0].name + ".br")
    return (small if small.exists() else plain[0]).stat().st_size


def kilobytes(count):
    return f"{count / 1000:.1f} kB"
