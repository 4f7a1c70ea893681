"""What a target receives of an event: all of it, a part, a constant, a template.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import functools
import json
import re

from jsonpath_ng.ext import parse


@functools.cache
def _path(text):
    # AWS allows dashes in plain keys, as in $.detail.instance-id; jsonpath-ng wants them quoted.
    return parse(re.sub(r"\.([A-Za-z0-9_]*-[A-Za-z0-9_-]*)", r".'\1'", text))


def _find(text, event):
    found = _path(text).find(event)
    return found[0].value if found else None


def at_path(value, event):
    """A target parameter: a path ("$.detail.x") is looked up, anything else is taken literally.

    What AWS does when the path leads nowhere is not documented: it is an error here.
    """
    if value is None or not value.startswith("$."):
        return value
    found = _find(value, event)
    if found is None:
        raise ValueError(f"the event has nothing at {value}")
    return found if isinstance(found, str) else json.dumps(found)


def body(target, event):
    """The message of a target, as text."""
    if target.get("Input"):
        return target["Input"]
    if target.get("InputPath"):
        return json.dumps(_find(target["InputPath"], event))
    if target.get("InputTransformer"):
        return _transform(target["InputTransformer"], event)
    return json.dumps(event)


def _transform(transformer, event):
    values = {name: _find(path, event) for name, path in (transformer.get("InputPathsMap") or {}).items()}
    values["aws.events.event.json"] = event
    template = transformer["InputTemplate"]

    def put(match):
        value = values.get(match.group(1), match.group(0))
        within_quotes = template[: match.start()].replace('\\"', "").count('"') % 2 == 1
        if not within_quotes:
            return json.dumps(value)
        return json.dumps(value)[1:-1] if isinstance(value, str) else json.dumps(value).replace('"', '\\"')

    return re.sub(r"<([A-Za-z0-9._-]+)>", put, template)
