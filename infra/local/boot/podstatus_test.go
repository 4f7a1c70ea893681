package boot

import (
	"net/netip"
	"strconv"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func TestOver(t *testing.T) {
	pod := &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main"}}}}
	for _, c := range []struct {
		killed bool
		phase  corev1.PodPhase
		code   int32
	}{
		{false, corev1.PodSucceeded, 0},
		{true, corev1.PodFailed, 143}, // or an evicted Job would count as done
	} {
		status := over(pod, c.killed, metav1.Now())
		if status.Phase != c.phase {
			t.Errorf("killed %t: phase %s, want %s", c.killed, status.Phase, c.phase)
		}
		if ended := status.ContainerStatuses[0].State.Terminated; ended == nil || ended.ExitCode != c.code {
			t.Errorf("killed %t: container %+v, want exit code %d", c.killed, ended, c.code)
		}
		if podReady(&corev1.Pod{Status: status}) {
			t.Errorf("killed %t: still Ready", c.killed)
		}
	}
}

func TestRunningInHostNetwork(t *testing.T) {
	pod := &corev1.Pod{Spec: corev1.PodSpec{HostNetwork: true}}
	if status := running(pod, "10.0.0.1", metav1.Now()); status.PodIP != "10.0.0.1" {
		t.Errorf("pod address is %s, want the host's", status.PodIP)
	}
}

func TestPodIP(t *testing.T) {
	shared := netip.MustParsePrefix("100.64.0.0/10")
	distinct := map[string]bool{}
	for i := range 100 {
		ip := podIP(types.UID(strconv.Itoa(i)))
		if address, err := netip.ParseAddr(ip); err != nil || !shared.Contains(address) {
			t.Fatalf("%s is not in %s: %v", ip, shared, err)
		}
		distinct[ip] = true
	}
	if len(distinct) < 90 {
		t.Errorf("only %d distinct addresses of 100", len(distinct))
	}
}
