"""Calls that go wrong on request.

    POST /slipway/faults  {"service": "ec2", "action": "CreateFleet", "kind": "lost", "count": 1}

Kinds: "lost" carries the call out and then closes the connection unanswered;
"answer500" carries it out and answers 500; "error" answers `status` with
`code` and `message` and carries nothing out. Each holds for the next `count`
calls of the action (1 by default); "*" as action means any.
"""

import json
import threading
import xml.sax.saxutils

_KINDS = ("lost", "answer500", "error")
_LOCK = threading.Lock()
_armed = []


def arm(fault):
    if fault.get("kind") not in _KINDS:
        raise ValueError(f"kind {fault.get('kind')!r} is none of {', '.join(_KINDS)}")
    with _LOCK:
        _armed.append({"action": "*", "count": 1, **fault})
        return list(_armed)


def armed():
    with _LOCK:
        return [dict(f) for f in _armed]


def next_for(service, action):
    """The fault that this call must meet, used up by it; None for most."""
    with _LOCK:
        for fault in _armed:
            if fault.get("service", service) == service and fault["action"] in ("*", action):
                fault["count"] -= 1
                if fault["count"] <= 0:
                    _armed.remove(fault)
                return dict(fault)
    return None


def reset():
    with _LOCK:
        _armed.clear()


def error_body(environ, fault):
    """(content type, body) of an "error" fault in the wire format of the caller."""
    code, message = fault.get("code", "RequestLimitExceeded"), fault.get("message", "Request limit exceeded.")
    content_type = environ.get("CONTENT_TYPE", "")
    if "json" in content_type:
        return content_type, json.dumps({"__type": code, "message": message}).encode()
    c, m = xml.sax.saxutils.escape(code), xml.sax.saxutils.escape(message)
    if fault.get("service") == "ec2":
        text = "<Response><Errors>{}</Errors><RequestID>slipway</RequestID></Response>"
    else:
        text = "<ErrorResponse>{}<RequestId>slipway</RequestId></ErrorResponse>"
    text = text.format(f"<Error><Code>{c}</Code><Message>{m}</Message></Error>")
    return "text/xml", text.encode()
