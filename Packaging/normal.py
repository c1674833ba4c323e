#!/usr/bin/env python3
"""usage: normal.py PROGRAM   takes out of a stripped program what differs with the folder it was built in

Two things are left of the debugging information that is stripped, both sums over it: .swift_modhash, which nothing reads at run time, becomes zeros, and
the build id becomes the SHA-1 of the program itself. Their room stays (taking a section out, strip loses the mark by which the loader makes
relocated data read-only).
"""
import hashlib, re, subprocess, sys

path = sys.argv[1]
sections = {name: (int(offset, 16), int(size, 16)) for name, offset, size in re.findall(
    r"\] (\S+) +(?:NOTE|PROGBITS) +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) ", subprocess.run(["readelf", "-SW", path], check=True, capture_output=True, text=True).stdout)}
data = bytearray(open(path, "rb").read())
for name, kept in ((".swift_modhash", 0), (".note.gnu.build-id", 16)):
    if name in sections:
        offset, size = sections[name]
        data[offset + kept:offset + size] = bytes(size - kept)
if ".note.gnu.build-id" in sections:
    offset, size = sections[".note.gnu.build-id"]
    # A note: name size, size of the id, kind 3, "GNU\0", the id.
    if size != 36 or data[offset:offset + 16] != b"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0": sys.exit(f"normal.py: {path} has another kind of build id")
    data[offset + 16:offset + size] = hashlib.sha1(data).digest()
with open(path, "r+b") as file: file.write(data)
