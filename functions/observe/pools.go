package observe

import "github.com/slipway-dev/slipway/shared/model"

// pools: news is what their authors change. A watcher tells all that it finds, since it can't know what happened
// before; a poll tells those that nobody has looked at since they changed.
func pools(k Kubernetes) kind[model.NodePool] {
	return kind[model.NodePool]{
		name: "pools", list: k.NodePools, watch: k.WatchPools,
		subject: func(p model.NodePool) subject { return subject{kind: aPool, name: p.Name} },
		print: func(p model.NodePool) (fingerprint, bool) {
			return authored(p.UID, p.Generation, p.Deleting), p.Class.Ours()
		},
		first:   always[model.NodePool],
		polled:  func(p model.NodePool) bool { return unseen(p.Conditions, p.Generation) },
		leaving: true,
	}
}

// authored is the fingerprint of an object whose spec is its author's and whose status is ours: its generation counts
// the changes of the spec. Of its annotations only the hashes are read, which catalog itself writes.
func authored(uid string, generation int64, deleting bool) fingerprint {
	return printOf(struct {
		UID        string
		Generation int64
		Deleting   bool
	}{uid, generation, deleting})
}

// unseen reports whether the object's readiness, which catalog writes, is of an older generation, or of none.
func unseen(c model.Conditions, generation int64) bool {
	return c.Get(model.Ready).ObservedGeneration != generation
}
