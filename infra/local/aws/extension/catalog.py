"""The instance types this AWS sells, where, and for how much.

catalog.json.gz holds on-demand prices of us-east-1 (US dollars an hour) and
synthetic spot prices, one per zone, each fixed for ever, so that two runs see
the same market. What a type is (cores, memory, interfaces) is moto's data.
"""

import functools
import gzip
import json
import pathlib


@functools.cache
def _data():
    path = pathlib.Path(__file__).with_name("catalog.json.gz")
    return json.loads(gzip.decompress(path.read_bytes()))


def region():
    return _data()["region"]


def zones():
    return _data()["zones"]


def types():
    """Names of all types, in order."""
    return list(_data()["types"])


def sold(instance_type, zone):
    """Whether a type can be launched in a zone at all."""
    return instance_type in _data()["types"] and zone in zones()


def on_demand_price(instance_type):
    return _data()["types"][instance_type]["onDemand"]


def spot_price(instance_type, zone):
    return _data()["types"][instance_type]["spot"][zones().index(zone)]


def price(instance_type, zone, capacity_type):
    """US dollars an hour of one pool."""
    if capacity_type == "spot":
        return spot_price(instance_type, zone)
    return on_demand_price(instance_type)


def zone_id(zone):
    """Id of a zone, as moto's DescribeAvailabilityZones has it."""
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    for known in RegionsAndZonesBackend.zones[region()]:
        if known.name == zone:
            return known.zone_id
    raise ValueError(f"unknown zone {zone!r}")
