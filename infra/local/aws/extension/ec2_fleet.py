"""CreateFleet of type instant, as EC2 documents it.

One synchronous attempt: pools are tried in the order of the allocation
strategy, each for as much as it can still give, until the target is met.
Every pool that was tried and could not give all that was asked is in Errors;
a fleet that got less than it asked for is still a success.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
"""

import copy
import json
import threading

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.models.fleets import Fleet
from moto.ec2.responses.fleets import Fleets
from moto.ec2.utils import convert_tag_spec, random_fleet_id

from . import fleet_launch, fleet_limits, fleet_pools
from .errors import AWSError

# One fleet at a time: what one takes from a pool, the next must see taken.
_LOCK = threading.Lock()


def install():
    others = Fleets.create_fleet

    def create_fleet(self):
        if self.params.get("Type", "maintain") != "instant":
            return others(self)
        self.error_on_dryrun()
        with _LOCK:
            return ActionResult(_once(self.ec2_backend, self.params))

    Fleets.create_fleet = create_fleet


def _once(backend, request):
    """Launch, or repeat the answer already given under this client token.

    A request that fails as a whole is not remembered; one that launched
    nothing, because all its pools failed, is.
    """
    token = request.get("ClientToken")
    if token and len(token) > 64:
        raise AWSError("InvalidParameterValue", "The client token must be at most 64 characters long.")
    asked = json.dumps(request, sort_keys=True, default=str)
    remembered = backend.__dict__.setdefault("slipway_fleets", {})  # on the backend, so a reset forgets it
    if token in remembered:
        before, answer = remembered[token]
        if before != asked:
            raise AWSError(
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            )
        return copy.deepcopy(answer)
    answer = _create(backend, request)
    if token:
        remembered[token] = (asked, copy.deepcopy(answer))
    return answer


def _create(backend, request):
    pools = fleet_pools.resolve(backend, request.get("LaunchTemplateConfigs") or [])
    fleet_id = random_fleet_id()
    draw = _Draw(backend, fleet_id, convert_tag_spec(request.get("TagSpecifications") or []))
    for capacity_type, target in _targets(request["TargetCapacitySpecification"]):
        draw.fill(pools, capacity_type, target, _options(request, capacity_type))
    backend.fleets[fleet_id] = _record(backend, fleet_id, request, draw)
    return {"FleetId": fleet_id, "Instances": draw.instances, "Errors": draw.errors}


def _targets(spec):
    """(capacity type, units) pairs: what is asked for by name, the rest by the default."""
    total = float(spec["TotalTargetCapacity"])
    named = [
        ("on-demand", float(spec.get("OnDemandTargetCapacity") or 0)),
        ("spot", float(spec.get("SpotTargetCapacity") or 0)),
    ]
    rest = total - sum(units for _, units in named)
    default = spec.get("DefaultTargetCapacityType") or "on-demand"
    return [(t, units + (rest if t == default else 0)) for t, units in named if units or t == default]


def _options(request, capacity_type):
    return request.get("SpotOptions" if capacity_type == "spot" else "OnDemandOptions") or {}


class _Draw:
    """One fleet being filled: what it got, and what failed on the way."""

    def __init__(self, backend, fleet_id, tags):
        self.backend, self.fleet_id, self.tags = backend, fleet_id, tags
        self.instances, self.errors, self.launched = [], [], []

    def fill(self, pools, capacity_type, target, options):
        strategy = options.get("AllocationStrategy") or "lowest-price"
        sold = fleet_pools.order(self._sold(pools, capacity_type), capacity_type, strategy)
        if not self._reachable(sold, capacity_type, float(options.get("MinTargetCapacity") or 0)):
            return
        missing, chosen = target, None
        for pool in sold:
            if missing <= 0:
                return
            if chosen and not _beside(chosen, pool, options):
                continue
            got = self._take(pool, capacity_type, missing)
            missing -= got * pool.weight
            chosen = chosen or (pool if got else None)

    def _sold(self, pools, capacity_type):
        """Pools that exist; those that do not are errors straight away."""
        sold = []
        for pool in pools:
            error = fleet_limits.never(pool, capacity_type)
            if error:
                self._fail(pool, capacity_type, error)
            else:
                sold.append(pool)
        return sold

    def _reachable(self, pools, capacity_type, minimum):
        """Whether MinTargetCapacity can be met; if not, every pool says why and nothing starts."""
        bounds = [(pool, *fleet_limits.possible(self.backend, pool, capacity_type, minimum)) for pool in pools]
        if sum(count * pool.weight for pool, count, _ in bounds) >= minimum:
            return True
        for pool, _, error in bounds:
            if error:
                self._fail(pool, capacity_type, error)
        return False

    def _take(self, pool, capacity_type, missing):
        count, error = fleet_limits.possible(self.backend, pool, capacity_type, missing)
        if error:
            self._fail(pool, capacity_type, error)
        if not count:
            return 0
        try:
            started = fleet_launch.launch(self.backend, self.fleet_id, pool, count, capacity_type, self.tags)
        except ServiceException as e:
            self._fail(pool, capacity_type, e)
            return 0
        fleet_limits.took(pool, capacity_type, count)
        self.launched += started
        self.instances.append(
            {
                "LaunchTemplateAndOverrides": pool.described(),
                "Lifecycle": capacity_type,
                "InstanceIds": [i.id for i in started],
                "InstanceType": pool.instance_type,
            }
        )
        return count

    def _fail(self, pool, capacity_type, error):
        self.errors.append(
            {
                "LaunchTemplateAndOverrides": pool.described(),
                "Lifecycle": capacity_type,
                "ErrorCode": error.code,
                "ErrorMessage": error.message,
            }
        )


def _beside(chosen, pool, options):
    """SingleInstanceType and SingleAvailabilityZone: keep to the first pool's."""
    if options.get("SingleInstanceType") and pool.instance_type != chosen.instance_type:
        return False
    return not (options.get("SingleAvailabilityZone") and pool.zone != chosen.zone)


def _record(backend, fleet_id, request, draw):
    """The fleet for DescribeFleets. moto's Fleet, filled without launching again."""
    empty = {"TotalTargetCapacity": 0}
    fleet = Fleet(
        backend, fleet_id,
        on_demand_options=request.get("OnDemandOptions") or {},
        spot_options={"AllocationStrategy": "lowest-price", **(request.get("SpotOptions") or {})},
        target_capacity_specification=empty, launch_template_configs=[],
        excess_capacity_termination_policy=request.get("ExcessCapacityTerminationPolicy"),
        replace_unhealthy_instances=False, terminate_instances_with_expiration=False,
        fleet_type="instant", valid_from=None, valid_until=None,
        tag_specifications=request.get("TagSpecifications") or [],
    )  # fmt: skip
    fleet.target_capacity_specification = request["TargetCapacitySpecification"]
    fleet.launch_template_configs = request.get("LaunchTemplateConfigs") or []
    fleet.client_token = request.get("ClientToken")
    fleet.fulfilled_capacity = float(len(draw.launched))
    fleet.errors = draw.errors
    fleet.on_demand_instances = [{"id": None, "instance": i, "launch_spec": None} for i in draw.launched]
    return fleet
