"""Write requirements.lock from requirements.txt: the version of every package that is installed.

Versions in the lock that still do are kept; --upgrade takes the newest. The packages come from the
index that pip is configured with, and no address of one stands in the lock.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Every package of the environment, with its version; from requirements.txt by `make lock`.
# Install it with: pip install --no-deps -r requirements.lock
# made from: {digest}
"""


def asked(requirements: str) -> list[str]:
    """Give the lines that ask for a package, without comments."""
    lines = [line.split("#")[0].strip() for line in requirements.splitlines()]
    return [line for line in lines if line]


def digest(requirements: str) -> str:
    """Give what the lock remembers of the requirements that it was made from."""
    return hashlib.sha256("\n".join(asked(requirements)).encode()).hexdigest()


def index() -> dict[str, str]:
    """Give uv, which does not read pip's configuration, the index that pip asks."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r"(?m)^[^.=]+\.index-url='(.*)'$", listed)
    return {"UV_DEFAULT_INDEX": found[-1]} if found else {}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    arguments = parser.parse_args(argv)
    command = [sys.executable, "-m", "uv", "pip", "compile", "requirements.txt", "--quiet"]
    command += ["--output-file", "requirements.lock", "--universal", "--python-version", "3.11"]
    command += ["--fork-strategy", "fewest", "--annotation-style", "line", "--no-header"]
    command += ["--upgrade"] if arguments.upgrade else []
    subprocess.run(command, cwd=ROOT, env={**index(), **os.environ}, check=True)
    lock = ROOT / "requirements.lock"
    header = HEADER.format(digest=digest((ROOT / "requirements.txt").read_text(encoding="utf-8")))
    text = header + lock.read_text(encoding="utf-8")
    lock.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
