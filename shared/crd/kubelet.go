package crd

import (
	"fmt"
	"strconv"
	"strings"

	provider "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/slipway-dev/slipway/shared/model"
)

// readKubelet reads the kubelet's settings twice: as they are told to the kubelet, and as numbers for decisions.
func readKubelet(out *model.EC2NodeClass, k *provider.KubeletConfiguration) error {
	if k == nil {
		return nil
	}
	out.Settings = model.KubeletSettings{
		ClusterDNS: k.ClusterDNS, MaxPods: k.MaxPods, PodsPerCore: k.PodsPerCore,
		SystemReserved: k.SystemReserved, KubeReserved: k.KubeReserved,
		EvictionHard: k.EvictionHard, EvictionSoft: k.EvictionSoft,
		EvictionMaxPodGracePeriod:   k.EvictionMaxPodGracePeriod,
		ImageGCHighThresholdPercent: k.ImageGCHighThresholdPercent,
		ImageGCLowThresholdPercent:  k.ImageGCLowThresholdPercent,
		CPUCFSQuota:                 k.CPUCFSQuota,
	}
	for signal, grace := range k.EvictionSoftGracePeriod {
		if out.Settings.EvictionSoftGracePeriod == nil {
			out.Settings.EvictionSoftGracePeriod = map[string]string{}
		}
		out.Settings.EvictionSoftGracePeriod[signal] = grace.Duration.String()
	}
	if out.Family == model.FamilyBottlerocket {
		out.Settings.PodsPerCore = nil // it has no such setting
	}
	var err error
	out.Kubelet.MaxPods, out.Kubelet.PodsPerCore = wide(k.MaxPods), wide(out.Settings.PodsPerCore)
	if out.Kubelet.KubeReserved, err = reserved(k.KubeReserved); err != nil {
		return fmt.Errorf("kubelet.kubeReserved: %w", err)
	}
	if out.Kubelet.SystemReserved, err = reserved(k.SystemReserved); err != nil {
		return fmt.Errorf("kubelet.systemReserved: %w", err)
	}
	// The kubelet takes hard thresholds alone off what pods may use.
	if out.Kubelet.EvictionMemory, err = threshold(k.EvictionHard["memory.available"]); err != nil {
		return fmt.Errorf("kubelet.evictionHard: memory.available: %w", err)
	}
	if out.Kubelet.EvictionStorage, err = threshold(k.EvictionHard["nodefs.available"]); err != nil {
		return fmt.Errorf("kubelet.evictionHard: nodefs.available: %w", err)
	}
	return nil
}

func wide(n *int32) *int64 {
	if n == nil {
		return nil
	}
	w := int64(*n)
	return &w
}

func reserved(amounts map[string]string) (*model.Resources, error) {
	if len(amounts) == 0 {
		return nil, nil
	}
	var out model.Resources
	for name, text := range amounts {
		q, err := resource.ParseQuantity(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		amount := q.Value()
		if name == model.CPU {
			amount = q.MilliValue()
		}
		out = out.With(name, amount)
	}
	return &out, nil
}

// threshold reads 100Mi or 5%. The kubelet takes 100 % for a threshold that is switched off; of ours, zero is the
// default, and a single byte is as good as none.
func threshold(text string) (model.Threshold, error) {
	if text == "" {
		return model.Threshold{}, nil
	}
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		p, err := strconv.ParseFloat(percent, 64)
		switch {
		case err != nil || p < 0 || p > 100:
			return model.Threshold{}, fmt.Errorf("%q is no percentage", text)
		case p == 0 || p == 100:
			return model.Threshold{Bytes: 1}, nil
		}
		return model.Threshold{Percent: p}, nil
	}
	q, err := resource.ParseQuantity(text)
	if err != nil {
		return model.Threshold{}, err
	}
	return model.Threshold{Bytes: max(1, q.Value())}, nil
}
