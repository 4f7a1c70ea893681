package pack

import (
	"math/rand/v2"
	"testing"
)

// TestBestVaried compares the search with cutting every type's load and taking the best. Types have one price each
// here: then cutting never makes a load better value, which is what the search relies on.
func TestBestVaried(t *testing.T) {
	found := 0
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := randomProblem(r)
		v := Variety{Least: 1 + r.IntN(3)}
		for b := range p.Bins {
			p.Bins[b].Prices, p.Bins[b].Offers = p.Bins[b].Prices[:1], 1
			v.Value = append(v.Value, int32(r.IntN(4)-1))
		}
		p.Variety = []Variety{v}
		want, any := slowestVaried(p)
		got, ok := p.Best()
		if ok != any {
			t.Fatalf("seed %d: found %t, want %t", seed, ok, any)
		}
		if !ok {
			continue
		}
		found++
		if want.betterThan(got) {
			t.Fatalf("seed %d: %+v is better than %+v", seed, want, got)
		}
		if !p.enough(got) {
			t.Fatalf("seed %d: %+v leaves too little variety", seed, got)
		}
		checkLoad(t, p, got, seed)
	}
	if found < 100 {
		t.Errorf("only %d problems had a solution", found)
	}
}

func slowestVaried(p Problem) (best Load, ok bool) {
	for _, full := range p.ranked(leastOf(p.Items)) {
		if load := p.cut(full); load.Counts[0] > 0 && (!ok || load.betterThan(best)) {
			best, ok = load, true
		}
	}
	return best, ok
}
