// Package pack puts pods onto nodes that could be bought, by price.
//
// A Problem says what could be bought (Bins: the types of nodes, with the room that each leaves to pods) and what
// wants a place (Items: classes of equal pods, the largest first). Best fills every type in turn and takes the one
// that does the most work for its price. So ten small pods do not get a huge node, since most of it would be paid
// for nothing, and a thousand do, if it is good value. The caller takes the load off the counts and asks again.
//
// Which pods go together is first-fit decreasing. It is quick and a few percent off what could be had at best; the
// search for better, and the bound to measure it by, belong here.
package pack

import (
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

// Bin is a type of node that could be bought.
type Bin struct {
	Type   int             // its place in every Item's Offers
	Room   model.Resources // for pods: allocatable, less what daemonsets will use
	Prices []int64         // microdollars an hour, of each offering of the type; at most 64
	Offers uint64          // a bit for each of those that may be bought
	Group  int             // only types of one group can stand in for each other in one launch
}

// Item is a class of equal pods.
type Item struct {
	Requests model.Resources // of one pod
	Count    int64
	Work     int64               // what placing one is worth, as Work measures it
	Offers   []uint64            // by type, a bit for each offering of it that the pods admit
	Keys     require.Constraints // on labels that are still open when the node is bought
}

// Problem is what to choose from, and for whom. The first item is the one that has to be helped.
type Problem struct {
	Bins    []Bin
	Items   []Item
	Variety []Variety
}

// Load of one node.
type Load struct {
	Bin    int     // the type that it was found for
	Counts []int64 // pods taken of each item
	Sum    model.Resources
	Keys   require.Constraints // what the pods say about open labels, together
	Price  int64               // of the bin's cheapest offering that all of the pods admit
	Work   int64
}

// Best is the load of the best value among all types that take at least one pod of the first item. Equal values
// go to the cheaper type, then to the earlier one. ok is false when no type takes one.
func (p Problem) Best() (best Load, ok bool) {
	least := leastOf(p.Items)
	counts, spare := make([]int64, len(p.Items)), make([]int64, len(p.Items))
	for b := range p.Bins {
		clear(counts)
		load := p.fill(b, least, counts)
		if load.Work > 0 && (!ok || load.betterThan(best)) {
			best, ok = load, true
			counts, spare = spare, counts
		}
	}
	if !ok || p.enough(best) {
		return best, ok
	}
	return p.bestVaried(least)
}

// betterThan compares price per work without dividing: prices are below 2^31, work below 2^32.
func (l Load) betterThan(o Load) bool {
	x, y := l.Price*max(o.Work, 1), o.Price*max(l.Work, 1)
	if x != y {
		return x < y
	}
	return l.Price < o.Price
}

// fill takes as many pods as the type holds, item by item, until not even the least of those that follow has room.
// The load is without work when it can't take one of the first item. Its counts are kept in the given list of zeros.
func (p Problem) fill(b int, least []model.Resources, counts []int64) Load {
	bin := &p.Bins[b]
	load := Load{Bin: b, Counts: counts}
	offers, room := bin.Offers, bin.Room
	for i := range p.Items {
		if !least[i].FitsIn(room) {
			break
		}
		n, admitted, keys := p.join(load, i, room, offers)
		if n == 0 && i == 0 {
			return Load{}
		}
		if n == 0 {
			continue
		}
		sum := scaled(p.Items[i].Requests, n)
		room, load.Sum = room.Minus(sum), load.Sum.Plus(sum)
		load.Counts[i], load.Keys, offers = n, keys, admitted
		load.Work += n * p.Items[i].Work
	}
	load.Price = cheapest(bin.Prices, offers)
	return load
}

// join is how many pods of the item can join the load, and what is left then of offerings and open labels.
func (p Problem) join(load Load, i int, room model.Resources, offers uint64) (n int64, admitted uint64, keys require.Constraints) {
	item := &p.Items[i]
	admitted = offers & item.Offers[p.Bins[load.Bin].Type]
	n = min(item.Count, times(item.Requests, room))
	if admitted == 0 || n == 0 {
		return 0, 0, nil
	}
	keys = load.Keys
	if len(item.Keys) > 0 {
		keys = keys.And(item.Keys)
		if _, conflict := keys.Contradiction(); conflict {
			return 0, 0, nil
		}
	}
	return n, admitted, keys
}

// Holder is a type that holds a load, and the offerings of it that all of the load's pods admit.
type Holder struct {
	Bin    int
	Offers uint64
}

// Holders are the types that could stand in for the load's, itself among them.
func (p Problem) Holders(load Load) []Holder {
	var out []Holder
	for b := range p.Bins {
		if offers := p.holds(b, load); offers != 0 {
			out = append(out, Holder{b, offers})
		}
	}
	return out
}

// holds is the offerings of the bin that could stand in for the load's.
func (p Problem) holds(b int, load Load) uint64 {
	bin := &p.Bins[b]
	if bin.Group != p.Bins[load.Bin].Group || !load.Sum.FitsIn(bin.Room) {
		return 0
	}
	offers := bin.Offers
	for i, n := range load.Counts {
		if n > 0 {
			offers &= p.Items[i].Offers[bin.Type]
		}
	}
	return offers
}

// Repeats is how many nodes can be filled with just this load, one after the other, before an item runs short.
func (p Problem) Repeats(load Load) int64 {
	repeats := int64(-1)
	for i, n := range load.Counts {
		if n > 0 && (repeats < 0 || p.Items[i].Count/n < repeats) {
			repeats = p.Items[i].Count / n
		}
	}
	return max(repeats, 0)
}

func cheapest(prices []int64, offers uint64) int64 {
	least := int64(-1)
	for i, price := range prices {
		if offers&(1<<i) != 0 && (least < 0 || price < least) {
			least = price
		}
	}
	return least
}
