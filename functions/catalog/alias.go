package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// variant is a build of an image for some machines.
type variant string

const (
	standard variant = "standard"
	nvidia   variant = "nvidia"
	neuron   variant = "neuron"
)

// requirements that a machine has to meet, apart from its architecture.
func (v variant) requirements() []model.Requirement {
	switch v {
	case nvidia:
		return []model.Requirement{{Key: labelGPUCount, Operator: model.Exists}}
	case neuron:
		return []model.Requirement{{Key: labelAccCount, Operator: model.Exists}}
	}
	return []model.Requirement{
		{Key: labelAccCount, Operator: model.DoesNotExist}, {Key: labelGPUCount, Operator: model.DoesNotExist},
	}
}

// parametersOf are the public SSM parameters that hold the images of an alias for a version of Kubernetes, and the
// variants that each serves. Not every one exists.
// Source: EKS and Bottlerocket user guides, "Retrieve recommended AMI IDs".
func parametersOf(alias, kubernetes string) (map[string][]variant, error) {
	family, version, _ := strings.Cut(alias, "@")
	switch family {
	case "al2023":
		return al2023Parameters(version, kubernetes), nil
	case "bottlerocket":
		return bottlerocketParameters(version, kubernetes), nil
	}
	return nil, fmt.Errorf("alias %s: images of this family are not supported, al2023 and bottlerocket are", alias)
}

func al2023Parameters(version, kubernetes string) map[string][]variant {
	out := map[string][]variant{}
	for arch, variants := range map[string][]variant{
		"x86_64": {standard, nvidia, neuron},
		"arm64":  {standard, nvidia},
	} {
		for _, v := range variants {
			release := "recommended"
			if version != "latest" {
				release = fmt.Sprintf("amazon-eks-node-al2023-%s-%s-%s-%s", arch, v, kubernetes, version)
			}
			out[fmt.Sprintf("/aws/service/eks/optimized-ami/%s/amazon-linux-2023/%s/%s/%s/image_id", kubernetes, arch, v, release)] = []variant{v}
		}
	}
	return out
}

// bottlerocketParameters: Neuron runs on the standard image; versions are written with or without their v.
func bottlerocketParameters(version, kubernetes string) map[string][]variant {
	path := func(build, arch string) string {
		return fmt.Sprintf("/aws/service/bottlerocket/aws-k8s-%s%s/%s/%s/image_id", kubernetes, build, arch, strings.TrimPrefix(version, "v"))
	}
	return map[string][]variant{
		path("", "x86_64"):        {standard, neuron},
		path("", "arm64"):         {standard},
		path("-nvidia", "x86_64"): {nvidia},
		path("-nvidia", "arm64"):  {nvidia},
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
