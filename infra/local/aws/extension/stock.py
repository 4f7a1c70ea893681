"""What EC2 has left: capacity of pools, quotas of the account, free addresses.

A pool is one instance type in one zone under one capacity type. By default all
pools are bottomless and no quota binds; tests take some away:

    /slipway/ice      [{"type": "m7g.large", "zone": "us-east-1b", "capacityType": "spot", "remaining": 0}]
    /slipway/quotas   [{"capacityType": "on-demand", "bucket": "standard", "vcpus": 32}]
    /slipway/subnets  [{"subnetId": "subnet-1", "free": 0}]

Type, zone and capacity type of an entry may be "*". A post replaces the list.
"""

import threading

from . import catalog

LOCK = threading.RLock()

_pools = []
_quotas = []
_subnets = {}

# AWS counts vCPUs per group of families. https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
_BUCKETS = {
    "g": "g", "gr": "g", "vt": "g", "p": "p", "inf": "inf", "trn": "trn", "dl": "dl",
    "f": "f", "x": "x", "u": "highmem", "hpc": "hpc",
}  # fmt: skip


def bucket(instance_type):
    """The quota group of a type, such as "standard" for c, m, r and t."""
    family = instance_type.split(".")[0]
    letters = ""
    for c in family:
        if not c.isalpha():
            break
        letters += c
    return _BUCKETS.get(letters, "standard")


def set_pools(entries):
    for e in entries:
        if e.get("capacityType", "*") not in ("spot", "on-demand", "*"):
            raise ValueError(f"capacityType {e['capacityType']!r} is none of spot, on-demand, *")
        if e.get("type", "*") != "*" and e["type"] not in catalog.types():
            raise ValueError(f"unknown instance type {e['type']!r}")
        if e.get("zone", "*") != "*" and e["zone"] not in catalog.zones():
            raise ValueError(f"unknown zone {e['zone']!r}")
    with LOCK:
        _pools[:] = [dict(e) for e in entries]
        return _pools


def pools():
    with LOCK:
        return [dict(e) for e in _pools]


def set_quotas(entries):
    with LOCK:
        _quotas[:] = [dict(e) for e in entries]
        return _quotas


def quotas():
    with LOCK:
        return [dict(e) for e in _quotas]


def set_subnets(entries):
    with LOCK:
        _subnets.clear()
        _subnets.update({e["subnetId"]: int(e["free"]) for e in entries})
        return subnets()


def subnets():
    with LOCK:
        return [{"subnetId": s, "free": n} for s, n in _subnets.items()]


def _entry(instance_type, zone, capacity_type):
    want = {"type": instance_type, "zone": zone, "capacityType": capacity_type}
    for e in _pools:
        if all(e.get(k, "*") in ("*", v) for k, v in want.items()):
            return e
    return None


def available(instance_type, zone, capacity_type):
    """Instances the pool can still give; None when it has no bound."""
    with LOCK:
        e = _entry(instance_type, zone, capacity_type)
        return None if e is None else max(0, int(e.get("remaining", 0)))


def take(instance_type, zone, capacity_type, count):
    with LOCK:
        e = _entry(instance_type, zone, capacity_type)
        if e is not None:
            e["remaining"] = max(0, int(e.get("remaining", 0)) - count)


def vcpu_limit(instance_type, capacity_type):
    """vCPUs that the account may run in the type's bucket; None when nothing binds."""
    with LOCK:
        for q in _quotas:
            if q["capacityType"] == capacity_type and q.get("bucket", "standard") == bucket(instance_type):
                return int(q["vcpus"])
    return None


def free_addresses(subnet_id):
    """Free addresses set for a subnet; None when only its size counts."""
    with LOCK:
        return _subnets.get(subnet_id)


def take_addresses(subnet_id, count):
    with LOCK:
        if subnet_id in _subnets:
            _subnets[subnet_id] = max(0, _subnets[subnet_id] - count)


def reset():
    with LOCK:
        _pools.clear()
        _quotas.clear()
        _subnets.clear()
