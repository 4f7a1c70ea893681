package boot

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// Run plays the machines and their cloud controller until the context ends; then it returns nil, leaving Nodes and
// pods as they are. A later Run takes them over. An error means that it could not begin: wrong options, unreadable
// files, an API server that does not answer. What fails later is logged and tried again.
func Run(ctx context.Context, options Options) error {
	o, err := options.complete()
	if err != nil {
		return err
	}
	signer, err := loadAuthority(o.CACert, o.CAKey)
	if err != nil {
		return err
	}
	admin, err := adminClient(o.AdminKubeconfig)
	if err != nil {
		return err
	}
	version, err := admin.Discovery().ServerVersion()
	if err != nil {
		return fmt.Errorf("boot: ask the API server for its version: %w", err)
	}
	podInformer := informer(admin, "pods", fields.OneTermNotEqualSelector("spec.nodeName", ""), &corev1.Pod{})
	nodeInformer := informer(admin, "nodes", fields.Everything(), &corev1.Node{})
	instances := &fleet{ec2: o.EC2}
	podList, err := newPods(podInformer, pace{start: o.StartDelay, stop: o.StopDelay}, o.Log)
	if err != nil {
		return err
	}
	controller, err := newCloud(admin.CoreV1().Nodes(), nodeInformer, instances, o)
	if err != nil {
		return err
	}
	var parts sync.WaitGroup
	defer parts.Wait()
	parts.Go(func() { podInformer.Run(ctx.Done()) })
	parts.Go(func() { nodeInformer.Run(ctx.Done()) })
	if !cache.WaitForCacheSync(ctx.Done(), podInformer.HasSynced, nodeInformer.HasSynced) {
		return nil
	}
	parts.Go(func() { podList.run(ctx) })
	parts.Go(func() { controller.run(ctx) })
	n := &nursery{options: o, signer: signer, version: version.GitVersion, pods: podList, lookup: controller.lookup}
	watchFleet(ctx, n, instances)
	return nil
}

// watchFleet begins a life for each instance that appears and ends those whose instance no longer runs. It returns
// when the context and every life have ended.
func watchFleet(ctx context.Context, n *nursery, instances *fleet) {
	var lives sync.WaitGroup
	defer lives.Wait()
	ends := map[string]context.CancelFunc{}
	first, failing := true, false
	for {
		began := time.Now()
		appeared, gone, err := instances.poll(ctx)
		if failed := err != nil; failed != failing && ctx.Err() == nil {
			failing = failed
			n.options.Log.Warn("EC2 poll", "failing", failing, "error", err)
		}
		for _, id := range gone {
			n.options.Log.Info("no longer runs", "instance", id)
			ends[id]()
			delete(ends, id)
		}
		for _, instance := range appeared {
			life, end := context.WithCancel(ctx)
			ends[aws.ToString(instance.InstanceId)] = end
			booted := first && n.knows(instance)
			lives.Go(func() { n.live(life, instance, booted) })
		}
		first = first && err != nil
		// An emulator with many instances answers slowly; this leaves it three quarters of its time for others.
		if !pause(ctx, max(n.options.Poll, 3*time.Since(began))) {
			break
		}
	}
	for _, end := range ends {
		end()
	}
}

// knows reports whether the instance has a Node already, from an earlier Run.
func (n *nursery) knows(instance types.Instance) bool {
	for _, name := range []string{aws.ToString(instance.PrivateDnsName), aws.ToString(instance.InstanceId)} {
		if node, found := n.lookup(name); found && node.Spec.ProviderID == providerID(instance) {
			return true
		}
	}
	return false
}

func adminClient(kubeconfig string) (*kubernetes.Clientset, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("boot: admin kubeconfig: %w", err)
	}
	config.QPS = -1 // no client-side limit
	config.ContentType = runtime.ContentTypeProtobuf
	config.UserAgent = "slipway-boot"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("boot: admin client: %w", err)
	}
	return client, nil
}

// informer watches a core resource of all namespaces, without the managed fields, which nobody here reads.
func informer(client *kubernetes.Clientset, resource string, selector fields.Selector, object runtime.Object) cache.SharedIndexInformer {
	source := cache.NewListWatchFromClient(client.CoreV1().RESTClient(), resource, corev1.NamespaceAll, selector)
	watch := cache.NewSharedIndexInformer(source, object, 0, cache.Indexers{})
	_ = watch.SetTransform(func(object any) (any, error) { // fails only once the informer runs
		if accessor, err := meta.Accessor(object); err == nil {
			accessor.SetManagedFields(nil)
		}
		return object, nil
	})
	return watch
}
