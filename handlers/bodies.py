"""A request's body, which is refused where it is too large, whatever the caller says of its size.

How large it may be is each page's own.
"""

from io import BytesIO
from typing import IO

import flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import cached_property


class Request(flask.Request):
    @cached_property
    def stream(self) -> IO[bytes]:
        """Of a body that comes in chunks, Werkzeug would keep what is within the limit."""
        most = self.max_content_length
        is_sized = self.content_length is not None
        if is_sized or most is None or "wsgi.input_terminated" not in self.environ:
            return super().stream
        body = self.environ["wsgi.input"].read(most + 1)
        if len(body) > most:
            raise RequestEntityTooLarge
        return BytesIO(body)
