"""Which pools a fleet may draw on, and in which order.

A Pool is one launch template with one override applied: a type in a subnet.
resolve() makes them from the request, order() sorts them as the allocation
strategy says. Neither launches anything.
"""

import dataclasses

from . import catalog
from .errors import AWSError


@dataclasses.dataclass
class Pool:
    template: object  # moto's LaunchTemplateVersion
    override: dict  # as requested, {} when there is none
    instance_type: str
    zone: str
    subnet_id: str
    weight: float = 1.0
    priority: float = float("inf")
    max_price: float | None = None
    position: int = 0

    def price(self, capacity_type):
        """US dollars an hour for one unit of the fleet's capacity."""
        return catalog.price(self.instance_type, self.zone, capacity_type) / self.weight

    def specification(self):
        """The launch template as AWS names it in an answer: id and resolved version."""
        return {
            "LaunchTemplateId": self.template.template.id,
            "Version": str(self.template.number),
        }

    def described(self):
        """LaunchTemplateAndOverrides of an answer."""
        overrides = {
            "InstanceType": self.instance_type,
            "SubnetId": self.subnet_id,
            **self.override,
            "AvailabilityZone": self.zone,
        }
        return {"LaunchTemplateSpecification": self.specification(), "Overrides": overrides}


def template_version(backend, specification):
    """moto's LaunchTemplateVersion; not found is a request-level error, as in AWS."""
    if specification.get("LaunchTemplateId"):
        template = backend.get_launch_template(specification["LaunchTemplateId"])
    elif specification.get("LaunchTemplateName"):
        template = backend.get_launch_template_by_name(specification["LaunchTemplateName"])
    else:
        raise AWSError("MissingParameter", "A launch template ID or launch template name must be specified.")
    version = str(specification.get("Version") or "$Default")
    if version not in ("$Default", "$Latest") and not 1 <= int(version) <= len(template.versions):
        raise AWSError(
            "InvalidLaunchTemplateId.VersionNotFound",
            f"Could not find launch template version {version} for the launch template with ID {template.id}.",
        )
    return template.get_version(version)


def resolve(backend, configs):
    """All pools of a request, in the order of the request."""
    pools = []
    for config in configs:
        version = template_version(backend, config.get("LaunchTemplateSpecification") or {})
        for override in config.get("Overrides") or [{}]:
            pools.append(_pool(backend, version, override, len(pools)))
    return pools


def _pool(backend, version, override, position):
    data = version.data
    instance_type = override.get("InstanceType") or data.get("InstanceType")
    if not instance_type:
        raise AWSError("InvalidFleetConfiguration", "The fleet configuration names no instance type.")
    subnet = _subnet(backend, data, override)
    return Pool(
        template=version,
        override={k: v for k, v in override.items() if v is not None},
        instance_type=instance_type,
        zone=subnet.availability_zone,
        subnet_id=subnet.id,
        weight=float(override.get("WeightedCapacity") or 1),
        priority=float("inf") if override.get("Priority") is None else float(override["Priority"]),
        max_price=float(override["MaxPrice"]) if override.get("MaxPrice") else None,
        position=position,
    )


def _subnet(backend, data, override):
    interfaces = data.get("NetworkInterfaces") or [{}]
    subnet_id = override.get("SubnetId") or interfaces[0].get("SubnetId")
    if subnet_id:
        return backend.get_subnet(subnet_id.split(",")[0].strip())
    zone = override.get("AvailabilityZone") or (data.get("Placement") or {}).get("AvailabilityZone")
    defaults = backend.get_default_subnets()
    if zone is None and defaults:
        zone = sorted(defaults)[0]
    if zone not in defaults:
        raise AWSError("MissingInput", f"No default subnet for availability zone: '{zone}'.")
    return defaults[zone]


def order(pools, capacity_type, strategy):
    """Pools in the order in which the fleet tries them.

    How much spare capacity a spot pool has is known to AWS alone; here every
    pool that is not out of stock has the same, so the capacity-optimized
    strategies come down to price or to the given priorities.
    """
    if strategy in ("prioritized", "capacity-optimized-prioritized"):
        return sorted(pools, key=lambda p: (p.priority, p.price(capacity_type), p.position))
    return sorted(pools, key=lambda p: (p.price(capacity_type), p.position))
