package observe

import "github.com/slipway-dev/slipway/shared/model"

// classes are as pools.
func classes(k Kubernetes) kind[model.NodeClass] {
	return kind[model.NodeClass]{
		name: "classes", list: k.NodeClasses, watch: k.WatchClasses,
		subject: func(c model.NodeClass) subject { return subject{kind: aClass, name: c.Name} },
		print: func(c model.NodeClass) (fingerprint, bool) {
			return authored(c.UID, c.Generation, c.Deleting), true
		},
		first:   always[model.NodeClass],
		polled:  func(c model.NodeClass) bool { return unseen(c.Conditions, c.Generation) },
		leaving: true,
	}
}
