#!/usr/bin/env python3
"""The structure of the house: rooms from bottom to top, who uses whose types, circles, and what breaks the rules of names.

    make structure                     all rooms
    python3 Tests/structure.py Store   one room: its files, lowest first, and which files of the room each uses

It reads text, not meaning: a use is the name of a top-level type that one file alone has; uses through members and inference are not seen.
"""
import collections
import pathlib
import re
import sys

TYPE = re.compile(
    r"^(?:@[\w.]+(?:\([^)]*\))?[ \t]*)*(?:(?:public|package|internal|private|fileprivate|final|indirect|nonisolated)(?:\(\w+\))?[ \t]+)*"
    r"(struct|class|enum|actor|protocol|typealias)[ \t]+([A-Za-z_]\w*)", re.M)
HIDDEN = re.compile(r"^(?:private|fileprivate)\b")


def code(text):
    """Text without comments; of strings only what is put into them."""
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r'"""(.*?)"""', lambda m: " ".join(re.findall(r"\\\((.*?)\)", m[1], re.S)), text, flags=re.S)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', lambda m: " ".join(re.findall(r"\\\(([^\"]*)", m[0])), text)


def groups(graph):
    """Circles, each as a sorted list (Tarjan's strongly connected components)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            group = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(group) > 1:
                found.append(sorted(group))

    sys.setrecursionlimit(10_000)
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def main(wanted):
    package = pathlib.Path("Package.swift").read_text()
    rooms = {}
    for place, dependencies in re.findall(r'(?:room|program)\("([\w/-]+)"(?:,\s*\[([^\]]*)\])?', package):
        folder = pathlib.Path("Sources") / place if "/" in place else pathlib.Path("Benchmarks")
        rooms[place.split("/")[-1]] = (folder, set(re.findall(r'"([\w-]+)"', dependencies)))
    rooms = {name: (folder, below & set(rooms)) for name, (folder, below) in rooms.items()}
    texts = {name: {f: f.read_text() for f in sorted(folder.rglob("*.swift"))} for name, (folder, _) in rooms.items()}
    bare = {name: {f: code(t) for f, t in files.items()} for name, files in texts.items()}
    homes = collections.defaultdict(set)
    types = collections.defaultdict(set)
    for name, files in bare.items():
        for file, text in files.items():
            for match in TYPE.finditer(text):
                types[file].add(match[2])
                if not HIDDEN.search(match[0]):
                    homes[match[2]].add(file)
    words = {f: set(re.findall(r"[A-Za-z_]\w*", t)) for files in bare.values() for f, t in files.items()}
    single = {t: next(iter(f)) for t, f in homes.items() if len(f) == 1}
    level = {}

    def floor(name):
        if name not in level:
            level[name] = 1 + max((floor(b) for b in rooms[name][1]), default=0)
        return level[name]

    circles = groups({name: below for name, (_, below) in rooms.items()})
    for group in circles:
        print("CIRCLE of rooms: " + ", ".join(group))
    if circles:
        return 1
    for name in sorted(rooms, key=lambda n: (floor(n), n)):
        files = texts[name]
        uses = {f: {single[w] for w in words[f] if single.get(w) in files} - {f} for f in files}
        if wanted:
            if name == wanted:
                for file in sorted(files, key=lambda f: (len(uses[f]), str(f))):
                    print(f"{file}: {', '.join(sorted(types[file])) or 'no type of its own'}")
                    print(f"        uses {', '.join(sorted(u.name for u in uses[file])) or 'none of the room'}")
        else:
            print(f"{floor(name):2}  {name}: {sum(t.count(chr(10)) for t in files.values())} lines in {len(files)} files; on {', '.join(sorted(rooms[name][1])) or 'nothing of ours'}")
            for below in sorted(rooms[name][1]):
                used = {w for f in files for w in words[f] if single.get(w) in texts[below]}
                print(f"        {len(used):4} types of {below}: {', '.join(sorted(used)[:6])}{' …' if len(used) > 6 else ''}")
        if not wanted or name == wanted:
            for group in groups(uses):
                print("        circle of files: " + ", ".join(f.name for f in group))
    if wanted:
        return 0 if wanted in rooms else 1
    product = {f for name, files in texts.items() if name not in ("kith-bench",) for f in files}
    for name, files in sorted(homes.items()):
        # A program's own types are seen by nobody else.
        if len(files & product) > 1:
            print(f"twice: {name} in {', '.join(str(f) for f in sorted(files & product))}")
    off = [f for f in sorted(product) if types[f] and f.stem.split("+")[0] not in types[f] and f.stem != "Main" and "+" not in f.stem]
    for file in off:
        print(f"not named after what is in it: {file} ({', '.join(sorted(types[file])[:3])})")
    print(f"{sum(t.count(chr(10)) for files in texts.values() for t in files.values())} lines in {len(rooms)} rooms; {len(off)} files of another name")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else None))
