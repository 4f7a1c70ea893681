"""Puts all patches of this package in place."""

from . import (
    ec2_fleet,
    ec2_instances,
    ec2_prices,
    ec2_types,
    eks,
    events_bus,
    images,
    launch_templates,
    pricing,
    sqs_fifo,
)


def install():
    for module in (
        ec2_fleet, ec2_instances, ec2_prices, ec2_types, eks, events_bus, images, launch_templates, pricing, sqs_fifo,
    ):  # fmt: skip
        module.install()
