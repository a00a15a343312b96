"""The world outside in small: Twilio, the Realtime API and a phone, for play and for tests.

Nothing of it can be imported where TABLESIDE_ENV is production.
"""

import os

if os.environ.get("TABLESIDE_ENV", "").strip("'\" ").lower() == "production":
    raise ImportError(
        "TABLESIDE_ENV is production, and production has no sandbox: set it to development to play"
    )
