package kube

import (
	"encoding/json"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Karpenter's API, of which the structs beside this file hold the fields that Slipway uses.
const (
	groupKarpenter   = "karpenter.sh"
	versionKarpenter = groupKarpenter + "/v1"
	kindClaim        = "NodeClaim"
	kindPool         = "NodePool"
	pathClaims       = "/apis/karpenter.sh/v1/nodeclaims"
	pathPools        = "/apis/karpenter.sh/v1/nodepools"
	pathClasses      = "/apis/karpenter.k8s.aws/v1/ec2nodeclasses"
)

// metadata of an object.
type metadata struct {
	Name              string                  `json:"name,omitempty"`
	UID               string                  `json:"uid,omitempty"`
	ResourceVersion   string                  `json:"resourceVersion,omitempty"`
	Generation        int64                   `json:"generation,omitempty"`
	Labels            map[string]string       `json:"labels,omitempty"`
	Annotations       map[string]string       `json:"annotations,omitempty"`
	Finalizers        []string                `json:"finalizers,omitempty"`
	OwnerReferences   []metav1.OwnerReference `json:"ownerReferences,omitempty"`
	CreationTimestamp time.Time               `json:"creationTimestamp,omitzero"`
	DeletionTimestamp time.Time               `json:"deletionTimestamp,omitzero"`
}

// customList is a LIST's answer.
type customList[O any] struct {
	Metadata metav1.ListMeta `json:"metadata"`
	Items    []O             `json:"items"`
}

func customItems[O any](_ string, body []byte) ([]O, metav1.ListMeta, error) {
	var l customList[O]
	err := json.Unmarshal(body, &l)
	return l.Items, l.Metadata, err
}

// classRef is spec.nodeClassRef.
type classRef struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// requirement is a node selector requirement with Karpenter's minimum of values.
type requirement struct {
	Key       string   `json:"key"`
	Operator  string   `json:"operator"`
	Values    []string `json:"values,omitempty"`
	MinValues *int     `json:"minValues,omitempty"`
}

// customTaint is a taint in a pool or a claim; a corev1.Taint would add a null timeAdded.
type customTaint struct {
	Key    string `json:"key"`
	Value  string `json:"value,omitempty"`
	Effect string `json:"effect"`
}

func requirementsOf(list []requirement) []model.Requirement {
	var out []model.Requirement
	for _, r := range list {
		m := model.Requirement{Key: r.Key, Operator: model.Operator(r.Operator), Values: r.Values}
		if r.MinValues != nil {
			m.MinValues = *r.MinValues
		}
		out = append(out, m)
	}
	return out
}

func customRequirements(list []model.Requirement) []requirement {
	out := []requirement{} // required by the CRD, even when empty
	for _, r := range list {
		c := requirement{Key: r.Key, Operator: string(r.Operator), Values: r.Values}
		if r.MinValues != 0 {
			c.MinValues = &r.MinValues
		}
		out = append(out, c)
	}
	return out
}

func modelTaints(list []customTaint) []model.Taint {
	var out []model.Taint
	for _, t := range list {
		out = append(out, model.Taint(t))
	}
	return out
}

func customTaints(list []model.Taint) []customTaint {
	out := []customTaint{} // a patch that empties the list has to say so
	for _, t := range list {
		out = append(out, customTaint(t))
	}
	return out
}

func conditionsOf(list []metav1.Condition) model.Conditions {
	var out model.Conditions
	for _, c := range list {
		out = append(out, model.Condition{
			Type:               c.Type,
			Status:             string(c.Status),
			Reason:             c.Reason,
			Message:            c.Message,
			LastTransitionTime: c.LastTransitionTime.UTC(),
			ObservedGeneration: c.ObservedGeneration,
		})
	}
	sortConditions(out)
	return out
}
