"""EKS access entries: which IAM principal is who in the cluster.

Each function is an action of moto's EKSResponse; the entries hang on moto's
cluster object, so they go when it goes.
https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
"""

import uuid

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

from .errors import AWSError

_NODE_TYPES = {
    "EC2_LINUX": ("system:node:{{EC2PrivateDNSName}}", ["system:nodes"]),
    "EC2_WINDOWS": ("system:node:{{EC2PrivateDNSName}}", ["system:nodes", "eks:kube-proxy-windows"]),
    "FARGATE_LINUX": ("system:node:{{SessionName}}", ["system:bootstrappers", "system:nodes", "system:node-proxier"]),
    "EC2": ("system:node:{{EC2InstanceID}}", ["system:nodes"]),
}  # fmt: skip


def _cluster(response):
    return response.eks_backend.describe_cluster(name=response._get_param("name"))


def _entries(response):
    return _cluster(response).__dict__.setdefault("slipway_access", {})


def _entry(response):
    principal = response._get_param("principalArn")
    entry = _entries(response).get(principal)
    if entry is None:
        raise AWSError(
            "ResourceNotFoundException",
            f"The specified principalArn could not be found. You can view your available access entries "
            f"with 'list-access-entries'. ({principal})",
        )
    return entry


def _shown(entry):
    return {k: v for k, v in entry.items() if k != "policies"}


def create_access_entry(response):
    cluster, entries = _cluster(response), _entries(response)
    principal, kind = response._get_param("principalArn"), response._get_param("type") or "STANDARD"
    if principal in entries:
        raise AWSError(
            "ResourceInUseException", "The specified access entry resource is already in use on this cluster."
        )
    groups, username = response._get_param("kubernetesGroups") or [], response._get_param("username")
    if kind in _NODE_TYPES:
        if groups or username:
            raise AWSError(
                "InvalidParameterException", f"The kubernetesGroups and username are not allowed for type {kind}."
            )
        username, groups = _NODE_TYPES[kind]
    _check(username if kind == "STANDARD" else None, groups if kind == "STANDARD" else [])
    now = utcnow()
    entries[principal] = {
        "clusterName": cluster.name,
        "principalArn": principal,
        "kubernetesGroups": groups,
        "accessEntryArn": _arn(cluster, principal),
        "createdAt": now,
        "modifiedAt": now,
        "tags": response._get_param("tags") or {},
        "username": username or _username(principal),
        "type": kind,
        "policies": {},
    }
    return ActionResult({"accessEntry": _shown(entries[principal])})


def _check(username, groups):
    """Names that begin with system: and the like are Kubernetes' and AWS's own."""
    for name in [n for n in [username, *groups] if n]:
        if name.startswith(("system:", "eks:", "aws:", "amazon:", "iam:")):
            raise AWSError("InvalidParameterException", f"The name {name} begins with a reserved prefix.")


def _arn(cluster, principal):
    kind, name = principal.split(":")[5].split("/", 1)
    account = principal.split(":")[4]
    return (
        cluster.arn.replace(":cluster/", ":access-entry/") + f"/{kind}/{account}/{name.split('/')[-1]}/{uuid.uuid4()}"
    )


def _username(principal):
    """What EKS makes of a role when no username is given: its assumed-role ARN with the session."""
    account, resource = principal.split(":")[4:6]
    if resource.startswith("role/"):
        return f"arn:aws:sts::{account}:assumed-role/{resource.split('/')[-1]}/{{{{SessionName}}}}"
    return principal


def describe_access_entry(response):
    return ActionResult({"accessEntry": _shown(_entry(response))})


def update_access_entry(response):
    entry = _entry(response)
    groups, username = response._get_param("kubernetesGroups"), response._get_param("username")
    _check(username, groups or [])
    if groups is not None:
        entry["kubernetesGroups"] = groups
    if username:
        entry["username"] = username
    entry["modifiedAt"] = utcnow()
    return ActionResult({"accessEntry": _shown(entry)})


def delete_access_entry(response):
    _entry(response)
    del _entries(response)[response._get_param("principalArn")]
    return EmptyResult()


def list_access_entries(response):
    policy = response._get_param("associatedPolicyArn")
    return ActionResult(
        {"accessEntries": [p for p, e in _entries(response).items() if not policy or policy in e["policies"]]}
    )


def associate_access_policy(response):
    entry, now = _entry(response), utcnow()
    policy = {
        "policyArn": response._get_param("policyArn"),
        "accessScope": response._get_param("accessScope"),
        "associatedAt": now,
        "modifiedAt": now,
    }
    entry["policies"][policy["policyArn"]] = policy
    return ActionResult(
        {
            "clusterName": entry["clusterName"],
            "principalArn": entry["principalArn"],
            "associatedAccessPolicy": policy,
        }
    )


def disassociate_access_policy(response):
    _entry(response)["policies"].pop(response._get_param("policyArn"), None)
    return EmptyResult()


def list_associated_access_policies(response):
    entry = _entry(response)
    return ActionResult(
        {
            "clusterName": entry["clusterName"],
            "principalArn": entry["principalArn"],
            "associatedAccessPolicies": list(entry["policies"].values()),
        }
    )
