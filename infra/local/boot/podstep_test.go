package boot

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestNextStep(t *testing.T) {
	seen := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	p := pace{start: 300 * time.Millisecond, stop: 2 * time.Second}
	type podSpec struct {
		phase    corev1.PodPhase
		restart  corev1.RestartPolicy
		runFor   string
		deleted  time.Duration // after seen; 0: not deleted
		graceSec int64
	}
	for _, c := range []struct {
		name string
		pod  podSpec
		at   time.Duration // after seen
		want step
	}{
		{"new", podSpec{phase: "Pending"}, 0, step{idle, 300 * time.Millisecond}},
		{"its start is due", podSpec{phase: "Pending"}, 300 * time.Millisecond, step{deed: start}},
		{"runs", podSpec{phase: "Running"}, time.Hour, step{}},
		{"work not done", podSpec{phase: "Running", restart: "Never", runFor: "2s"}, time.Second, step{idle, 1300 * time.Millisecond}},
		{"work done", podSpec{phase: "Running", restart: "OnFailure", runFor: "2s"}, 2300 * time.Millisecond, step{deed: finish}},
		{"restarted pods have no end", podSpec{phase: "Running", restart: "Always", runFor: "2s"}, time.Hour, step{}},
		{"no duration, no end", podSpec{phase: "Running", restart: "Never", runFor: "soon"}, time.Hour, step{}},
		{"succeeded", podSpec{phase: "Succeeded"}, time.Hour, step{}},
		{"deleted, stops", podSpec{phase: "Running", deleted: time.Second, graceSec: 30}, 2 * time.Second, step{idle, time.Second}},
		{"deleted, stopped", podSpec{phase: "Running", deleted: time.Second, graceSec: 30}, 3 * time.Second, step{deed: kill}},
		{"grace shorter than its stop", podSpec{phase: "Running", deleted: time.Second, graceSec: 1}, 2 * time.Second, step{deed: kill}},
		{"deleted before it started", podSpec{phase: "Pending", deleted: time.Second, graceSec: 1}, 2 * time.Second, step{deed: kill}},
		{"deleted after its end", podSpec{phase: "Failed", deleted: time.Second, graceSec: 30}, time.Second, step{deed: remove}},
	} {
		t.Run(c.name, func(t *testing.T) {
			pod := &corev1.Pod{
				ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{RunFor: c.pod.runFor}},
				Spec:       corev1.PodSpec{RestartPolicy: c.pod.restart},
				Status:     corev1.PodStatus{Phase: c.pod.phase},
			}
			if c.pod.deleted > 0 {
				// As the API server sets it: when the grace period ends.
				end := metav1.NewTime(seen.Add(c.pod.deleted + time.Duration(c.pod.graceSec)*time.Second))
				pod.DeletionTimestamp, pod.DeletionGracePeriodSeconds = &end, &c.pod.graceSec
			}
			if got := nextStep(pod, seen, seen.Add(c.at), p); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
