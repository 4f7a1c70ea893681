package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/userdata"
)

// templateSpec is the launch template for nodes of the pool that boot from the image.
func (r *resolution) templateSpec(pool model.NodePool, image string) (model.TemplateSpec, error) {
	text, err := r.userData(pool)
	if err != nil {
		return model.TemplateSpec{}, err
	}
	tags := r.ownTags()
	tags[model.LabelNodePool] = pool.Name
	spec := model.TemplateSpec{
		ImageID:    image,
		Profile:    r.profile,
		UserData:   text,
		Devices:    devicesOf(r.class),
		Metadata:   r.class.Metadata,
		Monitoring: r.class.Monitoring,
		PublicIP:   r.class.PublicIP,
		IPPrefixes: r.class.IPPrefixes,
		Tags:       tags,
	}
	for _, g := range r.groups {
		spec.SecurityGroups = append(spec.SecurityGroups, g.ID)
	}
	spec.Name, err = templateName(r.cluster.Info.Key, spec)
	return spec, err
}

// templateName is the hash of the content, so that equal content is made once and other content is never mistaken
// for it. The prefix tells whose it is.
func templateName(key string, spec model.TemplateSpec) (string, error) {
	raw, err := json.Marshal(spec)
	if err != nil {
		return "", fmt.Errorf("name a launch template: %w", err)
	}
	sum := sha256.Sum256(raw)
	return "slipway-" + key + "-" + hex.EncodeToString(sum[:10]), nil
}

// userData makes an instance a node of the pool, tainted until register has seen to it.
func (r *resolution) userData(pool model.NodePool) (string, error) {
	labels := maps.Clone(pool.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[model.LabelNodePool] = pool.Name
	labels[model.LabelNodeClass] = r.class.Name
	node := userdata.Node{
		Cluster: userdata.Cluster{
			Name:        r.cluster.Info.Name,
			Endpoint:    r.details.Endpoint,
			CA:          r.details.CA,
			ServiceCIDR: r.details.ServiceCIDR,
		},
		Labels:        labels,
		Taints:        bornWith(pool),
		Kubelet:       r.class.Settings,
		InstanceStore: r.class.InstanceStore,
		Custom:        r.class.UserData,
	}
	switch r.class.Family {
	case model.FamilyAL2023:
		return userdata.AL2023(node)
	case model.FamilyBottlerocket:
		return userdata.Bottlerocket(node)
	}
	return userdata.Verbatim(node)
}

func bornWith(pool model.NodePool) []model.Taint {
	taints := slices.Concat(pool.Taints, pool.StartupTaints)
	return append(taints, model.Taint{Key: model.TaintUnregistered, Effect: model.NoExecute})
}
