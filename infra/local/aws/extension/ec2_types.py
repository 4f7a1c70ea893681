"""DescribeInstanceTypes and DescribeInstanceTypeOfferings over our catalog.

Answers are kept once built: turning 100 types into XML takes a tenth of a
second, and the catalog never changes.
"""

import fnmatch
import functools
import json

from moto.core.responses import ActionResult
from moto.ec2.models.instance_types import InstanceTypeBackend
from moto.ec2.responses.instances import InstanceResponse

from . import catalog, paging

_PAGE_TYPES, _PAGE_OFFERINGS = 100, 1000


def install():
    known = set(catalog.types())
    kept = [t for t in InstanceTypeBackend.instance_types if t.name in known]
    InstanceTypeBackend.instance_types = sorted(kept, key=lambda t: t.name)
    InstanceResponse.describe_instance_types = remembered(_describe_types)
    InstanceResponse.describe_instance_type_offerings = remembered(_describe_offerings)


def remembered(action):
    """An action whose answer depends on its parameters only, serialized once for each."""
    answers = {}

    @functools.wraps(action)
    def describe(self):
        key = (self.region, json.dumps(self.params, sort_keys=True, default=str))
        if key not in answers:
            _, headers, body = self.serialized(action(self))
            if len(answers) > 500:
                answers.clear()  # odd filters; the catalog's own pages are soon back
            answers[key] = (body, headers)
        body, headers = answers[key]
        return body, dict(headers)

    return describe


def _describe_types(self):
    types = self.ec2_backend.describe_instance_types(
        self._get_param("InstanceTypes", []), self._filters_from_querystring()
    )
    shown, token = paging.page(types, self._get_param("MaxResults"), self._get_param("NextToken"), _PAGE_TYPES)
    return ActionResult({"InstanceTypes": shown, "NextToken": token})


def _describe_offerings(self):
    location_type = self._get_param("LocationType") or "region"
    filters = self._filters_from_querystring()
    wanted_types, wanted_places = filters.get("instance-type"), filters.get("location")
    offerings = [
        {"InstanceType": t, "LocationType": location_type, "Location": place}
        for t in catalog.types()
        for place in _places(location_type, self.region)
        if _in(t, wanted_types) and _in(place, wanted_places)
    ]
    shown, token = paging.page(offerings, self._get_param("MaxResults"), self._get_param("NextToken"), _PAGE_OFFERINGS)
    return ActionResult({"InstanceTypeOfferings": shown, "NextToken": token})


def _places(location_type, region):
    if region != catalog.region():
        return []
    if location_type == "availability-zone":
        return catalog.zones()
    if location_type == "availability-zone-id":
        return [catalog.zone_id(z) for z in catalog.zones()]
    return [region]


def _in(value, wanted):
    """Whether a filter lets a value through; AWS's filters know * and ?."""

    return not wanted or any(fnmatch.fnmatchcase(value, w) for w in wanted)
