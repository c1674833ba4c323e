#!/usr/bin/env python3
"""The garden of Examples/Garden from Python: sqlite3 writes its tables, `garden watch` hears of it, and `kith --json` tells of it.

garden.py KITH GARDEN-PROGRAM: founds a garden, writes to it by SQL, and reads what both programs tell.
"""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile

# Whoever waits for a line that does not come is ended.
signal.alarm(120)
kith, program = map(os.path.abspath, sys.argv[1:3])
with tempfile.TemporaryDirectory() as folder:
    environment = {**os.environ, "GARDEN": folder, "XDG_DATA_HOME": folder, "XDG_STATE_HOME": folder + "/state"}
    def garden(*words):
        return subprocess.run([program, *words], env=environment, check=True, capture_output=True, text=True).stdout

    garden("found", "Allotments", "Shed")
    file = folder + "/kith/allotments.kith"
    rows = subprocess.Popen([program, "watch"], env=environment, stdout=subprocess.PIPE, text=True)
    assert rows.stdout.readline() == "1 plots\n"
    assert rows.stdout.readline() == "The common plot: watered 0 times\n"

    # Any SQLite program is a client: its edits are noticed by triggers in the file.
    with sqlite3.connect(file) as database:
        database.execute("insert into plot (id, name) values ('north', 'North')")
        database.execute("update plot set waterings = waterings + 3 where id = 'north'")
        database.execute("insert into tends (plot, gardener) values ('north', 'Noor')")
    lines = [rows.stdout.readline() for _ in range(3)]
    assert lines == ["2 plots\n", "North: watered 3 times, tended by Noor\n", "The common plot: watered 0 times\n"], lines
    rows.terminate()
    rows.wait()

    # `kith` has none of these tables, and knows them by the file: it shows, carries and merges them.
    def told(*words):
        return json.loads(subprocess.run([kith, *words, "--json"], env=environment, check=True, capture_output=True, text=True).stdout)

    counts = told("status")["rows"]
    assert counts == {"plot": 2, "bed": 0, "tends": 1}, counts
    subprocess.run([kith, "bundle", "export", folder + "/stick.kithbundle"], env=environment, check=True, capture_output=True)
    assert [line.split(":")[0] for line in garden("plots").splitlines()] == ["North", "The common plot"]
print("the garden is the same from Python, from Swift and from kith")
