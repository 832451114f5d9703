"""Finds cycles of imports between the files of one Rust crate. Prints each as a line; prints nothing where there is none.

A file imports another when it names a path of it: `crate::a::b`, `super::c`, `self::d`, in a `use` or in the code. A module and what
lies in its folder are one noun and may know each other, so paths between a file and its own ancestors or descendants do not count.
Between the modules of the engine the rule is stricter: what a file in the folder of a module imports, the module imports. Tests look
behind everything and are left out.
"""

import re
import subprocess
import sys
from pathlib import Path

PATH = re.compile(r"\b(?:crate|super|self)(?:::(?:\{|[A-Za-z_][A-Za-z0-9_]*))+")
ENGINE = Path("server/control-plane")
# comments, texts and characters, whichever begins first
NO_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|r#"(?:.*?)"#|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\\\'])\'', re.S)


def source_roots():
    """Folders `src` of all packages that git knows."""
    listed = subprocess.run(["git", "ls-files", "--", "*Cargo.toml"], capture_output=True, text=True, check=True)
    return [Path(line).parent / "src" for line in listed.stdout.split() if (Path(line).parent / "src").is_dir()]


def modules(root):
    """Every module of the crate: its path as a tuple of names, and its file."""
    found = {}
    for file in sorted(root.rglob("*.rs")):
        names = list(file.relative_to(root).with_suffix("").parts)
        if "tests" in names or names[0] == "bin":
            continue
        found[() if names in (["lib"], ["main"]) else tuple(names)] = file
    return found


def tree(text):
    """The paths of a use tree such as `a::{b, c::{d, self}}`, without the names that they are given."""
    text = text.strip()
    if "{" not in text:
        return [text.split(" as ")[0].strip().split("::")]
    head, rest = text.split("{", 1)
    parts, depth, part = [], 0, ""
    for letter in rest.rsplit("}", 1)[0]:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    parts.append(part)
    front = [name for name in head.strip().removesuffix("::").split("::") if name]
    return [front + below for part in parts if part.strip() for below in tree(part)]


def paths(text):
    """Every path that begins with crate, super or self."""
    text = NO_CODE.sub("", text)
    for use in re.finditer(r"\buse\s+((?:crate|super|self)\b[^;]*);", text):
        yield from tree(use.group(1))
    for path in PATH.finditer(re.sub(r"\buse\s[^;]*;", "", text)):
        yield path.group(0).removesuffix("::{").split("::")


def target(module, path, known):
    """The module that a path leads to."""
    place = {"crate": (), "self": module, "super": module[:-1]}[path[0]]
    names = path[1:]
    while path[0] == "super" and names and names[0] == "super":
        place, names = place[:-1], names[1:]
    for name in names:
        if place + (name,) not in known:
            break
        place += (name,)
    return place


def related(one, other):
    """Whether one of two modules lies in the other."""
    short = min(len(one), len(other))
    return one[:short] == other[:short]


def graph(known, strict):
    edges = {module: {below for below in known if strict and module and below[:-1] == module} for module in known}
    for module, file in known.items():
        for path in paths(file.read_text()):
            aim = target(module, path, known)
            if not related(module, aim):
                edges[module].add(aim)
    return edges


def components(edges):
    """Strongly connected components of more than one module (Tarjan)."""
    index, low, stack, on, found = {}, {}, [], set(), []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on.add(node)
        for aim in edges[node]:
            if aim not in index:
                visit(aim)
                low[node] = min(low[node], low[aim])
            elif aim in on:
                low[node] = min(low[node], index[aim])
        if low[node] == index[node]:
            group = []
            while not group or group[-1] != node:
                group.append(stack.pop())
                on.discard(group[-1])
            if len(group) > 1:
                found.append(sorted(group))

    sys.setrecursionlimit(10_000)
    for node in edges:
        if node not in index:
            visit(node)
    return found


def main():
    for root in source_roots():
        known = modules(root)
        for group in components(graph(known, strict=root == ENGINE / "src")):
            names = [str(known[module].relative_to(root)) for module in group]
            print(f"{root}: {', '.join(names)}")


main()
