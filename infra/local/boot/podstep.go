package boot

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// RunFor is the annotation that ends a pod's work: a duration such as "2s" after which its containers exit with 0.
// Only pods that are not restarted (restartPolicy Never or OnFailure: those of Jobs) have an end of their own.
const RunFor = "boot.slipway.dev/run-for"

// deed is what a kubelet does next for a pod.
type deed int

const (
	idle   deed = iota // nothing, or nothing yet
	start              // report Running
	finish             // report Succeeded
	kill               // report the containers gone, remove the pod
	remove             // remove the pod, whose containers are gone
)

// step is the next deed for a pod; for idle, when to look again (0: not before it changes).
type step struct {
	deed  deed
	after time.Duration
}

// pace is how fast containers come and go.
type pace struct{ start, stop time.Duration }

// nextStep decides from the pod alone and from when this kubelet first saw it.
func nextStep(pod *corev1.Pod, seen, now time.Time, p pace) step {
	ended := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
	switch {
	case ended && pod.DeletionTimestamp != nil:
		return step{deed: remove}
	case ended:
		return step{}
	case pod.DeletionTimestamp != nil:
		return when(kill, stopTime(pod, p), now)
	case pod.Status.Phase == corev1.PodPending || pod.Status.Phase == "":
		return when(start, seen.Add(p.start), now)
	}
	if work, limited := workTime(pod); limited {
		return when(finish, seen.Add(p.start+work), now)
	}
	return step{}
}

// when is the deed once its time has come, and rest until then.
func when(d deed, due, now time.Time) step {
	if wait := due.Sub(now); wait > 0 {
		return step{after: wait}
	}
	return step{deed: d}
}

// stopTime is when the containers have obeyed SIGTERM, or are killed at the end of their grace period. The API server
// sets the deletion time to the end of that period.
func stopTime(pod *corev1.Pod, p pace) time.Time {
	var grace time.Duration
	if seconds := pod.DeletionGracePeriodSeconds; seconds != nil {
		grace = time.Duration(*seconds) * time.Second
	}
	return pod.DeletionTimestamp.Add(min(grace, p.stop) - grace)
}

func workTime(pod *corev1.Pod) (time.Duration, bool) {
	if pod.Spec.RestartPolicy == corev1.RestartPolicyAlways || pod.Spec.RestartPolicy == "" {
		return 0, false
	}
	work, err := time.ParseDuration(pod.Annotations[RunFor])
	return work, err == nil
}
