"""The security group that EKS makes for a cluster, and the VPC that it finds.

https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
"""

import uuid

from moto.core.exceptions import ServiceException


def attach(cluster, account_id, region):
    """Add vpcId and clusterSecurityGroupId to a new cluster.

    Subnets that do not exist are passed over: moto takes them too, and tests
    of other things need no network.
    """
    from moto.ec2.models import ec2_backends

    ec2 = ec2_backends[account_id][region]
    config = cluster.resources_vpc_config
    for subnet_id in config.get("subnetIds") or []:
        try:
            vpc_id = ec2.get_subnet(subnet_id).vpc_id
        except ServiceException:
            continue
        config.update(vpcId=vpc_id, clusterSecurityGroupId=_group(ec2, cluster, vpc_id))
        return


def _group(ec2, cluster, vpc_id):
    group = ec2.create_security_group(
        f"eks-cluster-sg-{cluster.name}-{uuid.uuid4().hex[:10]}",
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, "
        "as well as any managed workloads.",
        vpc_id=vpc_id,
    )
    tags = {f"kubernetes.io/cluster/{cluster.name}": "owned", "aws:eks:cluster-name": cluster.name}
    ec2.tags[group.id].update({"Name": group.name, **tags})  # create_tags refuses the aws: prefix
    return group.id
