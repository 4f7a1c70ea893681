"""Tags of one resource, looked up instead of searched for.

moto walks over the tags of the whole account for each resource that it shows;
with a few hundred instances that is most of a DescribeInstances.
"""

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix


def install():
    TaggedEC2Resource.get_tags = _get_tags


def _get_tags(self):
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(self.id), "") if self.id else ""
    tags = dict(self.ec2_backend.tags.get(self.id, {}))
    return [{"resource_id": self.id, "key": k, "value": v, "resource_type": kind} for k, v in tags.items()]
