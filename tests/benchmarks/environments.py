"""Where runs take place, and the peers' virtual environments beside ours.

Each of these is from PyPI, once, in the versions named here.
"""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

# On a disc whose syncs stall, a folder in memory tells more of the service.
CACHE = Path(os.environ.get("BENCH_FOLDER") or Path(__file__).parents[2] / ".bench")
INSTALL_S = 600
REASON_LENGTH = 200  # characters

REQUIREMENTS = {
    "pywa": (
        "pywa==4.5.0",
        "flask==3.1.3",
        "gevent==26.9.0",
        "gunicorn==27.0.1",
        "packaging==26.3",
        "websocket-client==1.9.2",
    ),
    "openai-agents": (
        "openai-agents==0.24.0",
        "python-multipart==0.0.34",
        "requests==2.34.2",
        "starlette==1.10.0",
        "twilio==9.13.0",
        "uvicorn==0.54.0",
        "websocket-client==1.9.2",
    ),
}


class NotInstalledError(Exception):
    """Why a peer can't be measured."""


def installed(name: str, cache: Path) -> Path:
    """The folder of a peer's programs, installed if it is not yet. Raises NotInstalledError."""
    requirements = REQUIREMENTS[name]
    digest = sha256("\n".join((sys.version, *requirements)).encode()).hexdigest()[:8]
    folder = cache / f"{name}-{digest}"
    if not (folder / "installed").exists():
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *requirements,
        )
        (folder / "installed").touch()
    return folder / "bin"


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_S)
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if line.strip()]
        raise NotInstalledError(
            (lines or [f"exit code {error.returncode}"])[-1][:REASON_LENGTH]
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalledError(type(error).__name__) from None
