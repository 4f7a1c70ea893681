package scenario

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/rogpeppe/go-internal/testscript"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/shared/aws/records"
	"github.com/slipway-dev/slipway/shared/model"
)

func (r *run) running(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: running N SELECTOR [WITHIN]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	r.wait(ts, limitOf(ts, args, 2), func() (bool, string) {
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
	if len(args) < 2 {
		ts.Fatalf("usage: nodes MIN MAX [WITHIN]")
	}
	low, err := strconv.Atoi(args[0])
	ts.Check(err)
	high, err := strconv.Atoi(args[1])
	ts.Check(err)
	r.wait(ts, limitOf(ts, args, 2), func() (bool, string) {
		nodes, err := r.env.Client.CoreV1().Nodes().List(r.ctx, metav1.ListOptions{})
		if err != nil {
			return false, err.Error()
		}
		n := len(nodes.Items)
		return low <= n && n <= high, fmt.Sprintf("%d nodes, want %d to %d", n, low, high)
	})
}

// fleet prints the nodes with what they cost, by the catalog that decisions are made from.
func (r *run) fleet(ts *testscript.TestScript, _ bool, _ []string) {
	catalog, _, err := records.New(r.env.Config, r.env.Deployed.Bucket).Catalog(r.ctx, r.env.Cluster.Key, "")
	ts.Check(err)
	nodes, err := r.env.Client.CoreV1().Nodes().List(r.ctx, metav1.ListOptions{})
	ts.Check(err)
	pods, err := r.env.Client.CoreV1().Pods("").List(r.ctx, metav1.ListOptions{})
	ts.Check(err)
	on := map[string]int{}
	for _, p := range pods.Items {
		if p.Status.Phase == corev1.PodRunning {
			on[p.Spec.NodeName]++
		}
	}
	ts.Check(table(r.out, nodes.Items, on, catalog))
}

func table(w io.Writer, nodes []corev1.Node, pods map[string]int, catalog *model.Catalog) error {
	slices.SortFunc(nodes, func(a, b corev1.Node) int { return cmp.Compare(a.Name, b.Name) })
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "  NODE\tPOOL\tTYPE\tZONE\tCAPACITY\tPODS\t$/HOUR")
	var sum int64
	for _, n := range nodes {
		l := n.Labels
		price := priceOf(catalog, l[model.LabelInstanceType], l[model.LabelZone], l[model.LabelCapacityType])
		sum += price
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%d\t%.4f\n", n.Name, l[model.LabelNodePool], l[model.LabelInstanceType],
			l[model.LabelZone], l[model.LabelCapacityType], pods[n.Name], float64(price)/1e6)
	}
	fmt.Fprintf(t, "  %d nodes\t\t\t\t\t\t%.4f\n", len(nodes), float64(sum)/1e6)
	return t.Flush()
}

func priceOf(catalog *model.Catalog, typ, zone, capacityType string) int64 {
	for _, t := range catalog.Types {
		if t.Name != typ {
			continue
		}
		for _, o := range t.Offerings {
			if o.Zone == zone && o.CapacityType == capacityType {
				return o.Price
			}
		}
	}
	return 0
}
