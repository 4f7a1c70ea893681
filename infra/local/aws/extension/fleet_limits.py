"""Why a pool gives less than a fleet asks for, in the words AWS uses.

Codes and messages are those seen in CreateFleet's Errors; callers branch on
the codes, so they must be right.
"""

import math

from moto.ec2.models.instance_types import INSTANCE_TYPES

from . import catalog, stock
from .errors import AWSError


def never(pool, capacity_type):
    """The error of a pool that does not exist or is over its price, or None."""
    if pool.instance_type not in catalog.types():
        return AWSError(
            "InvalidFleetConfiguration", f"The specified instance type ({pool.instance_type}) is not valid."
        )
    if not catalog.sold(pool.instance_type, pool.zone):
        return AWSError(
            "InvalidFleetConfiguration",
            f"Your requested instance type ({pool.instance_type}) is not supported "
            f"in your requested Availability Zone ({pool.zone}).",
        )
    price = catalog.price(pool.instance_type, pool.zone, capacity_type)
    if capacity_type == "spot" and pool.max_price is not None and price > pool.max_price:
        return AWSError(
            "SpotMaxPriceTooLow",
            f"Your Spot request price of {pool.max_price} is lower than the minimum required "
            f"Spot request fulfillment price of {price}.",
        )
    return None


def possible(backend, pool, capacity_type, missing):
    """(instances the pool can give of those missing, the error that keeps it from more or None)."""
    wanted = math.ceil(missing / pool.weight)
    bounds = [
        (stock.available(pool.instance_type, pool.zone, capacity_type), _no_capacity),
        (_quota_left(backend, pool, capacity_type), _over_quota),
        (_addresses(backend, pool), _no_addresses),
    ]
    count, error = wanted, None
    for left, explain in bounds:
        if left is not None and left < count:
            count, error = left, explain(pool, capacity_type)
    return count, error


def took(pool, capacity_type, count):
    stock.take(pool.instance_type, pool.zone, capacity_type, count)
    stock.take_addresses(pool.subnet_id, count)


def _vcpus(instance_type):
    return int(INSTANCE_TYPES[instance_type]["VCpuInfo"]["DefaultVCpus"])


def _quota_left(backend, pool, capacity_type):
    limit = stock.vcpu_limit(pool.instance_type, capacity_type)
    if limit is None:
        return None
    used = sum(
        _vcpus(i.instance_type)
        for i in backend.all_instances()
        if i.state in ("pending", "running")
        and (i.lifecycle or "on-demand") == capacity_type
        and stock.bucket(i.instance_type) == stock.bucket(pool.instance_type)
    )
    return max(0, limit - used) // _vcpus(pool.instance_type)


def _addresses(backend, pool):
    left = backend.get_subnet(pool.subnet_id).available_ip_address_count
    return max(0, left)


def _no_capacity(pool, capacity_type):
    if capacity_type == "spot":
        message = "There is no Spot capacity available that matches your request."
    else:
        message = (
            f"We currently do not have sufficient {pool.instance_type} capacity in the Availability Zone you requested "
            f"({pool.zone}). Our system will be working on provisioning additional capacity."
        )
    return AWSError("InsufficientInstanceCapacity", message)


def _over_quota(pool, capacity_type):
    if capacity_type == "spot":
        return AWSError("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded")
    limit = stock.vcpu_limit(pool.instance_type, capacity_type)
    return AWSError(
        "VcpuLimitExceeded",
        f"You have requested more vCPU capacity than your current vCPU limit of {limit} allows for the instance bucket "
        "that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request "
        "to request an adjustment to this limit.",
    )


def _no_addresses(pool, _):
    return AWSError(
        "InsufficientFreeAddressesInSubnet",
        f"There are not enough free addresses in subnet '{pool.subnet_id}' "
        "to satisfy the requested number of instances.",
    )
