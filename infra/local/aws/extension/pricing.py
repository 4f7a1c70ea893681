"""The Price List service, which moto lacks: GetProducts for EC2.

Each product is a string of JSON in the price list's own shape, with the
attributes that a price look-up filters on. On-demand Linux only.
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

import hashlib
import json
import re
import sys
import types

import moto.backend_index
import moto.backends
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.responses import ActionResult, BaseResponse
from moto.ec2.models.instance_types import INSTANCE_TYPES

from . import catalog, paging
from .errors import AWSError

_PAGE = 100
_ON_DEMAND = "JRTCKXETXF"  # the offer term code that every on-demand price has
_HOURLY = "6YS6EN2CT7"


class PricingBackend(BaseBackend):
    """moto wants one; there is nothing to keep."""


class PricingResponse(BaseResponse):
    def __init__(self):
        super().__init__(service_name="pricing")

    def get_products(self):
        if self._get_param("ServiceCode") != "AmazonEC2":
            raise AWSError("NotFoundException", "The requested service code was not found.")
        filters = self._get_param("Filters") or []
        found = [t for t in catalog.types() if _matches(_attributes(t) | {"productFamily": _family(t)}, filters)]
        shown, token = paging.page(found, self._get_param("MaxResults"), self._get_param("NextToken"), _PAGE)
        return ActionResult(
            {"FormatVersion": "aws_v1", "PriceList": [json.dumps(_product(t)) for t in shown], "NextToken": token}
        )


def install():
    """Make moto believe that it has a package moto.pricing."""
    PricingBackend.__module__ = "moto.pricing.models"
    package, urls, models = (types.ModuleType(n) for n in ("moto.pricing", "moto.pricing.urls", "moto.pricing.models"))
    urls.url_bases = [r"https?://api\.pricing\.(.+)\.amazonaws\.com", r"https?://pricing\.(.+)\.amazonaws\.com"]
    urls.url_paths = {"{0}/$": PricingResponse.dispatch}
    models.pricing_backends = BackendDict(
        PricingBackend, "pricing", use_boto3_regions=False, additional_regions=["us-east-1"]
    )
    sys.modules.update({m.__name__: m for m in (package, urls, models)})
    moto.backend_index.backend_url_patterns += [("pricing", re.compile(p)) for p in urls.url_bases]
    known = moto.backends.get_backend
    moto.backends.get_backend = lambda name: models.pricing_backends if name == "pricing" else known(name)


def _attributes(instance_type):
    data = INSTANCE_TYPES[instance_type]
    return {
        "servicecode": "AmazonEC2",
        "location": "US East (N. Virginia)",
        "locationType": "AWS Region",
        "regionCode": catalog.region(),
        "instanceType": instance_type,
        "currentGeneration": "Yes" if data.get("CurrentGeneration") else "No",
        "vcpu": str(data["VCpuInfo"]["DefaultVCpus"]),
        "memory": f"{data['MemoryInfo']['SizeInMiB'] / 1024:g} GiB",
        "operatingSystem": "Linux",
        "licenseModel": "No License required",
        "preInstalledSw": "NA",
        "tenancy": "Dedicated" if data.get("BareMetal") else "Shared",
        "capacitystatus": "Used",
        "marketoption": "OnDemand",
        "operation": "RunInstances",
        "usagetype": f"BoxUsage:{instance_type}",
        "servicename": "Amazon Elastic Compute Cloud",
    }


def _family(instance_type):
    """The list has bare metal under a family of its own, and counts it as dedicated."""
    return "Compute Instance (bare metal)" if INSTANCE_TYPES[instance_type].get("BareMetal") else "Compute Instance"


def _product(instance_type):
    attributes = _attributes(instance_type)
    sku = hashlib.sha256(instance_type.encode()).hexdigest()[:16].upper()
    term, rate = f"{sku}.{_ON_DEMAND}", f"{sku}.{_ON_DEMAND}.{_HOURLY}"
    price = f"{catalog.on_demand_price(instance_type):.10f}"
    dimension = {
        "unit": "Hrs",
        "endRange": "Inf",
        "beginRange": "0",
        "description": f"${price} per On Demand Linux {instance_type} Instance Hour",
        "rateCode": rate,
        "appliesTo": [],
        "pricePerUnit": {"USD": price},
    }
    offer = {
        "priceDimensions": {rate: dimension},
        "sku": sku,
        "effectiveDate": "2026-11-01T00:00:00Z",
        "offerTermCode": _ON_DEMAND,
        "termAttributes": {},
    }
    return {
        "product": {"productFamily": _family(instance_type), "attributes": attributes, "sku": sku},
        "serviceCode": "AmazonEC2",
        "terms": {"OnDemand": {term: offer}},
        "version": "20261101000000",
        "publicationDate": "2026-11-01T00:00:00Z",
    }


def _matches(attributes, filters):
    return all(_match(attributes.get(f["Field"], ""), f) for f in filters)


def _match(value, condition):
    wanted, kind = condition["Value"], condition.get("Type", "TERM_MATCH")
    if kind == "TERM_MATCH" or kind == "EQUALS":
        return value.lower() == wanted.lower()
    if kind == "ANY_OF":
        return value in wanted.split(",")
    if kind == "NONE_OF":
        return value not in wanted.split(",")
    if kind == "CONTAINS":
        return wanted in value
    raise AWSError("InvalidParameterException", f"The filter type {kind} is not known.")
