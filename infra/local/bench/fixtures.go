package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/slipway-dev/slipway/infra/local/environment"
	"github.com/slipway-dev/slipway/shared/model"
)

// fixtures are objects of a large cluster, of the size that real ones have: claims, their nodes, and pods on them.
// There is no instance behind them, and no kubelet: some time after its birth such a node counts as unreachable,
// which makes it no smaller.
type fixtures struct {
	env    *environment.Environment
	client kubernetes.Interface // protobuf
	nodes  int
	pods   int
	owner  string // Cluster.Owner
}

func newFixtures(ctx context.Context, env *environment.Environment, nodes, pods int) (*fixtures, error) {
	config, err := clientcmd.BuildConfigFromFlags("", env.Kubernetes.Kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	config.QPS, config.ContentType = -1, runtime.ContentTypeProtobuf
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	system, err := client.CoreV1().Namespaces().Get(ctx, metav1.NamespaceSystem, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("whose cluster it is: %w", err)
	}
	cluster := env.Cluster
	cluster.UID = string(system.UID)
	return &fixtures{env: env, client: client, nodes: nodes, pods: pods, owner: cluster.Owner()}, nil
}

// create creates all of it, nodes before pods, since pods of nodes that never were are collected as garbage.
func (f *fixtures) create(ctx context.Context, progress io.Writer) error {
	for _, step := range []struct {
		what string
		n    int
		do   func(context.Context, int) error
	}{
		{"nodes with their claims", f.nodes, f.machine},
		{"pods", f.pods, f.pod},
	} {
		began := time.Now()
		if err := sideBySide(ctx, step.n, step.do); err != nil {
			return fmt.Errorf("create %s: %w", step.what, err)
		}
		fmt.Fprintf(progress, "created %d %s in %.0f s\n", step.n, step.what, time.Since(began).Seconds())
	}
	return nil
}

// writers is how many requests are on their way at once: enough to keep an API server on this machine busy.
const writers = 16

// sideBySide calls do with 0 to n-1, several at once, until one fails.
func sideBySide(ctx context.Context, n int, do func(context.Context, int) error) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	work := make(chan int)
	var running sync.WaitGroup
	for range writers {
		running.Go(func() {
			for i := range work {
				if err := do(ctx, i); err != nil {
					fail(err)
				}
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		work <- i
	}
	close(work)
	running.Wait()
	return context.Cause(ctx)
}

// machine creates a claim, its status and its node, all as register leaves them.
func (f *fixtures) machine(ctx context.Context, i int) error {
	claim := claimFixture(i)
	claim.Annotations = map[string]string{model.AnnotationCluster: f.owner}
	const path = "/apis/karpenter.sh/v1/nodeclaims"
	status := claim.Status
	rest := f.env.Client.CoreV1().RESTClient()
	body, err := json.Marshal(claim)
	if err != nil {
		return err
	}
	raw, err := rest.Post().AbsPath(path).Body(body).DoRaw(ctx)
	if err != nil {
		return fmt.Errorf("claim %s: %w", claim.Name, err)
	}
	if err := json.Unmarshal(raw, claim); err != nil {
		return err
	}
	claim.Status = status
	if body, err = json.Marshal(claim); err != nil {
		return err
	}
	if _, err := rest.Put().AbsPath(path, claim.Name, "status").Body(body).DoRaw(ctx); err != nil {
		return fmt.Errorf("status of claim %s: %w", claim.Name, err)
	}
	if _, err := f.client.CoreV1().Nodes().Create(ctx, nodeFixture(i, claim), metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("node %d: %w", i, err)
	}
	return nil
}

func (f *fixtures) pod(ctx context.Context, i int) error {
	_, err := f.client.CoreV1().Pods(namespace).Create(ctx, podFixture(i, i%f.nodes), metav1.CreateOptions{})
	return err
}
