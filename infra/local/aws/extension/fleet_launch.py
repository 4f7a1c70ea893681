"""Turns a pool into running instances: the launch template's fields, applied.

moto's own fleets drop most of a template. Here an instance gets from it, or
from the override that replaces it: image, security groups, instance profile,
metadata options, disks over those of the image, user data, key, and tags, to
which AWS adds the aws:ec2:fleet-id and aws:ec2launchtemplate:* ones.
"""

import copy

from moto.core.exceptions import ServiceException
from moto.ec2.utils import convert_tag_spec, filter_iam_instance_profiles
from moto.moto_api._internal import mock_random as random

from .errors import AWSError


def launch(backend, fleet_id, pool, count, capacity_type, request_tags):
    """Start `count` instances in a pool. Returns moto's Instance objects."""
    spec = _merged(pool)
    image = _image(backend, spec)
    profile = _profile(backend, spec.get("IamInstanceProfile") or {})
    instances = backend.run_instances(
        image.id,
        count,
        spec.get("UserData"),  # in the form that launch_templates.py made it
        [],
        instance_type=pool.instance_type,
        is_instance_type_default=False,
        region_name=backend.region_name,
        subnet_id=pool.subnet_id,
        placement=None,
        key_name=spec.get("KeyName"),
        security_group_ids=list(_groups(backend, spec, pool.subnet_id)),
        associate_public_ip=_interface(spec).get("AssociatePublicIpAddress"),
        block_device_mappings=_disks(image, spec.get("BlockDeviceMappings") or []),
        metadata_options=spec.get("MetadataOptions") or {},
        monitoring_state="enabled" if (spec.get("Monitoring") or {}).get("Enabled") else "disabled",
        ebs_optimized=bool(spec.get("EbsOptimized")),
        tags=_tags(fleet_id, pool, spec, request_tags),
        lifecycle="spot" if capacity_type == "spot" else None,
    ).instances
    for instance in instances:
        for interface in instance.nics.values():
            interface.delete_on_termination = True  # as AWS does for what a launch creates
        instance.spot_instance_request_id = _spot_request_id() if capacity_type == "spot" else None
        if profile:
            backend.associate_iam_instance_profile(instance.id, iam_instance_profile_name=profile.name)
    return instances


def _merged(pool):
    spec = copy.deepcopy(pool.template.data)
    for field in ("ImageId", "KeyName", "IamInstanceProfile", "MetadataOptions", "BlockDeviceMappings"):
        if pool.override.get(field):
            spec[field] = pool.override[field]
    return spec


def _image(backend, spec):
    image_id = spec.get("ImageId") or ""
    if image_id.startswith("resolve:ssm:"):
        image_id = _resolve(backend, image_id.removeprefix("resolve:ssm:"))
    if not image_id:
        raise AWSError("MissingParameter", "The request must contain the parameter ImageId")
    found = backend.amis.get(image_id)
    if found is None:
        raise AWSError("InvalidAMIID.NotFound", f"The image id '[{image_id}]' does not exist")
    return found


def _resolve(backend, name):
    from moto.ssm.models import ssm_backends

    parameter = ssm_backends[backend.account_id][backend.region_name].get_parameter(name)
    if parameter is None:
        raise AWSError("InvalidParameterValue", f"The parameter {name} does not exist in Systems Manager.")
    return parameter.value


def _interface(spec):
    """The primary network interface of a template, {} when it has none."""
    for interface in spec.get("NetworkInterfaces") or []:
        if int(interface.get("DeviceIndex") or 0) == 0:
            return interface
    return {}


def _groups(backend, spec, subnet_id):
    ids = _interface(spec).get("Groups") or spec.get("SecurityGroupIds") or []
    if not ids and not spec.get("SecurityGroups"):
        vpc_id = backend.get_subnet(subnet_id).vpc_id
        default = backend.get_security_group_from_name("default", vpc_id)
        return [default.id] if default else []
    for group_id in ids:
        if backend.get_security_group_from_id(group_id) is None:
            raise AWSError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    named = [backend.get_security_group_from_name(n) for n in spec.get("SecurityGroups") or []]
    return [*ids, *(g.id for g in named if g)]


def _profile(backend, wanted):
    if not wanted:
        return None
    try:
        return filter_iam_instance_profiles(
            backend.account_id,
            partition=backend.partition,
            iam_instance_profile_arn=wanted.get("Arn"),
            iam_instance_profile_name=wanted.get("Name"),
        )
    except ServiceException:
        key, value = next(iter(wanted.items()))
        raise AWSError(
            "InvalidParameterValue",
            f"Value ({value}) for parameter iamInstanceProfile.{key.lower()} is invalid. "
            "Invalid IAM Instance Profile name",
        ) from None


def _disks(image, wanted):
    """The image's own disks, each field replaced by the template's for that device."""
    disks = {
        m["DeviceName"]: {k: v for k, v in m["Ebs"].items() if k != "SnapshotId"} for m in image.block_device_mappings
    }
    for mapping in wanted:
        if mapping.get("Ebs"):
            disks.setdefault(mapping["DeviceName"], {"DeleteOnTermination": True}).update(mapping["Ebs"])
    return [{"DeviceName": device, "Ebs": ebs} for device, ebs in disks.items()]


def _tags(fleet_id, pool, spec, request_tags):
    tags = convert_tag_spec(spec.get("TagSpecifications") or [])
    for resource, values in request_tags.items():
        tags.setdefault(resource, {}).update(values)
    tags.setdefault("instance", {}).update(
        {
            "aws:ec2:fleet-id": fleet_id,
            "aws:ec2launchtemplate:id": pool.template.template.id,
            "aws:ec2launchtemplate:version": str(pool.template.number),
        }
    )
    return tags


def _spot_request_id():
    return "sir-" + random.get_random_string(8, lower_case=True)
