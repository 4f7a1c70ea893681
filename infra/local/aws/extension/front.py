"""What every request passes before moto sees it.

/slipway/... goes to control.py. An AWS call is logged, may meet a fault that a
test has armed, and is handed to moto with a plain Authorization header when it
was presigned.
"""

import io
import socket
import time

from . import calls, faults, sts

# Seconds that an answer takes at least. Nothing at AWS is faster, and the Go
# SDK does not expect it: smithy-go closes a request's body when the answer
# begins; should Go's transport not yet be done with its last look at that
# body, it takes the end for a failed write and closes the connection under
# the answer. Over loopback, on a busy machine, that is one call in a thousand.
FASTEST = 0.003


class Front:
    def __init__(self, aws, control):
        self._aws, self._control = aws, control

    def __call__(self, environ, start_response):
        if environ.get("PATH_INFO", "").startswith("/slipway/"):
            return self._control(environ, start_response)
        body = _buffered(environ)
        refused = sts.unsigned(environ)
        if refused:
            return _answer(start_response, *refused)
        began = time.monotonic()
        entry = calls.begin(environ, body)
        fault = faults.next_for(entry["service"], entry["action"])
        if fault and fault["kind"] == "error":
            status = int(fault.get("status", 503))
            calls.end(entry, status)
            return _answer(start_response, status, *faults.error_body(environ, fault))
        status, headers, payload = self._call(environ)
        time.sleep(max(0.0, began + FASTEST - time.monotonic()))
        calls.end(entry, status)
        if fault and fault["kind"] == "lost":
            _hang_up(environ)
        if fault:
            return _answer(start_response, 500, "text/plain", b"the answer was lost, on request")
        status, headers, payload = sts.as_accepted(environ, entry, status, headers, payload)
        start_response(_line(status), headers)
        return [payload]

    def _call(self, environ):
        """moto's whole answer: (status, headers, body)."""
        said = {}

        def start_response(status, headers, exc_info=None):
            said.update(status=int(status.split(" ")[0]), headers=headers)

        chunks = self._aws(environ, start_response)
        try:
            payload = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return said["status"], said["headers"], payload


def _buffered(environ):
    """The body, read once and put back for moto."""
    length = environ.get("CONTENT_LENGTH")
    if not length:
        return b""  # none, or chunked: moto reads that by itself
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _answer(start_response, status, content_type, body):
    start_response(_line(status), [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def _line(status):
    return f"{status} {'OK' if status < 400 else 'Error'}"


def _hang_up(environ):
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("the answer is lost, on request")  # the server takes it for a client gone
