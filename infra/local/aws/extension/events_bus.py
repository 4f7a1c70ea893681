"""EventBridge: what reaches which target, and in which form.

Replaces how moto's rules match and deliver: disabled rules and rules with a
schedule only are silent, the envelope is AWS's, MessageGroupId may be a path
into the event, Input, InputPath and InputTransformer are applied, and a target
that fails (its event goes to the target's dead-letter queue, if it has one)
never fails PutEvents.
"""

import copy
import datetime
import json
import logging
import uuid

from moto.events.exceptions import InvalidEventPatternException
from moto.events.models import EventPattern, EventPatternParser, EventsBackend, Rule, events_backends
from moto.utilities.arns import parse_arn

from . import event_input, event_pattern
from .errors import AWSError

_ENVELOPE = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")


def install():
    moto_targets, moto_put = Rule.send_to_targets, EventsBackend.put_events

    def send_to_targets(self, original_event, transform_input=True):
        event = _envelope(original_event, self)
        if self.state == "DISABLED" or not _matches(self, event):
            return
        for target in self.targets:
            try:
                _deliver(self, target, event, original_event, moto_targets)
            except Exception as e:
                logging.warning("rule %s: target %s failed: %s", self.name, target["Id"], e)
                _bury(self, target, event, e)

    def put_events(self, events):
        """Sources that begin with aws. are AWS's own; put_from_aws is for those."""
        answers = moto_put(self, [e for e in events if not _reserved(e)])
        refused = {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
        return [dict(refused) if _reserved(e) else answers.pop(0) for e in events]

    Rule.send_to_targets = send_to_targets
    EventsBackend.put_events = put_events
    EventPattern.matches_event = lambda self, event: not self._pattern or event_pattern.matches(self._pattern, event)
    EventPatternParser._validate_event_pattern = _validate


def put_from_aws(account, region, source, detail_type, resources, detail, time=None):
    """Put an event of an AWS service on the default bus. Returns its id."""
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": time or datetime.datetime.now(datetime.timezone.utc).timestamp(),
        "region": region,
        "resources": resources,
        "detail": detail,
    }
    for rule in list(events_backends[account][region].event_buses["default"].rules.values()):
        rule.send_to_targets(copy.deepcopy(event))
    return event["id"]


def _reserved(entry):
    return (entry.get("Source") or "").startswith("aws.")


def _validate(self, pattern):
    if not pattern and not self.pattern:
        return  # a rule with a schedule only
    try:
        event_pattern.check(pattern)
    except event_pattern.InvalidPattern as e:
        raise InvalidEventPatternException(reason=str(e)) from None


def _matches(rule, event):
    pattern = rule.event_pattern.get_pattern()
    return bool(pattern) and event_pattern.matches(pattern, event)


def _envelope(event, rule):
    """The event as targets see it: AWS's fields in AWS's order, time in whole seconds."""
    event = dict(event, account=event.get("account") or rule.account_id)
    time = event.get("time")
    if isinstance(time, (int, float)):
        event["time"] = datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    elif isinstance(time, datetime.datetime):
        event["time"] = time.strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = [*_ENVELOPE, *(["replay-name"] if "replay-name" in event else [])]
    return {f: event[f] for f in fields if f in event}


def _deliver(rule, target, event, original, moto_targets):
    arn = parse_arn(target["Arn"])
    if arn.service == "sqs":
        group = event_input.at_path((target.get("SqsParameters") or {}).get("MessageGroupId"), event)
        _send(arn, event_input.body(target, event), group)
    elif arn.service == "events" and arn.resource_type == "event-bus":
        _forward(arn, event, original)
    else:  # archives, log groups: as moto does them
        alone = copy.copy(rule)
        alone.targets = [target]
        moto_targets(alone, dict(original))


def _send(arn, body, group=None, attributes=None):
    from moto.sqs.models import sqs_backends

    backend = sqs_backends[arn.account][arn.region]
    queue = backend.get_queue(arn.resource_id)
    if queue.fifo_queue and not queue.content_based_deduplication:
        raise AWSError("InvalidParameterValue", "EventBridge sends to FIFO queues with content-based deduplication")
    backend.send_message(arn.resource_id, body, message_attributes=attributes, group_id=group)


def _forward(arn, event, original):
    """To another bus, once: EventBridge does not chain a bus behind a bus."""
    if original.get("slipway-forwarded"):
        return
    bus = events_backends[arn.account][arn.region]._get_event_bus(arn.resource_id)
    for rule in list(bus.rules.values()):
        rule.send_to_targets({**copy.deepcopy(event), "slipway-forwarded": True})


def _bury(rule, target, event, error):
    """To the target's own dead-letter queue, with the attributes AWS adds."""
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    said = {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": getattr(error, "code", None) or type(error).__name__,
        "ERROR_MESSAGE": str(error),
    }
    attributes = {k: {"DataType": "String", "StringValue": v} for k, v in said.items()}
    try:
        _send(parse_arn(queue), json.dumps(event), attributes=attributes)
    except Exception as e:
        logging.warning("rule %s: dead-letter queue %s failed: %s", rule.name, queue, e)
