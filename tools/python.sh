# Read by ./run and ./test: sets `checkout` to the folder of the code and `python` to a Python 3.11 or later.

checkout=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
python=''
without_venv=''
for candidate in "$checkout/.venv/bin/python" python3 python3.13 python3.12 python3.11 python3.14 python; do
    # Asked by running it, because a name on the PATH may be a stand-in for a Python that is not installed.
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        python=$candidate
        break
    fi
    without_venv=${without_venv:-$candidate}
done

if [ -z "$python" ] && [ -n "$without_venv" ]; then
    version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "Python $version is here without its module venv; install that (Debian, Ubuntu: apt install python$version-venv) and start again." >&2
    exit 1
fi
if [ -z "$python" ]; then
    found=$(python3 -c 'import platform; print("Python " + platform.python_version())' 2>/dev/null || echo "no Python")
    echo "Manyplaces needs Python 3.11 or later, and this machine has $found; install a newer one (https://www.python.org/downloads/) and start again." >&2
    exit 1
fi
