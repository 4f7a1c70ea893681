package kube

import (
	"github.com/slipway-dev/slipway/shared/model"
	corev1 "k8s.io/api/core/v1"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
)

// largest amount of anything that is read. More than this is as unattainable, and sums of it stay within int64.
const largest = 1 << 50

// resourcesOf turns a resource list into amounts: millicores for cpu, base units for all others, rounded up as
// the scheduler does.
func resourcesOf(list corev1.ResourceList) model.Resources {
	var r model.Resources
	for name, q := range list {
		r = r.With(string(name), amountOf(string(name), q))
	}
	return r
}

func amountOf(name string, q apiresource.Quantity) int64 {
	if name == model.CPU {
		if q.Value() > largest/1000 { // MilliValue does not say when it overflows
			return largest
		}
		return q.MilliValue()
	}
	return min(q.Value(), largest)
}

// quantitiesOf writes amounts as Kubernetes does: 1500m, 7Gi, 4.
func quantitiesOf(r model.Resources) corev1.ResourceList {
	out := corev1.ResourceList{}
	for _, name := range r.Names() {
		out[corev1.ResourceName(name)] = quantityOf(name, r.Get(name))
	}
	return out
}

func quantityOf(name string, amount int64) apiresource.Quantity {
	switch name {
	case model.CPU:
		return *apiresource.NewMilliQuantity(amount, apiresource.DecimalSI)
	case model.Memory, model.EphemeralStorage:
		return *apiresource.NewQuantity(amount, apiresource.BinarySI)
	}
	return *apiresource.NewQuantity(amount, apiresource.DecimalSI)
}
