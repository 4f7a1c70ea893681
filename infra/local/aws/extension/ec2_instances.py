"""Instances take time: pending -> running, shutting-down -> terminated.

Each change of state is announced on the default bus, as EC2 does. A young
instance may be missing from Describe calls (setting consistencyDelay), the
eventual consistency that EC2 warns of.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
"""

import copy

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import InvalidInstanceIdError
from moto.ec2.models.instances import Instance, InstanceBackend, InstanceState
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.instances import InstanceResponse

from . import events_bus, settings, stock
from .clockwork import clockwork

_CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48}


def install():
    _launch_slowly()
    _terminate_slowly()
    _forget_addresses()
    _describe_late()
    _bound_addresses()


def _move(instance, state):
    instance._state = InstanceState(state, _CODES[state])
    backend = instance.ec2_backend
    events_bus.put_from_aws(
        backend.account_id,
        backend.region_name,
        source="aws.ec2",
        detail_type="EC2 Instance State-change Notification",
        resources=[f"arn:{backend.partition}:ec2:{backend.region_name}:{backend.account_id}:instance/{instance.id}"],
        detail={"instance-id": instance.id, "state": state},
    )


def _launch_slowly():
    run = InstanceBackend.run_instances

    def run_instances(self, *args, **kwargs):
        reservation = run(self, *args, **kwargs)
        for instance in reservation.instances:
            instance.hypervisor = "xen"  # what the API says for Nitro instances too
            _move(instance, "pending")
            clockwork.after(settings.get("runDelay"), _booted, instance)
        return reservation

    InstanceBackend.run_instances = run_instances


def _booted(instance):
    if instance.state == "pending":
        _move(instance, "running")


def _terminate_slowly():
    terminate_now = Instance.terminate

    def terminate(self):
        """Begin the shutdown; again for one that is ending or gone changes nothing."""
        previous = copy.copy(self._state)
        if self.state not in ("shutting-down", "terminated"):
            _move(self, "shutting-down")
            clockwork.after(settings.get("terminateDelay"), gone, self)
        return previous

    def gone(instance):
        terminate_now(instance)
        instance.nics, instance._private_ips, instance._subnet_id = {}, set(), None
        _move(instance, "terminated")

    def terminate_instances(self):
        ids = self._get_param("InstanceIds", [])
        self.error_on_dryrun()
        changed = self.ec2_backend.terminate_instances(ids)
        return ActionResult(
            {
                "TerminatingInstances": [
                    {"InstanceId": i.id, "CurrentState": i._state, "PreviousState": previous} for i, previous in changed
                ]
            }
        )

    Instance.terminate = terminate
    InstanceResponse.terminate_instances = terminate_instances


def _forget_addresses():
    """A terminated instance has no interface any more, hence no address and no name."""
    for name, when_gone in (
        ("private_ip", None), ("private_ip_address", None), ("private_dns_name", ""),
        ("public_ip", None), ("public_ip_address", None),
    ):  # fmt: skip
        setattr(Instance, name, property(_while_alive(getattr(Instance, name).fget, when_gone)))


def _while_alive(read, when_gone):
    return lambda instance: read(instance) if instance.nics else when_gone


def _describe_late():
    by_filter, by_id = InstanceBackend.describe_instances, InstanceBackend.get_reservations_by_instance_ids

    def describe_instances(self, filters=None):
        reservations = by_filter(self, filters)
        if not settings.get("consistencyDelay"):
            return reservations
        for r in reservations:
            r.instances = [i for i in r.instances if _visible(i)]
        return [r for r in reservations if r.instances]

    def get_reservations_by_instance_ids(self, instance_ids, filters=None):
        reservations = by_id(self, instance_ids, filters)
        hidden = [i.id for r in reservations for i in r.instances if not _visible(i)]
        if hidden:
            raise InvalidInstanceIdError(hidden)
        return reservations

    InstanceBackend.describe_instances = describe_instances
    InstanceBackend.get_reservations_by_instance_ids = get_reservations_by_instance_ids


def _visible(instance):
    return (utcnow() - instance.launch_time).total_seconds() >= settings.get("consistencyDelay")


def _bound_addresses():
    counted = Subnet.available_ip_address_count.fget

    def available_ip_address_count(self):
        left = stock.free_addresses(self.id)
        return counted(self) if left is None else min(left, counted(self))

    Subnet.available_ip_address_count = property(available_ip_address_count)
