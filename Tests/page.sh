#!/bin/sh
# page.sh PROGRAM FOLDER [CASE…]: Tests/page.py with what it needs: chromium from Debian, playwright and axe from PyPI, in a Python of their own
# in FOLDER. What cannot be had is said, and fails: nothing is left out in silence.
set -eu
program=$1 folder=$2
shift 2
tests=$(dirname "$0")
python=$folder/venv/bin/python
missing() {
    echo "make test-page: $1. Without a network both must be there already: Debian's chromium, and in $folder/venv playwright and axe-playwright-python." >&2
    exit 1
}
chromium=
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || chromium=chromium
# Its page speaks by these letters on a machine without any.
sh "$tests/packages.sh" $chromium fonts-urw-base35 fontconfig python3-venv || missing "no chromium can be installed from Debian's packages"
if ! "$python" -c 'import axe_playwright_python, playwright' 2>/dev/null; then
    rm -rf "$folder/venv"
    # Debian's own Python, which python3-venv belongs to; else whichever there is.
    "$([ -x /usr/bin/python3 ] && echo /usr/bin/python3 || echo python3)" -m venv "$folder/venv" || missing "no folder of Python packages can be made"
    "$folder/venv/bin/pip" install -q --disable-pip-version-check 'playwright==1.65.*' 'axe-playwright-python==0.1.*' || missing "playwright and axe-playwright-python cannot be had from PyPI"
fi
exec "$python" -u "$tests/page.py" "$program" "$folder/pictures" "$@"
