package scenario

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/rogpeppe/go-internal/testscript"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/shared/model"
)

// consistent waits until what must hold at rest holds: every pod runs, every claim has its instance, every instance
// its claim, and no launch is open.
func (r *run) consistent(ts *testscript.TestScript, _ bool, args []string) {
	r.wait(ts, limitOf(ts, args, 0), func() (bool, string) {
		faults, err := r.faults()
		if err != nil {
			return false, err.Error()
		}
		return len(faults) == 0, strings.Join(faults, "\n")
	})
}

func (r *run) faults() ([]string, error) {
	var faults []string
	pods, err := r.env.Client.CoreV1().Pods("").List(r.ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	for _, p := range pods.Items {
		if p.DeletionTimestamp == nil && p.Status.Phase != corev1.PodRunning && p.Status.Phase != corev1.PodSucceeded {
			faults = append(faults, fmt.Sprintf("pod %s/%s is %s", p.Namespace, p.Name, p.Status.Phase))
		}
	}
	claims, err := r.claims()
	if err != nil {
		return nil, err
	}
	instances, err := r.instances()
	if err != nil {
		return nil, err
	}
	for name, id := range claims {
		if id == "" || instances[id] != name {
			faults = append(faults, fmt.Sprintf("claim %s names instance %q, whose tag names claim %q", name, id, instances[id]))
		}
	}
	for id, name := range instances {
		if claims[name] != id {
			faults = append(faults, fmt.Sprintf("instance %s names claim %q, which names instance %q", id, name, claims[name]))
		}
	}
	return faults, nil
}

// claims maps every NodeClaim to its instance's id.
func (r *run) claims() (map[string]string, error) {
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Status   struct{ ProviderID string }
		}
	}
	if err := r.getCRD("/apis/karpenter.sh/v1/nodeclaims", &list); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, c := range list.Items {
		out[c.Metadata.Name] = model.InstanceID(c.Status.ProviderID)
	}
	return out, nil
}

// instances maps every living instance to the claim that its tag names.
func (r *run) instances() (map[string]string, error) {
	out := map[string]string{}
	pages := ec2.NewDescribeInstancesPaginator(ec2.NewFromConfig(r.env.Config), &ec2.DescribeInstancesInput{
		Filters: []ec2types.Filter{{Name: aws.String("instance-state-name"), Values: []string{"pending", "running"}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(r.ctx)
		if err != nil {
			return nil, err
		}
		for _, reservation := range page.Reservations {
			for _, i := range reservation.Instances {
				out[aws.ToString(i.InstanceId)] = tag(i.Tags, model.TagClaim)
			}
		}
	}
	return out, nil
}

func tag(tags []ec2types.Tag, key string) string {
	for _, t := range tags {
		if aws.ToString(t.Key) == key {
			return aws.ToString(t.Value)
		}
	}
	return ""
}

// refused fails unless EC2 refused something, so that a scenario about scarcity is not green without any.
func (r *run) refused(ts *testscript.TestScript, _ bool, _ []string) {
	r.wait(ts, within, func() (bool, string) { return r.times.Contains("refused "), "EC2 refused nothing so far" })
}
