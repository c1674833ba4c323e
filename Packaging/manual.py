#!/usr/bin/env python3
"""usage: manual.py SECTION DATE LANGUAGE < HELP   writes the manual page of a program, from what it says of itself.

HELP is what `PROGRAM --experimental-dump-help` prints in that language (nl or en): every command, its arguments, and its text. Text that does not
begin with "{" is a plain help text, with the program's name as the environment variable PROGRAM: it is shown as it is.
"""
import json, os, re, sys

WORDS = {
    "en": {"name": "NAME", "synopsis": "SYNOPSIS", "description": "DESCRIPTION", "options": "OPTIONS", "commands": "COMMANDS", "files": "FILES",
           "see": "SEE ALSO", "command": "command", "argument": "argument", "manual": "Kith", "default": "without a command:",
           "values": "one of:", "replica": "This laptop's list, and beside it its keys.", "relay": "The relay's keys, and the community lists that it passes on.",
           "settings": "The relay's settings; the file explains itself.", "papers": "The documents."},
    "nl": {"name": "NAAM", "synopsis": "OVERZICHT", "description": "BESCHRIJVING", "options": "OPTIES", "commands": "OPDRACHTEN", "files": "BESTANDEN",
           "see": "ZIE OOK", "command": "opdracht", "argument": "argument", "manual": "Kith", "default": "zonder opdracht:",
           "values": "een van:", "replica": "De lijst op deze laptop, met haar sleutels ernaast.", "relay": "De sleutels van de doorgeefserver, en de buurtlijsten die hij doorgeeft.",
           "settings": "De instellingen van de doorgeefserver; het bestand legt zichzelf uit.", "papers": "De documenten (Engels)."},
}
COMMON = {"version", "help"}


def literal(text):
    """Text of which every character is itself, as typed in a terminal."""
    for character, name in (("\\", "\\e"), ("-", "\\-"), ("'", "\\(aq"), ("`", "\\(ga"), ("~", "\\(ti"), ("^", "\\(ha")):
        text = text.replace(character, name)
    return "\\&" + text if text.startswith(".") else text


def prose(text):
    """Running text: options and quoted commands are literal, a hyphen within words stays one."""
    parts = re.split(r"('[^'\n]{2,}'|(?<![\w-])--?[a-z][\w-]*|~[/\w.-]+)", text)
    text = "".join(literal(part) if at % 2 else part.replace("\\", "\\e").replace("'", "\\(cq").replace("~", "\\(ti") for at, part in enumerate(parts))
    return "\\&" + text if text[:1] in (".", "'") else text


def paragraphs(text):
    """Paragraphs, of which those with lines of their own keep them."""
    for paragraph in (text or "").strip("\n").split("\n\n"):
        if not paragraph.strip(): continue
        yield ".PP"
        lines = paragraph.split("\n")
        # A line that is longer than a page is wide is running text, between examples too.
        runs = [len(lines) == 1 or len(line) > 90 and "  " not in line for line in lines]
        for at, (line, runs_on) in enumerate(zip(lines, runs)):
            if runs_on:
                yield from ([".br"] if at else []) + [prose(line)]
            else:
                if at == 0 or runs[at - 1]: yield ".nf"
                yield literal(line)
                if at + 1 == len(lines) or runs[at + 1]: yield ".fi"


def name_of(argument):
    names = argument.get("names") or []
    return ", ".join(("-" if n["kind"] == "short" else "--") + n["name"] for n in sorted(names, key=lambda n: n["kind"] != "short"))


def synopsis(path, command, words):
    """One line such as `kith bundle export <file> [--since <days>]`."""
    out = [" ".join(path)]
    if command.get("subcommands"): return f"{out[0]} <{words['command']}>"
    for argument in shown(command):
        value = f"<{argument.get('valueName', '')}>"
        text = value if argument["kind"] == "positional" else name_of(argument).split(", ")[-1]
        if argument["kind"] == "option": text += " " + value
        if argument.get("isRepeating"): text += " ..."
        out.append(f"[{text}]" if argument.get("isOptional") else text)
    return " ".join(out)


def shown(command, common=False):
    for argument in command.get("arguments", []):
        is_common = any(n["name"] in COMMON for n in argument.get("names") or [])
        if argument.get("shouldDisplay", True) and is_common == common: yield argument


def described(arguments, words):
    for argument in arguments:
        value = f"<{argument.get('valueName', '')}>"
        term = {"positional": value, "flag": name_of(argument)}.get(argument["kind"], f"{name_of(argument)} {value}")
        text = argument.get("abstract") or ""
        if argument.get("allValues"): text += f" ({words['values']} {', '.join(argument['allValues'])})"
        yield from (".TP", f"\\fB{literal(term)}\\fR", prose(text) or "\\&")


def commands(path, command, words):
    for sub in command.get("subcommands", []):
        if not sub.get("shouldDisplay", True) or sub["commandName"] == "help": continue
        way = path + [sub["commandName"]]
        yield f'.SS "{literal(synopsis(way, sub, words))}"'
        yield prose(sub.get("abstract") or "") or "\\&"
        if sub.get("defaultSubcommand"): yield from (".PP", prose(f"({words['default']} '{' '.join(way + [sub['defaultSubcommand']])}')"))
        yield from paragraphs(sub.get("discussion"))
        yield from described(shown(sub), words)
        yield from commands(way, sub, words)


def page(section, date, language, source):
    words = WORDS[language]
    if source.lstrip().startswith("{"):
        top = json.loads(source)["command"]
        name, abstract, version = top["commandName"], top["abstract"], os.environ["VERSION"]
        body = [f".SH {words['synopsis']}", f".B {literal(name)}", f".I {words['command']}", f".RI [ {words['argument']} ...]",
                f".SH {words['description']}", *paragraphs(top.get("discussion")), f".SH {words['options']}", *described(shown(top, common=True), words),
                f".SH {words['commands']}", *commands([name], top, words)]
    else:
        name, version = os.environ["PROGRAM"], os.environ["VERSION"]
        usage, text = source.strip("\n").split("\n\n", 1)
        abstract = text.split(".")[0].replace("\n", " ")
        body = [f".SH {words['synopsis']}", ".nf", literal(usage.split(": ", 1)[1]), ".fi", f".SH {words['description']}", ".nf", *map(literal, text.split("\n")), ".fi"]
    files = {"kith": [("~/.local/share/kith", "replica")], "kith-relay": [("/var/lib/kith-relay", "relay"), ("/etc/kith-relay/config.json", "settings")]}.get(name, [])
    files.append(("/usr/share/doc/kith", "papers"))
    others = [other for other in ("kith", "kith-relay", "kith-rescue") if other != name]
    return "\n".join([
        f'.TH {literal(name.upper())} {section} "{date}" "Kith {version}" "{words["manual"]}"',
        # Two words in a row that are wider than a line are no fault of the page.
        ".ad l", ".nh",
        f".SH {words['name']}", f"{literal(name)} \\- {prose(abstract.rstrip('.'))}", *body,
        f".SH {words['files']}", *(line for path, key in files for line in (".TP", f"\\fI{literal(path)}\\fR", prose(words[key]))),
        f".SH {words['see']}", ", ".join(f"\\fB{literal(other)}\\fR(1)" for other in others)]) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[3] not in WORDS: sys.exit(__doc__)
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.write(page(sys.argv[1], sys.argv[2], sys.argv[3], sys.stdin.read()))
