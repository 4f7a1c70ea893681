package boot

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

// shutdown marks the Node of an instance that is stopped and may come back.
var shutdown = corev1.Taint{Key: "node.cloudprovider.kubernetes.io/shutdown", Effect: corev1.TaintEffectNoSchedule}

// cloud is the part of the AWS cloud controller manager that looks after Nodes. It serves every Node with an AWS
// provider id, whoever made it.
type cloud struct {
	nodes    coreclient.NodeInterface
	informer cache.SharedIndexInformer
	fleet    *fleet
	queue    workqueue.TypedRateLimitingInterface[string] // names of Nodes to initialize
	period   time.Duration
	eager    bool // delete Nodes that are still Ready
	log      *slog.Logger
}

func newCloud(nodes coreclient.NodeInterface, informer cache.SharedIndexInformer, f *fleet, o Options) (*cloud, error) {
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[string](50*time.Millisecond, 5*time.Second)
	c := &cloud{
		nodes: nodes, informer: informer, fleet: f, queue: workqueue.NewTypedRateLimitingQueue(limiter),
		period: o.CloudPeriod, eager: o.CloudDeletesReady, log: o.Log,
	}
	enqueue := func(object any) {
		if node := object.(*corev1.Node); hasTaint(node, uninitialized) {
			c.queue.Add(node.Name)
		}
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    enqueue,
		UpdateFunc: func(_, object any) { enqueue(object) },
	})
	if err != nil {
		return nil, fmt.Errorf("boot: watch nodes: %w", err)
	}
	return c, nil
}

// run works until the context ends.
func (c *cloud) run(ctx context.Context) {
	var parts sync.WaitGroup
	parts.Go(func() { c.initializeNodes(ctx) })
	parts.Go(func() { c.monitorNodes(ctx) })
	<-ctx.Done()
	c.queue.ShutDown()
	parts.Wait()
}

// initializeNodes works until the queue is shut down.
func (c *cloud) initializeNodes(ctx context.Context) {
	for {
		name, done := c.queue.Get()
		if done {
			return
		}
		if err := c.initialize(ctx, name); err != nil && ctx.Err() == nil {
			if !apierrors.IsConflict(err) {
				c.log.Warn("cloud controller: initialize", "node", name, "error", err)
			}
			c.queue.AddRateLimited(name)
		} else {
			c.queue.Forget(name)
		}
		c.queue.Done(name)
	}
}

// initialize tells a new Node what the cloud knows about it, and lets pods in.
func (c *cloud) initialize(ctx context.Context, name string) error {
	node, found := c.lookup(name)
	if !found || !hasTaint(node, uninitialized) {
		return nil
	}
	id, ours := instanceID(node)
	if !ours {
		return nil
	}
	instance, running := c.fleet.find(id)
	if !running {
		return fmt.Errorf("instance %s is not running", id)
	}
	node = node.DeepCopy()
	for key, value := range cloudLabels(instance) {
		if node.Labels == nil {
			node.Labels = map[string]string{}
		}
		node.Labels[key] = value
	}
	node.Spec.Taints = withoutTaint(node.Spec.Taints, uninitialized)
	_, err := c.nodes.Update(ctx, node, metav1.UpdateOptions{})
	return err
}

// cloudLabels are what the AWS cloud provider says about an instance.
func cloudLabels(instance types.Instance) map[string]string {
	zoneName, kind := zone(instance), string(instance.InstanceType)
	region := regionOfZone.FindString(zoneName)
	labels := map[string]string{
		corev1.LabelInstanceTypeStable:      kind,
		corev1.LabelTopologyZone:            zoneName,
		corev1.LabelTopologyRegion:          region,
		corev1.LabelInstanceType:            kind,
		corev1.LabelFailureDomainBetaZone:   zoneName,
		corev1.LabelFailureDomainBetaRegion: region,
	}
	if instance.Placement != nil && aws.ToString(instance.Placement.AvailabilityZoneId) != "" {
		labels["topology.k8s.aws/zone-id"] = *instance.Placement.AvailabilityZoneId
	}
	return labels
}

func (c *cloud) lookup(name string) (*corev1.Node, bool) {
	object, found, err := c.informer.GetIndexer().GetByKey(name)
	if err != nil || !found {
		return nil, false
	}
	return object.(*corev1.Node), true
}

// instanceID is the instance that a Node says it runs on; false for a Node that is not of AWS.
func instanceID(node *corev1.Node) (string, bool) {
	path, ok := strings.CutPrefix(node.Spec.ProviderID, "aws:///")
	if !ok {
		return "", false
	}
	_, id, ok := strings.Cut(path, "/")
	return id, ok && id != ""
}

func hasTaint(node *corev1.Node, taint corev1.Taint) bool {
	return slices.ContainsFunc(node.Spec.Taints, func(t corev1.Taint) bool { return t.MatchTaint(&taint) })
}

func withoutTaint(taints []corev1.Taint, taint corev1.Taint) []corev1.Taint {
	return slices.DeleteFunc(taints, func(t corev1.Taint) bool { return t.MatchTaint(&taint) })
}
