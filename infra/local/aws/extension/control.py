"""/slipway/...: what a test or a demo asks of this AWS, as JSON over HTTP.

    GET  ready                 {"ready": true}
    POST reset                 an empty account; catalog and prices stay
    POST|GET settings          {"runDelay": 2.5}, see settings.py
    POST|GET ice, quotas, subnets   see stock.py
    POST|GET faults            see faults.py
    GET  calls?since=N         see calls.py
    POST clusters              {"name", "endpoint", "certificateAuthority", "version"}, see eks.py
    POST events                an event of an AWS service onto the default bus
    POST interrupt             {"instanceId"}: the two-minute spot warning

A bad request is answered 400 with {"error": "..."}.
"""

import json
import urllib.parse

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.moto_api._internal.models import moto_api_backend

from . import calls, catalog, eks, events_bus, faults, settings, stock
from .clockwork import clockwork


def _reset(_):
    clockwork.reset()
    for module in (settings, stock, faults, calls, eks):
        module.reset()
    moto_api_backend.reset()
    return {"reset": True}


def _put_event(event):
    event_id = events_bus.put_from_aws(
        event.get("account", DEFAULT_ACCOUNT_ID),
        event.get("region", catalog.region()),
        event["source"],
        event["detail-type"],
        event.get("resources", []),
        event.get("detail", {}),
        event.get("time"),
    )
    return {"eventId": event_id}


def _interrupt(asked):
    instance_id = asked["instanceId"]
    instance = ec2_backends[DEFAULT_ACCOUNT_ID][catalog.region()].get_instance_by_id(instance_id)
    zone = instance.availability_zone if instance else catalog.zones()[0]
    return _put_event(
        {
            "source": "aws.ec2",
            "detail-type": "EC2 Spot Instance Interruption Warning",
            "resources": [f"arn:aws:ec2:{zone}:instance/{instance_id}"],  # the zone, no account: as AWS has it
            "detail": {"instance-id": instance_id, "instance-action": "terminate"},
        }
    )


_POST = {
    "reset": _reset,
    "settings": settings.update,
    "ice": stock.set_pools,
    "quotas": stock.set_quotas,
    "subnets": stock.set_subnets,
    "faults": faults.arm,
    "clusters": eks.set_cluster,
    "events": _put_event,
    "interrupt": _interrupt,
}

_GET = {
    "ready": lambda _: {"ready": True},
    "settings": lambda _: settings.update({}),
    "ice": lambda _: stock.pools(),
    "quotas": lambda _: stock.quotas(),
    "subnets": lambda _: stock.subnets(),
    "faults": lambda _: faults.armed(),
    "calls": lambda q: calls.since(int(q.get("since", 0))),
    "clusters": lambda _: eks.known_clusters(),
}


def application(environ, start_response):
    name = environ["PATH_INFO"].removeprefix("/slipway/").strip("/")
    table = _POST if environ["REQUEST_METHOD"] == "POST" else _GET
    if name not in table:
        missing = f"there is no {environ['REQUEST_METHOD']} /slipway/{name}"
        return _say(start_response, "404 Not Found", {"error": missing})
    try:
        return _say(start_response, "200 OK", table[name](_asked(environ)))
    except (KeyError, TypeError, ValueError) as e:
        return _say(start_response, "400 Bad Request", {"error": f"{type(e).__name__}: {e}"})


def _asked(environ):
    if environ["REQUEST_METHOD"] != "POST":
        return dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return json.loads(body) if body else {}


def _say(start_response, status, value):
    body = json.dumps(value).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
