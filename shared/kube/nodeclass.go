package kube

import (
	"github.com/slipway-dev/slipway/shared/model"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// classObject is a karpenter.k8s.aws/v1 EC2NodeClass. What its selectors resolved to is the catalog's business.
type classObject struct {
	Metadata metadata `json:"metadata"`
	Status   struct {
		Conditions []metav1.Condition `json:"conditions"`
	} `json:"status"`
}

func classes() resource[classObject, model.NodeClass] {
	return resource[classObject, model.NodeClass]{
		plural: "EC2NodeClasses",
		path:   pathClasses,
		items:  customItems[classObject],
		meta:   func(c *classObject) (string, string) { return c.Metadata.Name, c.Metadata.ResourceVersion },
		value: func(c *classObject) model.NodeClass {
			return model.NodeClass{
				Name:            c.Metadata.Name,
				UID:             c.Metadata.UID,
				ResourceVersion: c.Metadata.ResourceVersion,
				Generation:      c.Metadata.Generation,
				Deleting:        !c.Metadata.DeletionTimestamp.IsZero(),
				Conditions:      conditionsOf(c.Status.Conditions),
			}
		},
	}
}
