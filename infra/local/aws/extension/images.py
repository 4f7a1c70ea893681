"""The images of EKS: AL2023 and Bottlerocket, by SSM parameter and by DescribeImages.

A few releases of each for every Kubernetes version; "recommended" and "latest"
point at the newest. Ids follow from the names, so they are the same in every
run.
https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html
https://github.com/bottlerocket-os/bottlerocket (public SSM parameters)
"""

import dataclasses
import datetime
import functools
import hashlib

from moto.ec2.models.amis import Ami, AmiBackend
from moto.ssm.models import Parameter, ParameterDict

_MINORS = range(30, 38)  # Kubernetes 1.30 to 1.37
_AL2023_RELEASES = ("20260915", "20261013", "20261110")
_BOTTLEROCKET_RELEASES = (("1.49.0", "20260901"), ("1.50.0", "20261006"), ("1.51.1", "20261103"))
_ARCHITECTURES = ("x86_64", "arm64")
_EKS_OWNER, _BOTTLEROCKET_OWNER = "602401143452", "092701018921"


@dataclasses.dataclass(frozen=True)
class Image:
    name: str
    architecture: str
    owner: str
    created: datetime.datetime
    disks: tuple  # (device, GiB)
    parameters: tuple  # (name, value or None for the image's id)

    @property
    def id(self):
        return "ami-0" + hashlib.sha256(self.name.encode()).hexdigest()[:16]


def install():
    AmiBackend._load_amis = _load_images
    AmiBackend.describe_images = _describe_images(AmiBackend.describe_images)
    Ami.block_device_mappings = property(_disks)
    check = ParameterDict._check_loading_status

    def check_loading_status(self, key):
        check(self, key)
        if not self.__dict__.get("slipway_loaded"):
            self.slipway_loaded = True
            for name, value in parameters().items():
                dict.__setitem__(self, name, [_parameter(self.account_id, name, value)])

    ParameterDict._check_loading_status = check_loading_status


@functools.cache
def images():
    return tuple(_al2023()) + tuple(_bottlerocket())


@functools.cache
def parameters():
    """All public parameters, name -> value. Later releases win over earlier ones."""
    return {name: i.id if value is None else value for i in images() for name, value in i.parameters}


def _al2023():
    for minor in _MINORS:
        for arch in _ARCHITECTURES:
            for variant in ("standard", "nvidia", "neuron"):
                if (variant, arch) == ("neuron", "arm64"):
                    continue  # there are no Neuron instances with Arm
                for release in _AL2023_RELEASES:
                    yield _al2023_image(minor, arch, variant, release)


def _al2023_image(minor, arch, variant, release):
    version = f"1.{minor}"
    name = f"amazon-eks-node-al2023-{arch}-{variant}-{version}-v{release}"
    base = f"/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/{arch}/{variant}"
    newest = release == _AL2023_RELEASES[-1]
    places = [f"{base}/{name}", *([f"{base}/recommended"] if newest else [])]
    found = [(f"{p}/{k}", v) for p in places for k, v in _values(name, version, release)]
    created = datetime.datetime.strptime(release, "%Y%m%d").replace(hour=17)
    return Image(name, arch, _EKS_OWNER, created, (("/dev/xvda", 20),), tuple(found))


def _values(name, version, release):
    return [("image_id", None), ("image_name", name), ("release_version", f"{version}.0-{release}")]


def _bottlerocket():
    for minor in _MINORS:
        for arch in _ARCHITECTURES:
            for flavor in ("", "-nvidia"):
                for release, day in _BOTTLEROCKET_RELEASES:
                    yield _bottlerocket_image(minor, arch, flavor, release, day)


def _bottlerocket_image(minor, arch, flavor, release, day):
    variant = f"aws-k8s-1.{minor}{flavor}"
    build = hashlib.sha256(release.encode()).hexdigest()[:8]
    name = f"bottlerocket-{variant}-{arch}-v{release}-{build}"
    base = f"/aws/service/bottlerocket/{variant}/{arch}"
    newest = release == _BOTTLEROCKET_RELEASES[-1][0]
    values = (("image_id", None), ("image_version", f"{release}-{build}"))
    names = (release, f"{release}-{build}", *(["latest"] if newest else []))
    found = [(f"{base}/{n}/{k}", v) for n in names for k, v in values]
    created = datetime.datetime.strptime(day, "%Y%m%d").replace(hour=20)
    return Image(name, arch, _BOTTLEROCKET_OWNER, created, (("/dev/xvda", 2), ("/dev/xvdb", 20)), tuple(found))


def _load_images(self):
    """moto's images of an EC2 backend: ours only."""
    for image in images():
        ami = _BareAmi(self, image)
        self.amis[ami.id] = ami


def _describe_images(search):
    def describe_images(self, ami_ids=None, filters=None, exec_users=None, owners=None):
        """A launch asks for its one image a few times: no search through all of them."""
        if not ami_ids and not exec_users and not owners and filters and list(filters) == ["image-id"]:
            wanted = filters["image-id"]
            if isinstance(wanted, str):
                return [self.amis[wanted]] if wanted in self.amis else []
        return search(self, ami_ids, filters, exec_users, owners)

    return describe_images


class _BareAmi(Ami):
    """An Ami without the volume and snapshot that moto makes for each: there are hundreds."""

    def __init__(self, backend, image):
        self.ec2_backend = backend
        self.id, self.name, self.architecture = image.id, image.name, image.architecture
        self.owner_id, self.owner_alias = image.owner, "amazon"
        self.image_location = f"{image.owner}/{image.name}"
        self.description = image.name
        self.creation_date = image.created
        self.state, self.image_type, self.hypervisor = "available", "machine", "xen"
        self.virtualization_type, self.root_device_type = "hvm", "ebs"
        self.root_device_name = image.disks[0][0]
        self.sriov, self.boot_mode = "simple", "uefi-preferred"
        self.kernel_id = self.platform = self.instance_id = None
        self.product_codes = set()
        self.launch_permissions = [{"Group": "all"}]
        self.slipway_disks = image.disks


def _disks(self):
    disks = getattr(self, "slipway_disks", ((self.root_device_name, 15),))
    return [
        {
            "DeviceName": device,
            "Ebs": {
                "SnapshotId": _snapshot(self, device),
                "VolumeSize": size,
                "DeleteOnTermination": True,
                "VolumeType": "gp3",
                "Encrypted": False,
            },
        }
        for device, size in disks
    ]


def _snapshot(ami, device):
    if hasattr(ami, "ebs_snapshot"):
        return ami.ebs_snapshot.id
    return "snap-0" + hashlib.sha256(f"{ami.id}{device}".encode()).hexdigest()[:16]


def _parameter(account_id, name, value):
    return Parameter(
        account_id=account_id, name=name, value=value, parameter_type="String", description=None,
        allowed_pattern=None, keyid=None, last_modified_date=datetime.datetime(2026, 11, 10, 17), version=1,
        data_type="text",
    )  # fmt: skip
