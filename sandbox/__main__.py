"""`python -m sandbox`: the stand-ins as a process of their own,
for tests and for a service that was started elsewhere.
"""

import argparse
import gc
import json
import signal
import sys
from threading import Event

from sandbox.server import Sandbox

DEFAULT_NUMBERS = ["whatsapp:+14155238886=Kigali", "whatsapp:+35699112233=Valletta"]


def main() -> None:
    """Start, print addresses and credentials as one JSON object, serve until SIGINT or SIGTERM."""
    arguments = _arguments()
    stopped = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    numbers = [
        (number, name) for number, _, name in (each.partition("=") for each in arguments.number)
    ]
    sandbox = Sandbox(
        lambda: numbers,
        webhook_url=arguments.webhook_url,
        port=arguments.port,
        realtime_port=arguments.realtime_port,
        account_sid=arguments.account_sid,
        auth_token=arguments.auth_token,
        api_key=arguments.api_key,
    )
    sandbox.start()
    # What was imported is here to stay, and not looked through for garbage, at the end neither.
    gc.freeze()
    _tell(sandbox)
    # With a time-out: a wait without one would keep a signal from being seen
    # where threads are greenlets.
    while not stopped.wait(0.2):
        pass
    sandbox.close()


def _tell(sandbox: Sandbox) -> None:
    told = {
        "TWILIO_API_BASE_URL": sandbox.twilio_url,
        "TWILIO_ACCOUNT_SID": sandbox.account_sid,
        "TWILIO_AUTH_TOKEN": sandbox.auth_token,
        "OPENAI_REALTIME_ENDPOINT": sandbox.realtime_url,
        "OPENAI_API_KEY": sandbox.api_key,
        "phone": f"{sandbox.twilio_url}/phone",
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument(
        "--webhook-url",
        default="http://127.0.0.1:8787/whatsapp",
        help="where a diner's message is posted",
    )
    parser.add_argument("--port", type=int, default=0, help="of Twilio's REST API and the phone")
    parser.add_argument("--realtime-port", type=int, default=0, help="of the Realtime API")
    parser.add_argument(
        "--number",
        nargs="+",
        default=DEFAULT_NUMBERS,
        metavar="ADDRESS=NAME",
        help="who can be written to",
    )
    parser.add_argument("--account-sid")
    parser.add_argument("--auth-token")
    parser.add_argument("--api-key")
    return parser.parse_args()


if __name__ == "__main__":
    main()
