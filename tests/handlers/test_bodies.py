"""A body that comes in chunks says nothing of its size: it is refused all the same."""

from base64 import b64encode
from io import BytesIO

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from handlers import ai, verifying
from handlers.console import mounted
from tests.handlers.web import whole_app
from whatsapp.signature import SIGNATURE

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SIGNED = [(SIGNATURE, b64encode(b"x" * 20).decode())]


@pytest.mark.parametrize(
    ("path", "most", "content_type"),
    [
        ("/ai/say", ai.MAX_BODY, JSON),
        ("/whatsapp", verifying.MAX_BODY, FORM),
        ("/whatsapp/status", verifying.MAX_BODY, FORM),
        ("/calls", verifying.MAX_BODY, FORM),
        ("/calls/status", verifying.MAX_BODY, FORM),
        ("/console/sign-in", mounted.MOST_BYTES, FORM),
    ],
)
def test_what_is_larger_than_it_may_be_is_told_so(
    sqlite_url: str, path: str, most: int, content_type: str
) -> None:
    def status(size: int) -> int:
        environ = EnvironBuilder(
            path, method="POST", content_type=content_type, headers=SIGNED
        ).get_environ()
        environ["REMOTE_ADDR"] = "127.0.0.1"
        environ |= {"wsgi.input": BytesIO(b"x" * size), "wsgi.input_terminated": True}
        environ.pop("CONTENT_LENGTH", None)
        return int(run_wsgi_app(app.wsgi_app, environ)[1][:3])

    with whole_app(sqlite_url) as app:
        assert status(most + 1) == 413
        assert status(most) in {400, 403}
