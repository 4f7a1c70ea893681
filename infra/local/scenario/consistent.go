package scenario

import (
	"fmt"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/shared/ledger"
	"github.com/slipway-dev/slipway/shared/model"
)

// consistent waits until what must hold at rest holds: every pod runs, every claim has its instance, every instance
// its claim, and no launch is open.
func (r *run) consistent(ts *testscript.TestScript, _ bool, args []string) {
	r.wait(ts, limit(ts, args, 0), func() (bool, string) {
		faults, err := r.faults()
		if err != nil {
			return false, err.Error()
		}
		return len(faults) == 0, strings.Join(faults, "\n")
	})
}

func (r *run) faults() ([]string, error) {
	var all []string
	for _, check := range []func() ([]string, error){r.podFaults, r.claimFaults, r.launchFaults} {
		faults, err := check()
		if err != nil {
			return nil, err
		}
		all = append(all, faults...)
	}
	return all, nil
}

func (r *run) podFaults() (faults []string, err error) {
	pods, err := r.env.Client.CoreV1().Pods("").List(r.ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	for _, p := range pods.Items {
		if p.DeletionTimestamp == nil && p.Status.Phase != corev1.PodRunning && p.Status.Phase != corev1.PodSucceeded {
			faults = append(faults, fmt.Sprintf("pod %s/%s is %s", p.Namespace, p.Name, p.Status.Phase))
		}
	}
	return faults, nil
}

// claimFaults compares what claims say of instances with what instances say of claims.
func (r *run) claimFaults() (faults []string, err error) {
	claims, err := r.claims()
	if err != nil {
		return nil, err
	}
	instances, err := r.living()
	if err != nil {
		return nil, err
	}
	for name, id := range claims {
		if id == "" || instances[id] != name {
			faults = append(faults, fmt.Sprintf("claim %s names instance %q, whose tag names claim %q", name, id, instances[id]))
		}
	}
	for id, name := range instances {
		if claims[name] != id {
			faults = append(faults, fmt.Sprintf("instance %s names claim %q, which names instance %q", id, name, claims[name]))
		}
	}
	return faults, nil
}

// launchFaults are launches that nobody has closed. A lane opened for a wake-up of long ago comes back as it stands.
func (r *run) launchFaults() (faults []string, err error) {
	lane, _, err := ledger.New(r.env.Config, r.env.Deployed.Pipeline.Ledger(), time.Now).
		Open(r.ctx, r.env.Cluster.Key, model.LaneProvision, time.Unix(1, 0))
	if err != nil {
		return nil, err
	}
	for _, id := range lane.OpenLaunches {
		faults = append(faults, "launch "+id+" is open")
	}
	return faults, nil
}

// claims maps every NodeClaim to its instance's id.
func (r *run) claims() (map[string]string, error) {
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Status   struct{ ProviderID string }
		}
	}
	if err := r.get("/apis/karpenter.sh/v1/nodeclaims", &list); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, c := range list.Items {
		out[c.Metadata.Name] = model.InstanceID(c.Status.ProviderID)
	}
	return out, nil
}
