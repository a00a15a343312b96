"""A request's body, which is refused where it is too large, whatever the caller says of its size.

One whose chunks are malformed is refused too. How large it may be is each page's own.
"""

from io import BytesIO
from typing import IO

import flask
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.utils import cached_property


class Request(flask.Request):
    @cached_property
    def stream(self) -> IO[bytes]:
        """Of a body that comes in chunks, Werkzeug would keep what is within the limit."""
        most = self.max_content_length
        is_sized = self.content_length is not None
        if is_sized or most is None or "wsgi.input_terminated" not in self.environ:
            return super().stream
        try:
            body = self.environ["wsgi.input"].read(most + 1)
        except ValueError as error:
            raise BadRequest(str(error)) from error
        if len(body) > most:
            raise RequestEntityTooLarge
        return BytesIO(body)
