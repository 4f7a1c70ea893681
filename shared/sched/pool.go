package sched

import (
	"cmp"
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// pool is a NodePool made ready for one decision.
type pool struct {
	*model.NodePool
	skip  string // why nothing is bought from it; empty when something may be
	class *model.ResolvedClass

	asked require.Constraints // the pool's requirements and labels
	open  require.Constraints // what its nodes may be on labels that neither type nor offering decides

	shapes    []model.Shape     // by type
	overhead  []model.Resources // by type: what daemonsets will use
	templates []*model.LaunchTemplate
	groups    []int             // by type: which image; types of different images can't share a launch
	subnets   map[string]string // zone -> subnet with free addresses

	selects selection // what its requirements admit
	may     selection // what of that it may launch: there are subnet and template, and daemonsets leave something
	stock   selection // and what of that is to be had now
	left    limits
}

// newPools prepares all pools in the order in which they are asked: by weight, the heaviest first, then by name
// from the end of the alphabet, as Karpenter does.
func newPools(d *decision) []*pool {
	pools := make([]*pool, 0, len(d.snapshot.Pools))
	for i := range d.snapshot.Pools {
		pools = append(pools, newPool(d, &d.snapshot.Pools[i]))
	}
	slices.SortFunc(pools, func(a, b *pool) int {
		return cmp.Or(-cmp.Compare(a.Weight, b.Weight), -strings.Compare(a.Name, b.Name))
	})
	return pools
}

func newPool(d *decision, p *model.NodePool) *pool {
	out := &pool{NodePool: p, asked: require.Selector(p.Labels).And(require.All(p.Requirements...))}
	if out.skip = out.closed(d); out.class == nil {
		return out
	}
	out.openLabels(d)
	out.shape(d)
	out.choose(d)
	return out
}

// closed says why nothing is to be bought from the pool whatever is asked for, and finds its class.
func (p *pool) closed(d *decision) string {
	if !p.Class.Ours() {
		return "its node class is " + p.Class.Kind + " of " + p.Class.Group + ", which is not ours: left alone"
	}
	if d.snapshot.Catalog == nil {
		return "the catalog is not made yet"
	}
	p.class = d.snapshot.Catalog.Class(p.Class.Name)
	switch {
	case p.class == nil:
		return "the catalog has not seen node class " + p.Class.Name + " yet"
	case p.Deleting:
		return "it is being deleted"
	case p.Static:
		return "it has a fixed number of replicas"
	case p.class.NotReady != "":
		return "node class " + p.class.Name + " is not ready: " + p.class.NotReady
	}
	return ""
}

// openLabels collects what the pool says about labels that neither type nor offering decides.
func (p *pool) openLabels(d *decision) {
	for _, c := range p.asked {
		if !d.table.decides(c.Key) {
			p.open = append(p.open, c)
		}
	}
	fixed := func(key, value string) {
		if value != "" {
			p.open = p.open.And(require.Constraints{{Key: key, Set: require.One(value)}})
		}
	}
	fixed(model.LabelNodePool, p.Name)
	fixed(model.LabelNodeClass, p.class.Name)
	fixed(model.LabelRegion, d.snapshot.Catalog.Region)
	// A new node's name is its own: no pod can ask for it, and none that excludes others is in its way.
	fixed(model.LabelHostname, newName)
	fixed(model.FieldNodeName, newName)
}

// newName stands for the name of a node that does not exist. It is no valid label.
const newName = "(a new node)"

// room is what a node of the type leaves to pods.
func (p *pool) room(typ int) model.Resources { return p.shapes[typ].Allocatable.Minus(p.overhead[typ]) }

// compatible is what constraints mean for a node of the pool: the offerings that satisfy them, and what they say on
// labels that are still open. refused is the key of a constraint that no node of the pool can satisfy.
func (p *pool) compatible(d *decision, constraints require.Constraints) (s selection, keys require.Constraints, refused string) {
	for _, c := range constraints {
		if d.table.decides(c.Key) {
			continue
		}
		set, defined := p.open.Get(c.Key)
		if !defined {
			set = require.Absent()
		}
		if set.And(c.Set).Empty() {
			return nil, nil, c.Key
		}
		if values, listed := set.Values(); defined && (!listed || len(values) > 1) {
			keys = append(keys, require.Constraint{Key: c.Key, Set: set.And(c.Set)})
		}
	}
	s = d.table.all.clone()
	d.table.narrow(s, constraints)
	return s, keys, ""
}
