"""Launch templates: SourceVersion, ClientToken, and tags of the template kept apart.

moto files the tags that the template itself gets under those that its
instances get, and forgets what a new version is based on.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
"""

import copy
import json

from moto.core.responses import ActionResult
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.ec2.utils import parse_user_data

from . import fleet_pools
from .errors import AWSError


def install():
    LaunchTemplates.create_launch_template = lambda self: _once(self, _create)
    LaunchTemplates.create_launch_template_version = lambda self: _once(self, _create_version)


def _once(response, create):
    """Repeat the answer under the same ClientToken."""
    response.error_on_dryrun()
    token, asked = response._get_param("ClientToken"), json.dumps(response.params, sort_keys=True, default=str)
    remembered = response.ec2_backend.__dict__.setdefault("slipway_templates", {})
    if token in remembered:
        before, answer = remembered[token]
        if before != asked:
            raise AWSError(
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            )
        return ActionResult(copy.deepcopy(answer))
    answer = create(response)
    if token:
        remembered[token] = (asked, copy.deepcopy(answer))
    return ActionResult(answer)


def _data(response):
    data = copy.deepcopy(response._get_param("LaunchTemplateData") or {})
    if data.get("UserData") is not None:
        data["UserData"] = parse_user_data(data["UserData"])
    return data


def _create(response):
    template = response.ec2_backend.create_launch_template(
        response._get_param("LaunchTemplateName"),
        response._get_param("VersionDescription"),
        _data(response),
        response._parse_tag_specification(),
    )
    return {
        "LaunchTemplate": {
            "CreateTime": template.create_time,
            "CreatedBy": f"arn:{response.partition}:iam::{response.current_account}:root",
            "DefaultVersionNumber": template.default_version_number,
            "LatestVersionNumber": template.latest_version_number,
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "Tags": template.tags,
        }
    }


def _create_version(response):
    wanted = {
        "LaunchTemplateId": response._get_param("LaunchTemplateId"),
        "LaunchTemplateName": response._get_param("LaunchTemplateName"),
    }
    source = response._get_param("SourceVersion")
    base = fleet_pools.template_version(response.ec2_backend, {**wanted, "Version": source})
    data = _data(response)
    if source:
        data = {**copy.deepcopy(base.data), **data}
    template = base.template
    version = template.create_version(data, response._get_param("VersionDescription"))
    return {
        "LaunchTemplateVersion": {
            "CreateTime": version.create_time,
            "CreatedBy": f"arn:{response.partition}:iam::{response.current_account}:root",
            "DefaultVersion": template.is_default(version),
            "LaunchTemplateData": version.data,
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "VersionDescription": version.description,
            "VersionNumber": version.number,
        }
    }
