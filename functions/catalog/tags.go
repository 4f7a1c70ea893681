package catalog

import (
	"maps"

	"github.com/slipway-dev/slipway/shared/model"
)

// ownTags are on all that is made for the class: the class's own tags and, not to be overwritten by them, whose it
// is. EKS and the cloud controller go by kubernetes.io/cluster, Karpenter by the others.
func (r *resolution) ownTags() map[string]string {
	tags := maps.Clone(r.class.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	tags["kubernetes.io/cluster/"+r.cluster.Info.Name] = "owned"
	tags["eks:eks-cluster-name"] = r.cluster.Info.Name
	tags[model.LabelNodeClass] = r.class.Name
	tags[model.TagCluster] = r.cluster.Info.Owner()
	return tags
}
