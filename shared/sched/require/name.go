package require

import "github.com/slipway-dev/slipway/shared/model"

// Name is today's name of a label: those that Kubernetes has renamed, and a zone label that the EBS driver puts on
// nodes later, mean the same as one of Karpenter's well-known labels.
func Name(key string) string {
	switch key {
	case "beta.kubernetes.io/arch":
		return model.LabelArch
	case "beta.kubernetes.io/os":
		return model.LabelOS
	case "beta.kubernetes.io/instance-type":
		return model.LabelInstanceType
	case "failure-domain.beta.kubernetes.io/zone", "topology.ebs.csi.aws.com/zone":
		return model.LabelZone
	case "failure-domain.beta.kubernetes.io/region":
		return model.LabelRegion
	}
	return key
}
