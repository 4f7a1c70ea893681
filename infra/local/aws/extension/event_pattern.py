"""EventBridge's event patterns: does this event match?

A pattern is JSON shaped like the event: objects go down, a list holds the
allowed values. Where the event has an array, one element must match the whole
pattern below it. An operator that does not exist is an error when the rule is
made, not a rule that matches everything.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import ipaddress
import operator
import re

ABSENT = object()

_COMPARE = {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}


class InvalidPattern(ValueError):
    """The pattern is none that EventBridge takes."""


def matches(pattern, value):
    """Whether an event, or the part of one, matches a pattern object."""
    if isinstance(value, list):
        return any(matches(pattern, v) for v in value)
    fields = value if isinstance(value, dict) else {}
    return all(_field(key, below, fields) for key, below in pattern.items())


def _field(key, below, fields):
    if key == "$or":
        return any(matches(alternative, fields) for alternative in below)
    value = fields.get(key, ABSENT)
    if isinstance(below, dict):
        return matches(below, {} if value is ABSENT else value)
    return any(_allowed(rule, value) for rule in below)


def _allowed(rule, value):
    """Whether one entry of a pattern's list allows a value of the event."""
    if isinstance(rule, dict) and "exists" in rule:
        return (value is not ABSENT and not isinstance(value, dict)) == rule["exists"]
    if value is ABSENT:
        return False
    if isinstance(value, list):
        return any(_allowed(rule, v) for v in value)
    if isinstance(rule, dict):
        ((name, operand),) = rule.items()
        return _OPERATORS[name](operand, value)
    return _same(rule, value)


def _same(a, b):
    """JSON equality: true is not 1, but 1 is 1.0."""
    return isinstance(a, bool) == isinstance(b, bool) and a == b


def _texts(operand):
    return operand if isinstance(operand, list) else [operand]


def _affix(test):
    def check(operand, value):
        if not isinstance(value, str):
            return False
        if isinstance(operand, dict):
            return any(test(value.lower(), t.lower()) for t in _texts(operand["equals-ignore-case"]))
        return any(test(value, t) for t in _texts(operand))

    return check


def _anything_but(operand, value):
    if isinstance(operand, dict):
        return not _allowed(operand, value)
    return not any(_same(o, value) for o in _texts(operand))


def _numeric(operand, value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return all(_COMPARE[op](value, bound) for op, bound in zip(operand[::2], operand[1::2], strict=True))


def _cidr(operand, value):
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(operand)
    except ValueError:
        return False


def _wildcard(operand, value):
    def as_regexp(text):
        parts = re.split(r"(\\.|\*)", text)
        return "".join(".*" if p == "*" else re.escape(p[1] if p[:1] == "\\" else p) for p in parts)

    return isinstance(value, str) and any(re.fullmatch(as_regexp(t), value, re.S) for t in _texts(operand))


_OPERATORS = {
    "prefix": _affix(str.startswith),
    "suffix": _affix(str.endswith),
    "equals-ignore-case": lambda operand, value: (
        isinstance(value, str) and value.lower() in [t.lower() for t in _texts(operand)]
    ),
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
    "wildcard": _wildcard,
}


def check(pattern, path="$"):
    """Raise InvalidPattern unless EventBridge would take the pattern."""
    if not isinstance(pattern, dict) or not pattern:
        raise InvalidPattern(f"{path} must be a non-empty object")
    for key, below in pattern.items():
        at = f"{path}.{key}"
        if key == "$or":
            _check_or(below, at)
        elif isinstance(below, dict):
            check(below, at)
        elif isinstance(below, list):
            _check_rules(below, at)
        else:
            raise InvalidPattern(f'"{key}" must be an object or an array')


def _check_or(below, at):
    if not isinstance(below, list) or len(below) < 2:
        raise InvalidPattern(f"{at} must be an array of two objects or more")
    for alternative in below:
        check(alternative, at)


def _check_rules(rules, at):
    if not rules:
        raise InvalidPattern(f"Empty arrays are not allowed at {at}")
    for rule in rules:
        if isinstance(rule, list):
            raise InvalidPattern(f"{at}: match value must be String, number, true, false, or null")
        if isinstance(rule, dict):
            if len(rule) != 1:
                raise InvalidPattern(f"{at}: only one key allowed in match expression")
            name = next(iter(rule))
            if name != "exists" and name not in _OPERATORS:
                raise InvalidPattern(f"{at}: Unrecognized match type {name}")
