package observe

import "github.com/slipway-dev/slipway/shared/model"

// claims: news is each step of a claim's life. One with an instance whose node does not come has a deadline, which
// register sets when it hears of the claim.
func claims(k Kubernetes) kind[model.NodeClaim] {
	return kind[model.NodeClaim]{
		name: "claims", list: k.NodeClaims, watch: k.WatchClaims,
		subject: func(c model.NodeClaim) subject { return subject{kind: aClaim, name: c.Name} },
		print:   claimPrint,
		first:   incomplete, polled: incomplete,
		leaving: true,
	}
}

// claimPrint leaves out all annotations: those that change are our own notes. A claim of a class that is not ours is
// Auto Mode's or somebody else's.
func claimPrint(c model.NodeClaim) (fingerprint, bool) {
	return printOf(struct {
		UID         string
		ProviderID  string
		Launched    string
		Registered  string
		Initialized string
		Deleting    bool
	}{
		c.UID, c.ProviderID,
		c.Conditions.Get(model.Launched).Status, c.Conditions.Get(model.Registered).Status, c.Conditions.Get(model.Initialized).Status,
		c.Deleting(),
	}), c.Class.Ours()
}

func incomplete(c model.NodeClaim) bool { return !c.Initialized() }
