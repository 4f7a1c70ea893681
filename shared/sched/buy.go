package sched

import (
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/pack"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// purchase is one new claim.
type purchase struct {
	pool         *pool
	capacityType string
	holders      []offering // cheapest first, at most model.MaxOverrides
	price        int64      // of the cheapest
	terms        []require.Constraints
	keys         require.Constraints // on labels that are the pool's to choose
	sum          model.Resources     // of the pods
	pods         []*model.Pod
}

// buy gives the groups new claims, from the pools in order.
func (d *decision) buy(groups []*group) {
	for _, p := range d.pools {
		if p.skip == "" {
			d.buyFrom(p, groups)
		}
	}
}

// wish is a group that a pool can help.
type wish struct {
	*group
	term   require.Constraints
	admits selection           // what suits the pods and is in stock
	wants  selection           // what of that is bought for them: see wanted
	keys   require.Constraints // on labels that are the pool's to choose
}

// buyFrom buys for one group after the other, the largest first, and fills what it buys with the others.
func (d *decision) buyFrom(p *pool, groups []*group) {
	wishes := d.wishes(p, groups)
	for len(wishes) > 0 {
		if !d.buyOne(p, wishes) {
			wishes = wishes[1:]
		}
		wishes = slices.DeleteFunc(wishes, func(w *wish) bool { return len(w.pods) == 0 })
	}
}

// wishes finds the groups that the pool can help.
func (d *decision) wishes(p *pool, groups []*group) []*wish {
	var out []*wish
	for _, g := range groups {
		if len(g.pods) == 0 || g.barred {
			continue
		}
		if _, ok := tolerates(g.tolerations, p.Taints); !ok {
			continue
		}
		if w := d.wish(p, g); w != nil {
			out = append(out, w)
		}
	}
	return out
}

// wish takes the first of the group's terms under which the pool has a type that holds one of its pods.
func (d *decision) wish(p *pool, g *group) *wish {
	for _, term := range g.terms {
		admits, keys, refused := p.compatible(d, term)
		if refused != "" {
			continue
		}
		admits.and(p.stock)
		if wants := d.wanted(p, g, admits); !wants.empty() {
			return &wish{group: g, term: term, admits: admits, wants: wants, keys: keys}
		}
	}
	return nil
}

// buyOne buys nodes of one load for the first of the wishes, and reports whether it bought any.
func (d *decision) buyOne(p *pool, wishes []*wish) bool {
	if d.budget.launches <= 0 {
		d.budget.hit[capLaunches] = true
		return false
	}
	for _, capacityType := range capacityTypes() {
		lot := newLot(d, p, capacityType, d.market(p, wishes[0], capacityType), wishes)
		load, ok := lot.problem.Best()
		if !ok {
			continue
		}
		if offers := lot.offerings(d, load); len(offers) > 0 {
			return d.take(lot, load, offers)
		}
	}
	return false
}

// take buys the load as often as the wishes want it and limits and caps allow.
func (d *decision) take(l *lot, load pack.Load, offers []offering) bool {
	price, largest := offers[0].price, l.pool.largest(typesOf(offers))
	n := min(l.problem.Repeats(load), d.budget.launches, affordable(price, d.budget.money))
	n = l.pool.left.times(largest, n)
	for range n {
		d.bought = append(d.bought, l.purchase(load, offers))
	}
	l.pool.left.take(n, largest)
	d.budget.take(n, price)
	return n > 0
}

// lot is a packing problem made of wishes.
type lot struct {
	pool         *pool
	capacityType string
	wishes       []*wish
	problem      pack.Problem
}

// newLot makes the problem: the offerings that may be bought for the first wish, and everybody who could share them.
func newLot(d *decision, p *pool, capacityType string, offers selection, wishes []*wish) *lot {
	l := &lot{pool: p, capacityType: capacityType, wishes: wishes}
	types := offers.types()
	for _, t := range types {
		l.problem.Bins = append(l.problem.Bins, pack.Bin{
			Type: t, Room: p.room(t), Prices: d.table.prices[t], Offers: offers[t], Group: p.groups[t],
		})
	}
	for i, w := range wishes {
		l.problem.Items = append(l.problem.Items, w.item(i == 0, types))
	}
	l.problem.Variety = d.varieties(p, types)
	return l
}

// item is a wish in the problem. Work that is done on a node with devices by pods that need none does not speak for
// buying it.
func (w *wish) item(first bool, types []int) pack.Item {
	item := pack.Item{Requests: w.requests, Count: int64(len(w.pods)), Keys: w.keys, Offers: w.admits}
	if first || slices.ContainsFunc(types, func(t int) bool { return w.wants[t] != 0 }) {
		item.Work = pack.Work(w.requests)
	}
	return item
}

// purchase takes the load's pods off the wishes.
func (l *lot) purchase(load pack.Load, offers []offering) purchase {
	out := purchase{
		pool: l.pool, capacityType: l.capacityType, holders: offers, price: offers[0].price,
		keys: load.Keys, sum: load.Sum,
	}
	for i, n := range load.Counts {
		if n == 0 {
			continue
		}
		w := l.wishes[i]
		out.pods = append(out.pods, w.pods[:n]...)
		out.terms = append(out.terms, w.term)
		w.pods = w.pods[n:]
	}
	slices.SortFunc(out.pods, func(a, b *model.Pod) int { return compareRefs(a.PodRef, b.PodRef) })
	return out
}
