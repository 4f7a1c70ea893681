package settings

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func served(change func(*Serve)) Serve {
	s := Serve{Dir: "/d", NodeMonitorPeriod: time.Second, NodeMonitorGrace: 50 * time.Second, PodMaxBackoff: 10 * time.Second}
	change(&s)
	return s
}

func asIs(*Serve) {}

// What the rest of the local environment relies on, component by component.
func TestArguments(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"the API server listens on loopback and holds nodes to their own", served(asIs).APIServer(6443), []string{
			"--bind-address=127.0.0.1", "--secure-port=6443", "--authorization-mode=Node,RBAC",
			"--enable-admission-plugins=NodeRestriction", "--client-ca-file=/d/ca.crt", "--etcd-servers=unix://etcd.sock",
		}},
		{"tokens go to the webhook, in version v1", served(func(s *Serve) { s.AuthWebhook = "http://127.0.0.1:1" }).APIServer(6443), []string{
			"--authentication-token-webhook-config-file=/d/components/token-webhook.kubeconfig",
			"--authentication-token-webhook-version=v1",
		}},
		{"every controller runs, quick to see a node's health", served(func(s *Serve) { s.NodeMonitorPeriod = 2 * time.Second }).ControllerManager(), []string{
			"--controllers=*", "--node-monitor-period=2s", "--node-monitor-grace-period=50s", "--leader-elect=false", "--secure-port=0",
		}},
		{"the scheduler is configured by file and serves nothing", served(asIs).Scheduler(), []string{
			"--config=/d/components/scheduler.yaml", "--secure-port=0",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, want := range c.want {
				if !slices.Contains(c.args, want) {
					t.Errorf("no %s in\n%s", want, strings.Join(c.args, "\n"))
				}
			}
		})
	}
}

func TestNoWebhookUnlessAsked(t *testing.T) {
	for _, arg := range served(asIs).APIServer(6443) {
		if strings.Contains(arg, "webhook") {
			t.Errorf("%s, though no webhook was asked for", arg)
		}
	}
}

func TestSchedulerConfiguration(t *testing.T) {
	got := served(func(s *Serve) { s.PodMaxBackoff = 3 * time.Second }).SchedulerConfiguration()
	for _, want := range []string{"podMaxBackoffSeconds: 3\n", "leaderElect: false\n", `kubeconfig: "/d/components/scheduler.kubeconfig"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
