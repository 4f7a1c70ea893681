"""Puts all patches of this package in place."""

from . import (
    dynamodb,
    ec2_fleet,
    ec2_instances,
    ec2_prices,
    ec2_tags,
    ec2_types,
    eks,
    events_bus,
    images,
    launch_templates,
    pricing,
    sqs_fifo,
)

_SERVICES = (
    dynamodb,
    ec2_fleet,
    ec2_instances,
    ec2_prices,
    ec2_tags,
    ec2_types,
    eks,
    events_bus,
    images,
    launch_templates,
    pricing,
    sqs_fifo,
)


def install():
    for service in _SERVICES:
        service.install()
