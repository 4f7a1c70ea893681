package events

import "errors"

// KindPodsPending: pods that the scheduler could not place. observe publishes it, coalesced;
// provision is woken by it.
const KindPodsPending = "Pods Pending"

// MaxPods is how many pods a PodsPending names. They are for people who read a trace: provision
// lists unbound pods itself.
const MaxPods = 20

// PodsPending is the detail of KindPodsPending.
type PodsPending struct {
	Header
	// Count is how many pods were found without a place, named below or not.
	Count int   `json:"count"`
	Pods  []Pod `json:"pods,omitempty"`
	// ResourceVersion is the newest among all the pods: a snapshot that includes it has seen
	// what this event tells.
	ResourceVersion string `json:"resourceVersion"`
}

// Pod names a pod.
type Pod struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	UID       string `json:"uid"`
}

func podsPending() Kind {
	return ours[PodsPending](`{"source":["slipway"],"detail-type":["Pods Pending"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewPodsPending counts all pods and names the first MaxPods of them.
func NewPodsPending(head Header, pods []Pod, resourceVersion string) PodsPending {
	named := pods[:min(len(pods), MaxPods)]
	return PodsPending{Header: head, Count: len(pods), Pods: named, ResourceVersion: resourceVersion}
}

// Kind implements Event.
func (PodsPending) Kind() string { return KindPodsPending }

func (e PodsPending) check() error {
	if e.Count < 1 || e.Count < len(e.Pods) {
		return errors.New("count is less than the pods that are named, or than one")
	}
	for _, pod := range e.Pods {
		if pod.Namespace == "" || pod.Name == "" {
			return errors.New("pods: a pod without namespace or name")
		}
	}
	return required(field{"resourceVersion", e.ResourceVersion})
}
