"""`python -m tests.advisories`: whether a package of the requirements is known to be unsafe.

pip-audit asks; where nobody can be asked, one line says so, and that is no failure.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TIMEOUT_S = 10  # for each answer
WITHIN_S = 120  # for all of them
# What a library says where there is no way out.
UNREACHABLE = ("Connection", "Could not connect", "Max retries", "timed out", "ServiceError")
NOBODY = "pip-audit: the advisories can't be reached from here; nothing was audited."


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off"]
    command += ["--no-deps", "--disable-pip", f"--timeout={TIMEOUT_S}"]
    for file in sorted(ROOT.glob("requirements*.txt")):
        command += ["--requirement", str(file)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired:
        print(NOBODY)
        return 0
    code, told = verdict(done.stdout, done.stderr)
    print(told)
    return code


def verdict(answer: str, complaint: str) -> tuple[int, str]:
    """The exit code and what to say, by pip-audit's JSON and what it complained of beside it."""
    if not answer.strip():
        is_away = any(each in complaint for each in UNREACHABLE)
        return (0, NOBODY) if is_away else (1, f"pip-audit failed:\n{complaint.strip()}")
    packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    unsafe = [_finding(each) for each in packages if each.get("vulns")]
    if unsafe:
        return 1, "\n".join([*dict.fromkeys(unsafe), "Raise them: make lock ARGS=--upgrade."])
    unknown = {each["name"] for each in packages if "skip_reason" in each}
    known = {each["name"] for each in packages} - unknown
    if not known:
        return 0, NOBODY
    told = f"pip-audit: nothing is known against {len(known)} packages"
    return 0, told + (f"; {len(unknown)} are not listed." if unknown else ".")


def _finding(package: dict[str, Any]) -> str:
    known = ", ".join(
        each["id"] + (f" (mended in {each['fix_versions'][-1]})" if each["fix_versions"] else "")
        for each in package["vulns"]
    )
    return f"{package['name']} {package['version']} is unsafe: {known}"


if __name__ == "__main__":
    sys.exit(main())
