#!/usr/bin/env python3
"""What the packages are made of.

usage: components.py notices BUILD                     prints what the authors of all that is linked in want to be passed on
       components.py list BUILD LIBRARIES DATE DEB...  prints a CycloneDX list (JSON) of the packages DEB

BUILD is the folder of the built programs; beside it lie what they were linked from and the packages' sources, and above it Package.resolved.
LIBRARIES is the folder of the runtime as it is shipped; DATE is the time that stands in the list, in seconds since 1970.
"""
import hashlib, json, os, re, subprocess, sys, uuid
from datetime import datetime, timezone
from urllib.parse import quote

PROGRAMS = ("kith", "kith-relay")


def stop(why): sys.exit(f"components.py: {why}")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file: return file.read()


def run(*command): return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def digest(path):
    sum = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(1 << 20): sum.update(part)
    return [{"alg": "SHA-256", "content": sum.hexdigest()}]


def linked(build):
    """For each program, the pinned packages of which it links a target, as {name: (version, place, folder)}."""
    scratch = os.path.dirname(os.path.normpath(build))
    pins = json.loads(read(os.path.join(os.path.dirname(scratch), "Package.resolved")))["pins"]
    offered = {}
    for pin in pins:
        place = re.sub(r"\.git$", "", pin["location"])
        folder = os.path.join(scratch, "checkouts", os.path.basename(place))
        sources = os.path.join(folder, "Sources")
        if "version" not in pin["state"] or not os.path.isdir(sources): stop(f"no version, or no sources, of {place}")
        files = {file for _, _, files in os.walk(sources) for file in files}
        # A target has a folder of its name, or another one that is named in the package's manifest.
        for target in set(os.listdir(sources)) | set(re.findall(r"\.target\(\s*name:\s*\"(\w+)\"", read(os.path.join(folder, "Package.swift")))):
            offered.setdefault(target, []).append((files, (pin["identity"], pin["state"]["version"], place, folder)))
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Sources")
    ours = {room.replace("-", "_") for wing in os.listdir(here) for room in os.listdir(os.path.join(here, wing))}
    found = {}
    for program in PROGRAMS:
        found[program], objects = {}, {}
        for target, file in re.findall(r"/([^/\s]+)\.build/(?:\S*/)?(\S+)\.o\b", read(os.path.join(build, program + ".product", "Objects.LinkFileList"))):
            objects.setdefault(target, set()).add(file)
        if not objects: stop(f"it cannot be seen what {program} was linked from")
        for target in sorted(set(objects) - ours):
            # Two packages may have a folder of one name: that one counts whose files were compiled.
            files, who = max(offered.get(target, [(set(), None)]), key=lambda offer: len(objects[target] & offer[0]))
            if not objects[target] & files: stop(f"{program} links what no package has: {target}")
            found[program][who[0]] = who[1:]
    return found


def license_of(folder):
    """The licence by its own text; one that is not known here is for a person to look at."""
    text = read(next((os.path.join(folder, name) for name in ("LICENSE.txt", "LICENSE", "LICENSE.md") if os.path.exists(os.path.join(folder, name))), None)
                or stop(f"no licence in {folder}"))
    if "Apache License" not in text: stop(f"the licence of {folder} is not the Apache License: say so in Packaging/copyright and here")
    return "Apache-2.0 WITH Swift-exception" if "Runtime Library Exception" in text else "Apache-2.0"


def carried(name, folder):
    """What others wrote that a package carries within."""
    parts = []
    for target in sorted(os.listdir(os.path.join(folder, "Sources"))):
        note = os.path.join(folder, "Sources", target, "hash.txt")
        if os.path.exists(note):
            revision = re.search(r"revision ([0-9a-f]{40})", read(note)) or stop(f"no revision in {note}")
            parts.append({"type": "library", "bom-ref": f"{name}/{target}", "name": "boringssl", "version": revision[1],
                          "licenses": [{"license": {"id": "Apache-2.0"}}], "purl": f"pkg:generic/boringssl@{revision[1]}"})
        if target == "CNIOLLHTTP": parts.append({"type": "library", "bom-ref": f"{name}/{target}", "name": "llhttp", "licenses": [{"license": {"id": "MIT"}}]})
        if target == "CXKCP": parts.append({"type": "library", "bom-ref": f"{name}/{target}", "name": "XKCP", "licenses": [{"license": {"id": "CC0-1.0"}}]})
    return parts


def notices(build):
    every = {name: rest for program in linked(build).values() for name, rest in program.items()}
    for name, (version, place, folder) in sorted(every.items()):
        print(f"{'=' * 100}\n{name} {version}, {place}: {license_of(folder)}\n")
        path = os.path.join(folder, "NOTICE.txt")
        if os.path.exists(path): print(read(path).strip() + "\n")
        for root, folders, files in sorted(os.walk(os.path.join(folder, "Sources"))):
            for file in sorted(files):
                if file == "LICENSE": print(f"{os.path.relpath(os.path.join(root, file), folder)}:\n\n{read(os.path.join(root, file)).strip()}\n")


def debian(build):
    """For each program, the packages of Debian that have the libraries it is linked to."""
    found = {}
    for program in PROGRAMS:
        found[program] = {}
        for path in sorted(re.findall(r" => (/\S+) \(", run("ldd", os.path.join(build, program)))):
            owner = next((line for way in (os.path.realpath(path), path)
                          for line in subprocess.run(["dpkg-query", "-S", way], capture_output=True, text=True).stdout.split("\n") if line), None)
            if owner:
                name = owner.split(":")[0]
                version, arch, source = run("dpkg-query", "-W", "-f", "${Version} ${Architecture} ${source:Package}", owner.split(": ")[0]).split()
                found[program][name] = (version, arch, source)
    return found


def list_of(build, libraries, date, debs):
    fields = [run("dpkg-deb", "-f", deb, "Package", "Version", "Architecture").split("\n") for deb in debs]
    debs = {dict(line.split(": ") for line in lines if line)["Package"]: (dict(line.split(": ") for line in lines if line), deb) for lines, deb in zip(fields, debs)}
    packages, system = linked(build), debian(build)
    components, needs = [], {}
    version_of_all = next(iter(debs.values()))[0]["Version"]
    for name, (field, deb) in sorted(debs.items()):
        components.append({"type": "application", "bom-ref": name, "name": name, "version": field["Version"], "hashes": digest(deb),
                           "licenses": [{"license": {"id": "Apache-2.0"}}], "purl": f"pkg:deb/{name}@{quote(field['Version'])}?arch={field['Architecture']}"})
        needs[name] = {f"swift:{package}" for package in packages[name]} | {f"debian:{package}" for package in system[name]} | {"swift"}
    for name, (version, place, folder) in sorted({n: r for p in packages.values() for n, r in p.items()}.items()):
        expression = license_of(folder)
        component = {"type": "library", "bom-ref": f"swift:{name}", "group": place.split("/")[-2], "name": name, "version": version,
                     "licenses": [{"license": {"id": expression}} if " " not in expression else {"expression": expression}],
                     "purl": f"pkg:swift/{place.removeprefix('https://')}@{version}"}
        parts = carried(name, folder)
        components.append({**component, "components": parts} if parts else component)
    swift = os.path.join(os.path.dirname(re.search(r"libswiftCore\.so => (\S+)", run("ldd", os.path.join(build, "kith")))[1]), "../../../bin/swiftc")
    version = re.search(r"Swift version (\S+)", run(swift, "--version"))[1]
    shipped = []
    for file in sorted(os.listdir(libraries)):
        if file in PROGRAMS: continue
        part = {"type": "library", "bom-ref": f"swift/{file}", "name": file, "version": version, "hashes": digest(os.path.join(libraries, file))}
        if "ICU" in file:
            part["licenses"] = [{"license": {"id": "Unicode-3.0"}}]
            with open(os.path.join(libraries, file), "rb") as library: icu = re.search(rb"icudt(\d+)", library.read())
            if icu: part["description"] = f"ICU {icu[1].decode()}"
        shipped.append(part)
    components.append({"type": "framework", "bom-ref": "swift", "name": "swift", "version": version, "description": "Swift's runtime, as shipped",
                       "licenses": [{"expression": "Apache-2.0 WITH Swift-exception"}], "components": shipped})
    for name, (version, arch, source) in sorted({n: r for p in system.values() for n, r in p.items()}.items()):
        components.append({"type": "library", "bom-ref": f"debian:{name}", "scope": "required", "name": name, "version": version,
                           "description": f"Debian's, built against; the system brings its own (source: {source})",
                           "purl": f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={arch}&distro=debian-12"})
    answer = {"$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
              "metadata": {"timestamp": datetime.fromtimestamp(date, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                           "component": {"type": "application", "bom-ref": "source", "name": "kith", "version": version_of_all}},
              "components": components,
              "dependencies": [{"ref": name, "dependsOn": sorted(needed)} for name, needed in sorted(needs.items())]}
    # The same list has the same number.
    answer["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(answer, sort_keys=True))}"
    print(json.dumps(answer, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    if len(sys.argv) == 3 and sys.argv[1] == "notices": notices(sys.argv[2])
    elif len(sys.argv) > 5 and sys.argv[1] == "list": list_of(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5:])
    else: sys.exit(__doc__)
