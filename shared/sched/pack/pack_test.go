package pack

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/sched/require"
)

func cpu(milli int64) model.Resources { return model.Resources{CPU: milli, Pods: 1} }

func node(milli, price int64) Bin {
	return Bin{Room: model.Resources{CPU: milli, Memory: 1 << 40, Pods: 100}, Prices: []int64{price}, Offers: 1}
}

// numbered makes every bin a type of its own.
func numbered(bins []Bin) []Bin {
	for i := range bins {
		bins[i].Type = i
	}
	return bins
}

func pods(milli, count int64, bins int) Item {
	item := Item{Requests: cpu(milli), Count: count, Work: Work(cpu(milli))}
	for range bins {
		item.Offers = append(item.Offers, 1)
	}
	return item
}

func TestBest(t *testing.T) {
	// Double the size for double the price, less what every node keeps for itself.
	sizes := []Bin{node(1900, 100), node(3900, 200), node(7900, 400), node(95_900, 4800)}
	tests := []struct {
		name   string
		items  []Item
		bin    int
		counts []int64
	}{
		{"one small pod: the smallest", []Item{pods(500, 1, 4)}, 0, []int64{1}},
		{"ten small pods: no huge node", []Item{pods(250, 10, 4)}, 0, []int64{7}},
		{"pods that fill the smallest badly: the next size", []Item{pods(1300, 30, 4)}, 1, []int64{3}},
		{"a pod that only the largest holds takes the others along", []Item{pods(50_000, 1, 4), pods(500, 100, 4)}, 3, []int64{1, 91}},
		{"too large for all", []Item{pods(100_000, 1, 4)}, -1, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			load, ok := Problem{Bins: numbered(sizes), Items: test.items}.Best()
			if !ok {
				load.Bin = -1
			}
			if load.Bin != test.bin || !slices.Equal(load.Counts, test.counts) {
				t.Errorf("bin %d with %v, want %d with %v", load.Bin, load.Counts, test.bin, test.counts)
			}
		})
	}
}

func TestPriceIsOfWhatAllPodsAdmit(t *testing.T) {
	bin := Bin{Room: cpu(10_000).With(model.PodCount, 10), Prices: []int64{10, 30, 20}, Offers: 0b111}
	first, second := pods(1000, 1, 1), pods(1000, 1, 1)
	first.Offers, second.Offers = []uint64{0b011}, []uint64{0b110}
	p := Problem{Bins: []Bin{bin}, Items: []Item{first, second}}
	load, _ := p.Best()
	if load.Price != 30 || !slices.Equal(load.Counts, []int64{1, 1}) {
		t.Errorf("price %d with %v, want 30 with both", load.Price, load.Counts)
	}
	if h := p.Holders(load); len(h) != 1 || h[0].Offers != 0b010 {
		t.Errorf("holders %v, want the one shared offering", h)
	}
}

func TestOpenLabelsKeepPodsApart(t *testing.T) {
	red, blue := pods(1000, 1, 1), pods(900, 1, 1)
	red.Keys = require.Selector(map[string]string{"team": "red"})
	blue.Keys = require.Selector(map[string]string{"team": "blue"})
	load, _ := Problem{Bins: []Bin{node(10_000, 1)}, Items: []Item{red, blue, pods(100, 1, 1)}}.Best()
	if !slices.Equal(load.Counts, []int64{1, 0, 1}) {
		t.Errorf("took %v, want red and the one that does not care", load.Counts)
	}
}

func TestVariety(t *testing.T) {
	bins := []Bin{node(2000, 10), node(4000, 20), node(8000, 40)}
	p := Problem{Bins: numbered(bins), Items: []Item{pods(1000, 8, 3)}, Variety: []Variety{{Least: 2, Value: []int32{0, 1, 2}}}}
	load, ok := p.Best()
	if !ok || load.Counts[0] > 4 {
		t.Errorf("took %v: two of three sizes have to hold it", load.Counts)
	}
	p.Variety[0].Least = 4
	if _, ok := p.Best(); ok {
		t.Error("found four sizes among three")
	}
}

func TestGroupsDoNotStandInForEachOther(t *testing.T) {
	bins := []Bin{node(2000, 10), node(2000, 11), node(2000, 12)}
	bins[1].Group = 1
	p := Problem{Bins: numbered(bins), Items: []Item{pods(1000, 1, 3)}}
	load, _ := p.Best()
	if h := p.Holders(load); len(h) != 2 || h[0].Bin != 0 || h[1].Bin != 2 {
		t.Errorf("holders %v, want the first and the third", h)
	}
}

// TestNothingIsOverfilled packs random problems to the end and counts.
func TestNothingIsOverfilled(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := randomProblem(r)
		for range 200 {
			load, ok := p.Best()
			if !ok {
				break
			}
			checkLoad(t, p, load, seed)
			n := p.Repeats(load)
			if n < 1 {
				t.Fatalf("seed %d: a load that can't be had once", seed)
			}
			for i := range p.Items {
				p.Items[i].Count -= n * load.Counts[i]
			}
			if p.Items[0].Count == 0 {
				p.Items = p.Items[1:]
			}
			if len(p.Items) == 0 {
				break
			}
		}
	}
}

func randomProblem(r *rand.Rand) Problem {
	var p Problem
	for range 1 + r.IntN(6) {
		size := int64(1000 << r.IntN(5))
		p.Bins = append(p.Bins, Bin{
			Room:   model.Resources{CPU: size, Memory: size * (1 << 20), Pods: 1 + r.Int64N(30)},
			Prices: []int64{1 + r.Int64N(size), 1 + r.Int64N(size)},
			Offers: uint64(r.IntN(4)),
		})
	}
	numbered(p.Bins)
	for range 1 + r.IntN(6) {
		requests := model.Resources{CPU: r.Int64N(3000), Memory: r.Int64N(3000) << 20, Pods: 1}
		item := Item{Requests: requests, Count: 1 + r.Int64N(40), Work: Work(requests)}
		for range p.Bins {
			item.Offers = append(item.Offers, uint64(r.IntN(4)))
		}
		p.Items = append(p.Items, item)
	}
	return p
}

func checkLoad(t *testing.T, p Problem, load Load, seed uint64) {
	t.Helper()
	var sum model.Resources
	for i, n := range load.Counts {
		if n > p.Items[i].Count {
			t.Fatalf("seed %d: took %d of %d", seed, n, p.Items[i].Count)
		}
		for range n {
			sum = sum.Plus(p.Items[i].Requests)
		}
	}
	if !sum.FitsIn(p.Bins[load.Bin].Room) || sum.CPU != load.Sum.CPU || sum.Pods != load.Sum.Pods {
		t.Fatalf("seed %d: %v in %v, said to be %v", seed, sum, p.Bins[load.Bin].Room, load.Sum)
	}
	if p.holds(load.Bin, load) == 0 || load.Price <= 0 {
		t.Fatalf("seed %d: no offering admits all pods", seed)
	}
}

func TestWork(t *testing.T) {
	vcpu, tenGiB := Work(model.Resources{CPU: 1000}), Work(model.Resources{Memory: 10 << 30})
	if vcpu != tenGiB {
		t.Errorf("a vCPU is worth %d, 10 GiB %d", vcpu, tenGiB)
	}
	if Work(model.Resources{}) <= 0 {
		t.Error("a pod that asks for nothing is worth nothing")
	}
	if w := Work(model.Resources{Memory: 1 << 62}); w <= 0 {
		t.Errorf("overflow: %d", w)
	}
}
