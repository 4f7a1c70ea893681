package crd

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	provider "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/slipway-dev/slipway/shared/model"
)

// classOf reads a class. One that can not be read keeps its name, and says why in Invalid.
func classOf(object *Object) model.EC2NodeClass {
	out := model.EC2NodeClass{
		Name:            object.GetName(),
		UID:             string(object.GetUID()),
		ResourceVersion: object.GetResourceVersion(),
		Generation:      object.GetGeneration(),
		CreatedAt:       object.GetCreationTimestamp().Time,
		Deleting:        object.GetDeletionTimestamp() != nil,
		Annotations:     object.GetAnnotations(),
	}
	var class provider.EC2NodeClass
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &class); err != nil {
		out.Invalid = "not an EC2NodeClass of v1: " + err.Error()
		return out
	}
	out.Status = statusOf(&class)
	if err := readSpec(&out, class.Spec); err != nil {
		out.Invalid = err.Error()
		return out
	}
	out.Hash = hashOf(&class)
	return out
}

func readSpec(out *model.EC2NodeClass, spec provider.EC2NodeClassSpec) error {
	for _, t := range spec.SubnetSelectorTerms {
		out.Subnets = append(out.Subnets, model.Selector{ID: t.ID, Tags: t.Tags})
	}
	for _, t := range spec.SecurityGroupSelectorTerms {
		out.SecurityGroups = append(out.SecurityGroups, model.Selector{ID: t.ID, Name: t.Name, Tags: t.Tags})
	}
	for _, t := range spec.AMISelectorTerms {
		out.Images = append(out.Images, model.ImageTerm{
			Selector: model.Selector{ID: t.ID, Name: t.Name, Owner: t.Owner, Tags: t.Tags},
			Alias:    t.Alias, SSMParameter: t.SSMParameter,
		})
	}
	var err error
	if out.Family, err = familyOf(spec); err != nil {
		return err
	}
	if out.Devices, err = devicesOf(spec.BlockDeviceMappings); err != nil {
		return err
	}
	if err := readKubelet(out, spec.Kubelet); err != nil {
		return err
	}
	out.UserData = value(spec.UserData)
	out.Role, out.Profile = spec.Role, value(spec.InstanceProfile)
	out.Tags = spec.Tags
	out.InstanceStore = value(spec.InstanceStorePolicy) == provider.InstanceStorePolicyRAID0
	out.Metadata = metadataOf(spec.MetadataOptions)
	out.Monitoring = value(spec.DetailedMonitoring)
	out.PublicIP, out.IPPrefixes = spec.AssociatePublicIPAddress, value(spec.IPPrefixCount)
	out.Unsupported = unsupported(spec)
	return nil
}

// unsupported lists what this version can not do yet. Reserved capacity is not among it: without it, a class works
// and costs more.
func unsupported(spec provider.EC2NodeClassSpec) []string {
	var out []string
	for _, field := range []struct {
		name string
		set  bool
	}{
		{"connectionTracking", spec.ConnectionTracking != nil},
		{"context", value(spec.Context) != ""},
		{"cpuOptions", spec.CPUOptions != nil},
		{"networkInterfaces", len(spec.NetworkInterfaces) > 0},
		{"placementGroupSelector", spec.PlacementGroupSelector != nil},
	} {
		if field.set {
			out = append(out, field.name)
		}
	}
	return out
}

// familyOf is the class's own, or that of its alias.
func familyOf(spec provider.EC2NodeClassSpec) (string, error) {
	var alias string
	for _, t := range spec.AMISelectorTerms {
		if t.Alias != "" {
			alias = t.Alias
		}
	}
	name, version, ok := strings.Cut(alias, "@")
	if alias != "" && (!ok || name == "" || version == "") {
		return "", fmt.Errorf("alias %q is not family@version", alias)
	}
	if spec.AMIFamily != nil {
		return *spec.AMIFamily, nil
	}
	for _, family := range []string{
		provider.AMIFamilyAL2, provider.AMIFamilyAL2023, provider.AMIFamilyBottlerocket,
		provider.AMIFamilyWindows2019, provider.AMIFamilyWindows2022, provider.AMIFamilyWindows2025,
	} {
		if name == strings.ToLower(family) {
			return family, nil
		}
	}
	if alias == "" {
		return provider.AMIFamilyCustom, nil
	}
	return "", fmt.Errorf("alias %q is of no known family", alias)
}

// metadataOf has Karpenter's defaults, which are also the ones that EKS recommends.
func metadataOf(options *provider.MetadataOptions) model.MetadataOptions {
	out := model.MetadataOptions{Endpoint: "enabled", IPv6: "disabled", HopLimit: 1, Tokens: "required"}
	if options == nil {
		return out
	}
	for _, f := range []struct {
		to   *string
		from *string
	}{{&out.Endpoint, options.HTTPEndpoint}, {&out.IPv6, options.HTTPProtocolIPv6}, {&out.Tokens, options.HTTPTokens}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if options.HTTPPutResponseHopLimit != nil {
		out.HopLimit = int32(*options.HTTPPutResponseHopLimit)
	}
	return out
}

// hashOf covers what Karpenter's own hash covers, which selectors are no part of: what they resolve to drifts by
// itself. The cluster's CA is left out.
func hashOf(class *provider.EC2NodeClass) string {
	sum := sha256.Sum256([]byte(class.Hash(nil)))
	return hex.EncodeToString(sum[:8])
}

func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
