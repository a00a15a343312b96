"""`python -m tests.secret_scan`: whether a key has got into a file.

detect-secrets knows their forms. It reads what git keeps and what it would keep, never `.env`, and
says where, never what. What only looks like a secret stands in `not_secrets.txt`.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import scan_line
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).parents[1]
ALLOWED = Path(__file__).parent / "not_secrets.txt"
# Full of libraries' hashes.
LEFT_OUT = "requirements"
# They go by names and by nothing but chance: code is full of what they find.
TOO_EAGER = {"Base64HighEntropyString", "IPPublicDetector", "KeywordDetector"}
KNOWN: dict[str, Any] = get_mapping_from_secret_type_to_class()
PLUGINS = [{"name": each.__name__} for each in KNOWN.values() if each.__name__ not in TOO_EAGER]
LEAST = 20  # characters; below, letters and figures of no meaning are a word or a number
LEAST_PASSWORD = 8  # of an address; what hosts make is longer, what samples show shorter
# A line without any of these is not looked at: it is what makes the scan quick.
WORTH_A_LOOK = re.compile(
    r"-----BEGIN|://[^/\s:@]+:[^/\s@]+@|(?=[A-Za-z_+/=-]{0,60}[0-9])[A-Za-z0-9_+/=-]{20,}"
)
# Tests are full of made-up ids: there, what means nothing is a secret where its line says so.
TESTS = "tests"
NAMES_ONE = re.compile(r"(?i)key|token|secret|auth|passw")
# Newer than the library's own form of them.
OPENAI = re.compile(r"\bsk-(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{20,}")


def main() -> int:
    found = list(findings(_files(), _allowed()))
    for where, kind in found:
        print(f"{where}: looks like a secret ({kind})")
    if found:
        print(f"Take it out, and change it; a sample goes into {ALLOWED.relative_to(ROOT)}.")
    return bool(found)


def findings(files: Sequence[Path], allowed: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Where something is that none of `allowed` is part of, and of what kind."""
    with transient_settings({"plugins_used": PLUGINS}):
        for file in files:
            for number, line in enumerate(_lines(file), start=1):
                secrets = _secrets(line, is_tests=TESTS in file.parts)
                kinds = {kind for kind, value in secrets if value not in allowed}
                yield from ((f"{file}:{number}", kind) for kind in sorted(kinds))


def _secrets(line: str, *, is_tests: bool) -> Iterator[tuple[str, str]]:
    if not WORTH_A_LOOK.search(line):
        return
    is_named = bool(NAMES_ONE.search(line)) or not is_tests
    for found in scan_line(line):
        value = str(found.secret_value)
        if "Basic Auth" in found.type:
            counts = len(value) >= LEAST_PASSWORD
        else:
            counts = "Entropy" not in found.type or (is_named and len(value) >= LEAST)
        if counts:
            yield found.type, value
    for key in OPENAI.findall(line):
        yield "OpenAI key", key


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return []  # a picture, or what is deleted and not yet committed


def _files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in listed.splitlines() if not name.startswith(LEFT_OUT)]


def _allowed() -> frozenset[str]:
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


if __name__ == "__main__":
    sys.exit(main())
