"""`python -m tests.benchmarks [name...]`: what things cost on this machine. It prints figures and asserts nothing."""

import sys
from collections.abc import Callable

from tests.benchmarks import messages, realtime

BENCHMARKS: dict[str, Callable[[], None]] = {
    "realtime": realtime.run,
    "messages": messages.run,
}


def main() -> None:
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.")
    for name in names:
        print(f"\n== {name} ==\n")
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
