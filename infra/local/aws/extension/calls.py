"""A log of every AWS call: what was asked, when, and when it was answered.

The benchmark and the demo's timeline read it:

    GET /slipway/calls?since=17   the calls after number 17, oldest first

Times are milliseconds since the epoch, with fractions. The last 100,000 calls
are kept.
"""

import collections
import itertools
import json
import threading
import time
import urllib.parse

from moto.core.request import Request
from moto.core.routing import get_service_router

_KEPT = 100_000
_LOCK = threading.Lock()
_log = collections.deque(maxlen=_KEPT)
_numbers = itertools.count(1)

# The parameters that are worth a place in the log, by action.
_PARAMETERS = {
    "CreateFleet": {
        "ClientToken": "clientToken",
        "TargetCapacitySpecification.TotalTargetCapacity": "capacity",
        "TargetCapacitySpecification.DefaultTargetCapacityType": "capacityType",
    },
    "CreateLaunchTemplate": {"LaunchTemplateName": "name"},
    "TerminateInstances": {"InstanceId.1": "instanceId"},
    "GetParameter": {"Name": "name"},
    "SendMessage": {"QueueUrl": "queue", "MessageGroupId": "group"},
    "ReceiveMessage": {"QueueUrl": "queue"},
    "DeleteMessage": {"QueueUrl": "queue"},
    "GetItem": {"TableName": "table"},
    "PutItem": {"TableName": "table"},
    "UpdateItem": {"TableName": "table"},
    "DeleteItem": {"TableName": "table"},
    "Query": {"TableName": "table"},
}


def begin(environ, body):
    """Start an entry; end() finishes it and puts it in the log."""
    service = _service(environ)
    action, sent = _action(environ, body, service)
    wanted = _PARAMETERS.get(action, {})
    parameters = {name: str(sent[key]) for key, name in wanted.items() if key in sent}
    if action == "PutEvents":
        parameters["detailTypes"] = ",".join(str(e.get("DetailType")) for e in sent.get("Entries", []))
    return {
        "service": service,
        "action": action,
        "caller": _caller(environ),
        "start": time.time() * 1000,
        "parameters": parameters,
    }


def end(entry, status):
    entry["end"] = time.time() * 1000
    entry["status"] = status
    with _LOCK:
        entry["number"] = next(_numbers)
        _log.append(entry)


def since(number):
    with _LOCK:
        return [e for e in _log if e["number"] > number]


def reset():
    """Forget the entries; numbers go on rising, so a reader's `since` stays right."""
    with _LOCK:
        _log.clear()


def _service(environ):
    """The name in the signature's scope, such as "ec2" or "dynamodb"."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    try:
        return authorization.split("Credential=")[1].split(",")[0].split("/")[3]
    except IndexError:
        return ""


def _caller(environ):
    """The SDK's application id (AWS_SDK_UA_APP_ID), which the User-Agent carries as app/NAME."""
    for word in environ.get("HTTP_USER_AGENT", "").split():
        if word.startswith("app/"):
            return word.removeprefix("app/")
    return ""


def _action(environ, body, service):
    """The operation's name and its parameters as sent, flat."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.split(".")[-1], _json(body)
    text = body.decode(errors="replace") if body else environ.get("QUERY_STRING", "")
    if "Action=" in text:
        form = dict(urllib.parse.parse_qsl(text))
        return form.get("Action", ""), form
    return _rest(environ, service), {}


def _json(body):
    try:
        return json.loads(body)
    except ValueError:
        return {}


def _rest(environ, service):
    """For services whose operation is in method and path, botocore's model knows."""
    request = Request({**environ, "wsgi.input": None})
    try:
        operation, _ = get_service_router(service).match(request)
        return operation.name
    except Exception:  # an unknown service or path: moto's answer will say so
        return f"{request.method} {request.path}"
