"""EKS: clusters whose endpoint is the local control plane, and access entries.

    POST /slipway/clusters  {"name": "demo", "endpoint": "https://127.0.0.1:6443",
                             "certificateAuthority": "<base64 PEM>", "version": "1.35"}

says where a cluster's API server is, before or after CreateCluster.
https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations.html
"""

import threading

from moto.eks import models as eks_models
from moto.eks import urls
from moto.eks.responses import EKSResponse

from . import eks_access, eks_network

_LOCK = threading.Lock()
_clusters = {}


def set_cluster(asked):
    with _LOCK:
        _clusters[asked["name"]] = {k: v for k, v in asked.items() if v}
        return _clusters[asked["name"]]


def known_clusters():
    with _LOCK:
        return list(_clusters.values())


def reset():
    with _LOCK:
        _clusters.clear()


def install():
    eks_models.DEFAULT_KUBERNETES_VERSION = "1.35"
    # moto routes few paths; botocore's model finds the operation of any.
    urls.url_paths["{0}/clusters/(?P<name>[^/]+)/(?P<rest>.+)$"] = urls.response.dispatch
    create, describe = EKSResponse.create_cluster, EKSResponse.describe_cluster

    def create_cluster(self):
        answer = create(self)
        cluster = self.eks_backend.describe_cluster(self._get_param("name"))
        cluster.access_config = {"authenticationMode": "API_AND_CONFIG_MAP", **(self._get_param("accessConfig") or {})}
        eks_network.attach(cluster, self.current_account, self.region)
        return _placed(answer)

    EKSResponse.create_cluster = create_cluster
    EKSResponse.describe_cluster = lambda self: _placed(describe(self))
    for action in (
        "create_access_entry", "describe_access_entry", "update_access_entry", "delete_access_entry",
        "list_access_entries", "associate_access_policy", "disassociate_access_policy",
        "list_associated_access_policies",
    ):  # fmt: skip
        setattr(EKSResponse, action, getattr(eks_access, action))


def _placed(answer):
    """The cluster of an answer, with the endpoint that was set for it."""
    cluster = answer.result["cluster"]
    with _LOCK:
        known = _clusters.get(cluster.name)
    if known:
        cluster.endpoint = known.get("endpoint", cluster.endpoint)
        cluster.version = known.get("version", cluster.version)
        if "certificateAuthority" in known:
            cluster.certificate_authority = {"data": known["certificateAuthority"]}
    return answer
