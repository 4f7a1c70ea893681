package settings

import (
	"fmt"
	"time"
)

// ServiceRange is EKS's default range of service addresses; its first address
// is the API server's inside the cluster.
const ServiceRange = "10.100.0.0/16"

// APIServer is the argument list of kube-apiserver, listening on port.
func (s Serve) APIServer(port int) []string {
	l := s.Layout()
	args := []string{
		"--etcd-servers=" + EtcdClient,
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		// A loopback address may not be advertised to pods; this one (RFC 5737)
		// leads nowhere, and no pod here dials it. Hence no endpoints either.
		"--advertise-address=192.0.2.1",
		"--endpoint-reconciler-type=none",
		"--cert-dir=" + l.Certs(),
		"--tls-cert-file=" + l.ServerCert(),
		"--tls-private-key-file=" + l.ServerKey(),
		"--client-ca-file=" + l.CACert(),
		// Nodes are held to what their own kubelet may do: write their own Node
		// and the status of pods bound to them, set no label that the Node
		// restriction keeps, read no secret of another node's pods.
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=true",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + l.ServiceAccountKey(),
		"--service-account-signing-key-file=" + l.ServiceAccountKey(),
		"--service-cluster-ip-range=" + ServiceRange,
	}
	if s.AuthWebhook == "" {
		return args
	}
	return append(args,
		"--authentication-token-webhook-config-file="+l.TokenWebhook(),
		"--authentication-token-webhook-version=v1",
		"--authentication-token-webhook-cache-ttl=10s",
	)
}

// Scheduler is the argument list of kube-scheduler.
func (s Serve) Scheduler() []string {
	return []string{"--config=" + s.Layout().SchedulerConfig(), "--secure-port=0"}
}

// SchedulerConfiguration is the content of Layout.SchedulerConfig. One
// scheduler needs no election; all else but the back-off is the default.
func (s Serve) SchedulerConfiguration() string {
	return fmt.Sprintf(`apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: %q
leaderElection:
  leaderElect: false
podInitialBackoffSeconds: 1
podMaxBackoffSeconds: %d
`, s.Layout().SchedulerKubeconfig(), s.PodMaxBackoff/time.Second)
}

// ControllerManager is the argument list of kube-controller-manager: every
// controller that runs by default, each under a service account of its own, so
// that RBAC and audit say the same as on a real cluster.
func (s Serve) ControllerManager() []string {
	l := s.Layout()
	return []string{
		"--kubeconfig=" + l.ControllersKubeconfig(),
		"--leader-elect=false",
		"--secure-port=0",
		"--controllers=*",
		"--use-service-account-credentials=true",
		"--service-account-private-key-file=" + l.ServiceAccountKey(),
		"--root-ca-file=" + l.CACert(),
		"--cluster-signing-cert-file=" + l.CACert(),
		"--cluster-signing-key-file=" + l.CAKey(),
		"--node-monitor-period=" + s.NodeMonitorPeriod.String(),
		"--node-monitor-grace-period=" + s.NodeMonitorGrace.String(),
		// The default of 20 a second would make 50 pods of a Deployment take
		// seconds to be created; EKS raises it as well.
		"--kube-api-qps=300",
		"--kube-api-burst=300",
		"--controller-shutdown-timeout=3s",
	}
}
