package scenario

import (
	"fmt"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func (r *run) running(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, args, 2, 3, "running N SELECTOR [WITHIN]")
	want := number(ts, args[0])
	r.wait(ts, limit(ts, args, 2), func() (bool, string) {
		pods, err := r.env.Client.CoreV1().Pods("").List(r.ctx, metav1.ListOptions{LabelSelector: args[1]})
		if err != nil {
			return false, err.Error()
		}
		up, ending := 0, 0
		for _, p := range pods.Items {
			switch {
			case p.DeletionTimestamp != nil:
				ending++
			case ready(&p):
				up++
			}
		}
		state := fmt.Sprintf("%d of %d pods with %s run, want %d", up, len(pods.Items)-ending, args[1], want)
		return up == want && len(pods.Items)-ending == want, state
	})
}

func ready(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return p.Status.Phase == corev1.PodRunning && c.Status == corev1.ConditionTrue
		}
	}
	return false
}

func (r *run) nodes(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, args, 2, 3, "nodes MIN MAX [WITHIN]")
	low, high := number(ts, args[0]), number(ts, args[1])
	r.wait(ts, limit(ts, args, 2), func() (bool, string) {
		nodes, err := r.env.Client.CoreV1().Nodes().List(r.ctx, metav1.ListOptions{})
		if err != nil {
			return false, err.Error()
		}
		n := len(nodes.Items)
		return low <= n && n <= high, fmt.Sprintf("%d nodes, want %d to %d", n, low, high)
	})
}

func (r *run) unreachable(ts *testscript.TestScript, _ bool, _ []string) { ts.Check(r.answer(false)) }
func (r *run) reachable(ts *testscript.TestScript, _ bool, _ []string)   { ts.Check(r.answer(true)) }

// answer stops the control plane's process or lets it go on. A stopped one takes connections and says nothing, as an
// endpoint behind a broken network: the harder case than one that refuses.
func (r *run) answer(yes bool) error {
	signal := syscall.SIGSTOP
	if yes {
		signal = syscall.SIGCONT
	}
	if err := syscall.Kill(r.env.Kubernetes.PID, signal); err != nil {
		return fmt.Errorf("signal the control plane: %w", err)
	}
	return nil
}
