package crd

import (
	"time"

	provider "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

func statusOf(class *provider.EC2NodeClass) model.EC2NodeClassStatus {
	out := model.EC2NodeClassStatus{ResourceVersion: class.ResourceVersion, Profile: class.Status.InstanceProfile}
	for _, s := range class.Status.Subnets {
		out.Subnets = append(out.Subnets, model.Subnet{ID: s.ID, Zone: s.Zone, ZoneID: s.ZoneID})
	}
	for _, g := range class.Status.SecurityGroups {
		out.SecurityGroups = append(out.SecurityGroups, model.SecurityGroup{ID: g.ID, Name: g.Name})
	}
	for _, a := range class.Status.AMIs {
		image := model.Image{ID: a.ID, Name: a.Name}
		for _, r := range a.Requirements {
			image.Requirements = append(image.Requirements, model.Requirement{
				Key: r.Key, Operator: model.Operator(r.Operator), Values: r.Values,
			})
		}
		out.Images = append(out.Images, image)
	}
	for _, c := range class.Status.Conditions {
		out.Conditions = append(out.Conditions, model.Condition{
			Type: c.Type, Status: string(c.Status), Reason: c.Reason, Message: c.Message,
			LastTransitionTime: c.LastTransitionTime.UTC(), ObservedGeneration: c.ObservedGeneration,
		})
	}
	return out
}

// statusPatch writes every field that is ours, so that what is gone is removed; a list of nothing is written as
// null. The capacity reservations stay as they are.
type statusPatch struct {
	Subnets         []provider.Subnet        `json:"subnets"`
	SecurityGroups  []provider.SecurityGroup `json:"securityGroups"`
	AMIs            []provider.AMI           `json:"amis"`
	InstanceProfile *string                  `json:"instanceProfile"`
	Conditions      []metav1.Condition       `json:"conditions"`
}

func statusPatchOf(s model.EC2NodeClassStatus) statusPatch {
	var out statusPatch
	for _, x := range s.Subnets {
		out.Subnets = append(out.Subnets, provider.Subnet{ID: x.ID, Zone: x.Zone, ZoneID: x.ZoneID})
	}
	for _, x := range s.SecurityGroups {
		out.SecurityGroups = append(out.SecurityGroups, provider.SecurityGroup{ID: x.ID, Name: x.Name})
	}
	for _, x := range s.Images {
		ami := provider.AMI{ID: x.ID, Name: x.Name, Requirements: []corev1.NodeSelectorRequirement{}}
		for _, r := range x.Requirements {
			ami.Requirements = append(ami.Requirements, corev1.NodeSelectorRequirement{
				Key: r.Key, Operator: corev1.NodeSelectorOperator(r.Operator), Values: r.Values,
			})
		}
		out.AMIs = append(out.AMIs, ami)
	}
	if s.Profile != "" {
		out.InstanceProfile = &s.Profile
	}
	for _, c := range s.Conditions {
		out.Conditions = append(out.Conditions, metav1.Condition{
			Type: c.Type, Status: metav1.ConditionStatus(c.Status), Reason: c.Reason, Message: c.Message,
			LastTransitionTime: metav1.NewTime(c.LastTransitionTime.Truncate(time.Second)),
			ObservedGeneration: c.ObservedGeneration,
		})
	}
	return out
}
