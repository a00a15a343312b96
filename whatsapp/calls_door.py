"""A call that goes on, at Twilio: it is ended, or told to go on in another way.

https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource. A call that is over
already is no error. Each call raises SendError.
"""

import re
from collections.abc import Mapping

from whatsapp.host import GONE, Host, SendError

# "Call is not in-progress": it ended a moment ago, and what it was told came too late.
NOT_IN_PROGRESS = 21220
SID = re.compile(r"\w{1,64}", re.ASCII)


class CallsDoor:
    def __init__(self, account_path: str, api: Host) -> None:
        self._calls = f"{account_path}/Calls"
        self._api = api

    def hang_up(self, call_sid: str) -> None:
        self._update(call_sid, {"Status": "completed"})

    def redirect(self, call_sid: str, twiml: str) -> None:
        """It leaves our websocket, and does what `twiml` says."""
        self._update(call_sid, {"Twiml": twiml})

    def _update(self, call_sid: str, form: Mapping[str, str]) -> None:
        if not SID.fullmatch(call_sid):
            raise SendError("a call's SID that is none", permanent=True)
        try:
            self._api.post(f"{self._calls}/{call_sid}.json", form)
        except SendError as error:
            if error.code not in {*GONE, NOT_IN_PROGRESS}:
                raise
