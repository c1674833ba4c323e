#!/bin/sh
# outside.sh SCRATCH [debug]: what a stranger does. Two packages' worth of programs outside the repository, with `import Kith` alone: the one that
# the tutorial spells out (Sources/Replica/Kith/Kith.docc/SharedGarden.md), word for word, and one with tables of its own (Tests/Outside).
# SCRATCH: the folder to build in.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
scratch=$1
kind=${2:-release}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
mkdir -p "$folder/package/Sources/garden" "$folder/package/Sources/tools" "$folder/run/stick" "$scratch"
scratch=$(cd "$scratch" && pwd)

# The tutorial's Swift: its first fence is the package, the others are one program; its Python is a script.
python3 - "$repository" "$folder" <<'END'
import pathlib, re, sys
repository, folder = map(pathlib.Path, sys.argv[1:3])
page = (repository / "Sources/Replica/Kith/Kith.docc/SharedGarden.md").read_text()
fences = re.findall(r"^```(\w+)\n(.*?)^```$", page, re.M | re.S)
package, *program = [text for language, text in fences if language == "swift"]
assert '.package(path: "../kith")' in package and len(program) >= 7, fences
package = package.replace('.package(path: "../kith")', f'.package(name: "kith", path: "{repository}")')
tools = '.executableTarget(name: "tools", dependencies: [.product(name: "Kith", package: "kith")])'
package = re.sub(r"(targets: \[)(.*)\]", rf"\1\2, {tools}]", package)
assert tools in package
(folder / "package/Package.swift").write_text(package)
(folder / "package/Sources/garden/main.swift").write_text("\n".join(program))
(folder / "package/Sources/tools/main.swift").write_text((repository / "Tests/Outside/main.swift").read_text())
(folder / "run/garden.py").write_text("\n".join(text for language, text in fences if language == "python"))
END
! grep -h '^ *import ' "$folder"/package/Sources/*/main.swift | grep -v 'import Kith$'
swift build -c $kind --package-path "$folder/package" --scratch-path "$scratch"
programs=$(swift build -c $kind --package-path "$folder/package" --scratch-path "$scratch" --show-bin-path)

cd "$folder/run"
cat >expected <<'END'
Shed had 1 news
North: watered 2 times
North: watered 3 times
name of plot: [North-west, North field]
END
"$programs/garden" >told
cat told
# Which of two values of one moment is shown is chance.
sed 's/\[North field, North-west\]/[North-west, North field]/' told | diff - expected
python3 garden.py
python3 - <<'END'
import sqlite3
rows = sqlite3.connect("home/kith/allotments.kith").execute("select name, waterings from plot").fetchall()
assert rows == [("North-west", 4)], rows
END
"$programs/tools"
echo "a package outside the repository has all of it by import Kith"
