"""DescribeSpotPriceHistory from the catalog: prices that have not moved for a day.

With any StartTime, EC2 answers at least the price in force, one entry per
type, zone and product; that is all there is here.
"""

import datetime

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.responses.spot_instances import SpotInstances

from . import catalog, paging

_PRODUCT = "Linux/UNIX"
_PAGE = 1000


def install():
    SpotInstances.describe_spot_price_history = _describe


def _describe(self):
    filters = self._filters_from_querystring()
    types = set(self._get_param("InstanceTypes", []) or filters.get("instance-type") or catalog.types())
    zones = set(filters.get("availability-zone") or catalog.zones())
    if self._get_param("AvailabilityZone"):
        zones = {self._get_param("AvailabilityZone")}
    products = self._get_param("ProductDescriptions", []) or filters.get("product-description") or [_PRODUCT]
    if self.region != catalog.region() or not {_PRODUCT, "Linux/UNIX (Amazon VPC)"} & set(products):
        return ActionResult({"SpotPriceHistory": [], "NextToken": ""})
    pools = [(t, z) for t in catalog.types() if t in types for z in catalog.zones() if z in zones]
    shown, token = paging.page(pools, self._get_param("MaxResults"), self._get_param("NextToken"), _PAGE)
    changed = utcnow().replace(minute=0, second=0, microsecond=0) - datetime.timedelta(days=1)
    history = [
        {
            "InstanceType": t,
            "AvailabilityZone": z,
            "ProductDescription": _PRODUCT,
            "SpotPrice": f"{catalog.spot_price(t, z):.6f}",
            "Timestamp": changed,
        }
        for t, z in shown
    ]
    return ActionResult({"SpotPriceHistory": history, "NextToken": token or ""})
