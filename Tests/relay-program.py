#!/usr/bin/env python3
"""The relay's program under what the network and the machine do to it: killed during load, stared at in its memory, flooded, given a full
disk, and watched through. Everything runs on the loopback, or in network namespaces of its own.

usage: relay-program.py BUILD [--kills 12] [--only NAME]...      BUILD has kith and kith-relay

Exit code 1 and the reason when something is wrong. What this machine does not permit is said aloud, and skipped.
"""
import argparse
import csv
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Fixtures", "people", "fatima.csv")
SPACE = "Buurthuis Zuidwest"


class Wrong(Exception):
    pass


def check(condition, text):
    if not condition:
        raise Wrong(text)


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Scene:
    """A folder with laptops and one relay that was admitted; everything ends with it."""

    def __init__(self, build, folder, laptops, prefix=()):
        self.build, self.folder, self.prefix = build, folder, list(prefix)
        self.state = folder + "/relay"
        self.port, self.health = free_port(), free_port()
        self.processes = []
        self.relay = None
        self.variables = {}
        self.founder = laptops[0]
        self.kith(self.founder, "init", "--space", SPACE, "--name", self.label(self.founder))
        self.kith(self.founder, "import", FIXTURES)
        self.relay_command("init", "--name", "Doorgeefluik Kastanje")
        self.kith(self.founder, "device", "admit", self.state + "/relay.kithrequest", "--role", "relay", "--yes")
        for name in laptops[1:]:
            self.kith(name, "join", "--request", f"{folder}/{name}.kithrequest", "--name", self.label(name))
            self.kith(self.founder, "device", "admit", f"{folder}/{name}.kithrequest", "--yes")
        self.kith(self.founder, "bundle", "export", folder + "/all.kithbundle")
        self.relay_command("space", "add", folder + "/all.kithbundle")
        for name in laptops[1:]:
            self.kith(name, "join", folder + "/all.kithbundle")
        said = self.relay_command("init").stdout
        self.device = re.search(r"HOST:\d+#([A-Z0-9-]+)", said).group(1)
        for name in laptops:
            self.add_relay(name)

    def add_relay(self, name):
        self.kith(name, "relay", "add", f"127.0.0.1:{self.port}#{self.device}")

    @staticmethod
    def label(name):
        return "Draagbare van " + name.capitalize()

    def environment(self, name):
        home = f"{self.folder}/{name}"
        return {
            "HOME": home, "XDG_DATA_HOME": home + "/data", "KITH_LANG": "en", "PATH": os.environ["PATH"], "TZ": "UTC",
            "KITH_RELAY_STATE_FOLDER": self.state, "KITH_RELAY_LISTEN_HOST": "127.0.0.1", "KITH_RELAY_LISTEN_PORT": str(self.port),
            "KITH_RELAY_HEALTH_PORT": str(self.health), "KITH_RELAY_DISK_RESERVE_BYTE_COUNT": "0",
            "KITH_RELAY_LIMITS_SESSIONS_PER_DEVICE_HOUR": "100000",
        } | self.variables

    def run(self, program, name, arguments, codes):
        done = subprocess.run(
            [f"{self.build}/{program}", *arguments], env=self.environment(name), capture_output=True, text=True, timeout=120)
        if codes is not None:
            check(done.returncode in codes, f"{program} {' '.join(arguments)}: {done.returncode} {done.stdout}{done.stderr}")
        check("Fatal error" not in done.stderr, done.stderr)
        return done

    def kith(self, name, *arguments, codes=(0, 2)):
        return self.run("kith", name, arguments, codes)

    def relay_command(self, *arguments, codes=(0,)):
        return self.run("kith-relay", "operator", arguments, codes)

    def spawn(self, program, name, *arguments):
        log = open(f"{self.folder}/{name}-{len(self.processes)}.log", "w+")
        process = subprocess.Popen(
            [*self.prefix, f"{self.build}/{program}", *arguments], env=self.environment(name), stdout=log, stderr=log)
        process.log = log.name
        self.processes.append(process)
        return process

    def start(self):
        self.relay = self.spawn("kith-relay", "operator", "run")
        self.wait_for(self.relay, "listening port=")
        return self.relay

    def wait_for(self, process, text, seconds=30):
        end = time.time() + seconds
        while time.time() < end:
            with open(process.log) as log:
                if text in log.read():
                    return
            check(process.poll() is None, f"ended with {process.returncode}: {open(process.log).read()}")
            time.sleep(0.02)
        raise Wrong(f"no '{text}' within {seconds} s: {open(process.log).read()}")

    def stop(self):
        self.relay.terminate()
        check(self.relay.wait(60) == 0, f"the relay ended with {self.relay.returncode}: {open(self.relay.log).read()[-2000:]}")

    def sync(self, name, codes=(0, 2)):
        return self.kith(name, "sync", "--no-discovery", codes=codes)

    def lacking(self, name):
        """How many changes of this laptop the relay has not acknowledged, by the laptop's receipts."""
        return json.loads(self.kith(name, "relay", "list", "--json").stdout)["relays"][0]["lacks"]

    def add(self, name, family):
        self.kith(name, "add", "contact", "given_name=Nieuw", f"family_name={family}")

    def families(self, name):
        rows = json.loads(self.kith(name, "list", "contact", "--json").stdout)["rows"]
        return {row["family_name"] for row in rows if row.get("family_name")}

    def verify(self):
        for report in json.loads(self.relay_command("verify", "--json").stdout)["spaces"]:
            check(report["faults"] == [], f"verify: {report['faults']}")

    def memory(self):
        """Resident bytes of the relay: now, and at most."""
        with open(f"/proc/{self.relay.pid}/status") as status:
            text = status.read()
        return tuple(int(re.search(rf"{key}:\s+(\d+) kB", text).group(1)) << 10 for key in ("VmRSS", "VmHWM"))

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()


# ---------------------------------------------------------------------------------------------------------------------------------------


def killed(scene, options):
    """kill -9 at random moments under load: nothing that a laptop has a receipt for is lost."""
    laptops = ["fatima", "jan", "sanne"]
    acknowledged, failures = set(), []
    lock, over = threading.Lock(), threading.Event()
    counts = {"synced": 0, "cut": 0}

    def work(name):
        number, mine = 0, set()
        try:
            while not over.is_set():
                number += 1
                family = f"Merk-{name}-{number}"
                scene.add(name, family)
                mine.add(family)
                done = scene.sync(name, codes=None)
                # Whatever became of the session: what the laptop has a receipt for must be there.
                if scene.lacking(name) == 0:
                    with lock:
                        acknowledged.update(mine)
                with lock:
                    counts["synced" if done.returncode in (0, 2) else "cut"] += 1
        except Exception as error:
            failures.append(error)

    scene.start()
    threads = [threading.Thread(target=work, args=(name,)) for name in laptops]
    for thread in threads:
        thread.start()
    chance = random.Random(7)
    for _ in range(options.kills):
        time.sleep(chance.uniform(0.02, 0.8))
        scene.relay.kill()
        scene.relay.wait()
        scene.start()
    over.set()
    for thread in threads:
        thread.join()
    check(not failures, f"{failures}")
    scene.stop()
    scene.verify()
    scene.start()
    # Somebody who was not there has it from the relay alone.
    scene.sync("ans")
    missing = acknowledged - scene.families("ans")
    check(not missing, f"{len(missing)} of {len(acknowledged)} acknowledged contacts are lost: {sorted(missing)[:5]}")
    check(acknowledged, "nothing was acknowledged, so nothing is shown")
    scene.stop()
    return f"{options.kills} kills, {counts['synced']} syncs, {counts['cut']} cut; {len(acknowledged)} acknowledged contacts, none lost"


def private_memory(scene, options):
    """No name of a person, laptop, space or column stands in the running relay's memory after syncs."""
    scene.start()
    scene.add("jan", "Zeldzaamstra")
    for name in ("jan", "fatima", "sanne", "jan"):
        scene.sync(name)
    with open(FIXTURES, encoding="utf-8-sig") as people:
        families = {row["Achternaam"] or "" for row in csv.DictReader(people, delimiter=";")}
    words = {word for word in families if len(word) > 5} | {
        "Zeldzaamstra", SPACE, "Doorgeefluik", "given_name", "family_name", "contact_point", *(Scene.label(name) for name in ("fatima", "jan", "sanne"))}
    patterns = {word: [word.encode(), word.encode("utf-16-le")] for word in words}
    # The search finds what is there: the relay's own log lines name devices by their ids.
    device = json.loads(scene.relay_command("devices", "--json").stdout)["devices"][0]["device"]
    control = [device.encode(), "session-ended".encode()]
    found, seen, byte_count, known = set(), set(), 0, {}

    def words_in(path):
        if path not in known:
            known[path] = set()
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    text = file.read()
                known[path] = {word for word, forms in patterns.items() if any(form in text for form in forms)}
        return known[path]

    try:
        open(f"/proc/{scene.relay.pid}/mem", "rb", 0).close()
    except PermissionError as error:
        return f"SKIPPED: no look into another process is permitted here ({error})"
    with open(f"/proc/{scene.relay.pid}/maps") as maps, open(f"/proc/{scene.relay.pid}/mem", "rb", 0) as memory:
        for line in maps:
            range_text, rights = line.split()[:2]
            if "r" not in rights or line.rstrip().endswith(("[vvar]", "[vsyscall]", "[vdso]")):
                continue
            # What is mapped from the program, its libraries and their tables has the words that they came with.
            words_of_file = words_in(line.split()[5]) if len(line.split()) > 5 else set()
            start, end = (int(part, 16) for part in range_text.split("-"))
            tail = b""
            while start < end:
                try:
                    memory.seek(start)
                    piece = memory.read(min(16 << 20, end - start))
                except (OSError, ValueError, OverflowError):
                    break
                if not piece:
                    break
                start += len(piece)
                byte_count += len(piece)
                piece = tail + piece
                found.update(word for word, forms in patterns.items() if word not in words_of_file and any(form in piece for form in forms))
                seen.update(form for form in control if form in piece)
                tail = piece[-256:]
    check(len(seen) == len(control), "the search does not even find what must be there")
    check(not found, f"the relay's memory holds {sorted(found)}")
    for folder, _, files in os.walk(scene.state):
        for file in files:
            # Only the request, which the operator makes, has a label: the relay's own.
            if file in ("relay.kithrequest", "admin.socket"):
                continue
            with open(os.path.join(folder, file), "rb") as content:
                text = content.read()
            for word, forms in patterns.items():
                check(not any(form in text for form in forms), f"{file} holds {word}")
    scene.stop()
    return f"{byte_count >> 20} MiB of every readable map searched for {len(words)} names as UTF-8 and UTF-16, and every file: none"


def hostile(scene, options):
    """Whoever does not speak Kith, or speaks it too slowly, keeps nobody away and takes no memory."""
    scene.start()
    scene.sync("jan")
    before, _ = scene.memory()
    worked = []

    def served(what):
        family = f"Onder-{what}"
        scene.add("jan", family)
        begun = time.time()
        scene.sync("jan", codes=(0,))
        worked.append(f"{what} {time.time() - begun:.1f} s")

    def connect(source, timeout=2.0):
        connection = socket.socket()
        connection.settimeout(timeout)
        connection.bind((source, 0))
        connection.connect(("127.0.0.1", scene.port))
        return connection

    def say(connection, text):
        try:
            connection.sendall(text)
        except OSError:
            pass

    held = []
    # A thousand connections from one address, which say nothing: half open.
    for _ in range(1000):
        try:
            held.append(connect("127.0.0.2"))
        except OSError:
            pass
    served("1000-silent")
    open_count = 0
    for connection in held:
        connection.setblocking(False)
        try:
            open_count += connection.recv(1) != b""
        except BlockingIOError:
            open_count += 1
        except OSError:
            pass
    check(open_count <= 64, f"{open_count} connections of one address stay open")
    # One byte a second of a TLS record that promises 16 kB.
    slow = [connect("127.0.0.3") for _ in range(60)]
    stopping = threading.Event()

    def drip():
        record = iter(b"\x16\x03\x01\x3f\xff\x01\x00\x3f\xfb\x03\x03" + bytes(64))
        while not stopping.wait(1):
            byte = bytes([next(record)])
            for connection in slow:
                say(connection, byte)

    dripping = threading.Thread(target=drip)
    dripping.start()
    served("slowloris")
    # HTTP, noise, and frames that promise more than any limit, before any handshake; some shut their half.
    chance = random.Random(11)
    texts = [
        b"GET / HTTP/1.1\r\nHost: relay\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"SSH-2.0-x\r\n", b"\xff" * 65536,
        b"\x16\x03\x03\xff\xff" + chance.randbytes(70000), b"\x01\xff\xff\xff\xff" + chance.randbytes(4096), b"",
    ]
    answered = 0
    for number in range(350):
        try:
            connection = connect(f"127.0.0.{10 + number % 40}", 0.5)
        except OSError:
            continue
        say(connection, texts[number % len(texts)])
        if number % 2:
            try:
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        if number % 50 == 0:
            served(f"noise-{number}")
        held.append(connection)
        if number % 7 == 0:
            try:
                # Plain HTTP gets a TLS alert at most, and nothing that says what this is.
                answered += len(connection.recv(4096)) > 64
            except OSError:
                pass
    check(answered == 0, "strangers are told more than an alert")
    # A flood before the handshake: as fast as it goes, for two seconds, from eight threads.
    over = time.time() + 2
    flooded = [0]

    def flood(source):
        while time.time() < over:
            try:
                connection = connect(source, 0.5)
                connection.sendall(chance.randbytes(200_000))
                connection.close()
            except OSError:
                pass
            flooded[0] += 1

    flooding = [threading.Thread(target=flood, args=(f"127.0.1.{number}",)) for number in range(8)]
    for thread in flooding:
        thread.start()
    served("flood")
    for thread in flooding:
        thread.join()
    stopping.set()
    dripping.join()
    for connection in held + slow:
        connection.close()
    after, most = scene.memory()
    check(most - before < 128 << 20, f"memory rose from {before >> 20} to {most >> 20} MiB")
    check(scene.relay.poll() is None, "the relay has ended")
    scene.sync("fatima")
    check(any(family.startswith("Onder-flood") for family in scene.families("fatima")), "what came meanwhile is not there")
    scene.stop()
    scene.verify()
    return (
        f"{open_count} of 1000 silent connections of one address kept, {flooded[0]} floods; memory {before >> 20} MiB before, "
        f"{most >> 20} at most, {after >> 20} after; served meanwhile: {', '.join(worked)}")


def two_relays(scene, options):
    """A second relay on the same store is refused, and harms nothing."""
    scene.start()
    other = scene.run("kith-relay", "operator", ["run", "--port", str(free_port()), "--json"], None)
    check(other.returncode == 1 and '"in-use"' in other.stderr, f"{other.returncode} {other.stderr}")
    scene.sync("jan", codes=(0, 2))
    scene.stop()
    return "the second one: in-use"


def full_disk(scene, options):
    """On a full disk nothing more is taken in, with a code; reading goes on; and it recovers by itself."""
    files = scene.folder + "/disk"
    os.mkdir(files)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", files], capture_output=True, text=True)
    if done.returncode != 0:
        return f"SKIPPED: no mount is permitted here ({done.stderr.strip()})"
    try:
        shutil.copytree(scene.state, files + "/state", dirs_exist_ok=True)
        os.chmod(files + "/state", 0o700)
        scene.state = files + "/state"
        scene.start()
        scene.sync("fatima")
        scene.sync("jan")
        scene.add("jan", "Voor-de-volle-schijf")
        scene.sync("jan")
        filler = files + "/filler"
        filling = os.open(filler, os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(filling, bytes(4096))
        except OSError:
            pass
        os.close(filling)
        # More than what the log's pages have room for.
        source = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) "
        replica = subprocess.run(
            ["sqlite3", f"{scene.folder}/jan/data/kith/buurthuis-zuidwest.kith",
             source + "insert into contact (given_name, extra_vcard) select 'Vol-' || i, hex(randomblob(200)) from n"], capture_output=True, text=True)
        check(replica.returncode == 0, replica.stderr)
        refused = scene.kith("jan", "sync", "--no-discovery", "--json", codes=(1,))
        check("full" in refused.stdout + refused.stderr, f"{refused.stdout}{refused.stderr}")
        # Reading: somebody who lacks something gets it.
        scene.sync("sanne", codes=(0, 2))
        check("Voor-de-volle-schijf" in scene.families("sanne"), "reading does not go on")
        os.remove(filler)
        subprocess.run(["mount", "-o", "remount,size=64m", files], check=True)
        end = time.time() + 40
        while scene.sync("jan", codes=None).returncode == 1:
            check(time.time() < end, "it does not recover")
            time.sleep(1)
        check(scene.lacking("jan") == 0, "it does not take in what it refused")
        scene.stop()
        scene.verify()
    finally:
        for process in scene.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        subprocess.run(["umount", files])
    return "refused with full, read meanwhile, recovered when there was room"


def watched(scene, options):
    """Two laptops stay connected: an edit of one appears on the other, also after the relay was away."""
    scene.start()
    watchers = [scene.spawn("kith", name, "watch", "--json") for name in ("fatima", "jan")]
    for process in watchers:
        scene.wait_for(process, "connected")
    delays = []

    def appears(family):
        subprocess.run(
            ["sqlite3", f"{scene.folder}/fatima/data/kith/buurthuis-zuidwest.kith",
             f"pragma busy_timeout = 5000; insert into contact (given_name, family_name) values ('Nieuw', '{family}')"], check=True, capture_output=True)
        begun = time.time()
        while True:
            found = subprocess.run(
                ["sqlite3", f"{scene.folder}/jan/data/kith/buurthuis-zuidwest.kith", f"select count(*) from contact where family_name = '{family}'"],
                capture_output=True, text=True)
            if found.stdout.strip() == "1":
                break
            check(time.time() - begun < 20, f"{family} does not appear: {[open(process.log).read()[-1500:] for process in watchers]}")
            time.sleep(0.05)
        delays.append(time.time() - begun)

    appears("Eerste-blik")
    scene.stop()
    scene.start()
    appears("Na-de-herstart")
    scene.relay.kill()
    scene.relay.wait()
    scene.start()
    appears("Na-de-klap")
    for process in watchers:
        process.terminate()
        check(process.wait(20) in (0, 2), f"watch ended with {process.returncode}")
    scene.stop()
    return "edits appeared after " + ", ".join(f"{delay:.1f} s" for delay in delays) + " (at first, after a restart, after a kill)"


def neighbours(build, folder):
    """Two laptops in namespaces of their own find each other on a wire by multicast: with both protocols, and with IPv6 alone."""
    names = [f"kith{os.getpid()}{side}" for side in "ab"]
    if not shutil.which("ip"):
        return "SKIPPED: there is no ip(8) here"
    done = subprocess.run(["ip", "netns", "add", names[0]], capture_output=True, text=True)
    if done.returncode != 0:
        return f"SKIPPED: no network namespaces are permitted here ({done.stderr.strip()})"

    def inside(side, *command):
        subprocess.run(["ip", "netns", "exec", names[side], *command], check=True, capture_output=True)

    def output(side, *command):
        return subprocess.run(["ip", "netns", "exec", names[side], *command], check=True, capture_output=True, text=True).stdout

    def wait_until(holds):
        limit = time.time() + 10
        while not holds():
            check(time.time() < limit, "the wire between the namespaces does not come up")
            time.sleep(0.02)

    said = []
    try:
        subprocess.run(["ip", "netns", "add", names[1]], check=True)
        subprocess.run(["ip", "link", "add", "wire", "netns", names[0], "type", "veth", "peer", "name", "wire", "netns", names[1]], check=True)
        for side in (0, 1):
            inside(side, "ip", "link", "set", "lo", "up")
            for setting in ("disable_ipv6", "accept_dad"):
                inside(side, "sh", "-c", f"echo 0 > /proc/sys/net/ipv6/conf/wire/{setting} || true")
            inside(side, "ip", "link", "set", "wire", "up")
        # The wire carries and the addresses are there some milliseconds after both ends are up.
        for side in (0, 1):
            wait_until(lambda: "state UP" in output(side, "ip", "link", "show", "wire")
                       and "fe80" in output(side, "ip", "-6", "addr", "show", "dev", "wire", "-tentative"))
        scene = Scene(build, folder, ["fatima", "jan"])
        for name in ("fatima", "jan"):
            scene.kith(name, "relay", "remove", scene.device[-7:])
        for round_number, kind in enumerate(("IPv6", "IPv4")):
            if kind == "IPv4":
                for side in (0, 1):
                    inside(side, "ip", "-6", "addr", "flush", "dev", "wire")
                    inside(side, "ip", "addr", "add", f"192.168.77.{side + 1}/24", "dev", "wire")
            family = f"Buur-{kind}"
            scene.add("fatima", family)
            scene.prefix = ["ip", "netns", "exec", names[0]]
            listening = scene.spawn("kith", "fatima", "listen", "--json")
            scene.wait_for(listening, "listening")
            begun = time.time()
            done = subprocess.run(
                ["ip", "netns", "exec", names[1], f"{build}/kith", "sync", "--json"], env=scene.environment("jan"), capture_output=True, text=True)
            check(done.returncode in (0, 2), f"{kind}: {done.returncode} {done.stdout}{done.stderr} {open(listening.log).read()}")
            said.append(f"{kind} {time.time() - begun:.1f} s")
            check(family in scene.families("jan"), f"{kind}: nothing came")
            listening.terminate()
            listening.wait()
        scene.close()
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return "found and synced: " + ", ".join(said)


TESTS = {"killed": killed, "memory": private_memory, "hostile": hostile, "two-relays": two_relays, "full-disk": full_disk, "watched": watched}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit[1], 4096), limit[1]))
    failed = False
    for name in [*TESTS, "neighbours"]:
        if options.only and name not in options.only:
            continue
        folder = tempfile.mkdtemp(prefix="kith-relay-program-")
        begun = time.time()
        scene = None
        try:
            if name == "neighbours":
                said = neighbours(build, folder)
            else:
                scene = Scene(build, folder, ["fatima", "jan", "sanne", "ans"])
                said = TESTS[name](scene, options)
            print(f"ok      {name}: {said} ({time.time() - begun:.0f} s)", flush=True)
        except (Wrong, subprocess.SubprocessError, OSError) as error:
            failed = True
            print(f"FAILED  {name}: {error}", flush=True)
            if scene and scene.relay:
                print(open(scene.relay.log).read()[-3000:], flush=True)
        finally:
            if scene:
                scene.close()
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
