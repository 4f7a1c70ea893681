package scenario

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/slipway-dev/slipway/infra/local/timeline"
	"github.com/slipway-dev/slipway/shared/aws/records"
	"github.com/slipway-dev/slipway/shared/model"
)

func (r *run) say(_ *testscript.TestScript, _ bool, args []string) {
	fmt.Fprintf(r.out, "\n== %s\n", strings.Join(args, " "))
}

func (r *run) timeline(*testscript.TestScript, bool, []string) {
	time.Sleep(400 * time.Millisecond) // what happened last is still on its way through the bus
	r.times.Print(r.out)
}

// happened keeps a scenario about trouble from being green without any.
func (r *run) happened(ts *testscript.TestScript, neg bool, args []string) {
	expect(ts, args, 1, 2, "happened PATTERN [WITHIN]")
	want := pattern(ts, args[0])
	if neg {
		never(ts, r.times.Matches(want), "%q happened", args[0])
		return
	}
	r.wait(ts, limit(ts, args, 1), func() (bool, string) {
		return r.times.Matches(want), fmt.Sprintf("nothing like %q happened so far", args[0])
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
	fmt.Fprintln(t, "  NODE\tPOOL\tTYPE\tZONE\tCAPACITY\tPODS\t  $/HOUR")
	var price int64
	count := 0
	for _, n := range nodes {
		l := n.Labels
		p := priceOf(catalog, l[model.LabelInstanceType], l[model.LabelZone], l[model.LabelCapacityType])
		price, count = price+p, count+pods[n.Name]
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%4d\t%8.4f\n", n.Name, l[model.LabelNodePool], l[model.LabelInstanceType],
			l[model.LabelZone], l[model.LabelCapacityType], pods[n.Name], float64(p)/1e6)
	}
	fmt.Fprintf(t, "  %s\t\t\t\t\t%4d\t%8.4f\n", timeline.Count(len(nodes), "node"), count, float64(price)/1e6)
	return t.Flush()
}

// priceOf the offering in millionths of a dollar an hour; 0 if the catalog has none.
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
