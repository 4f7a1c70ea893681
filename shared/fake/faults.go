package fake

import (
	"sync"

	"github.com/slipway-dev/slipway/shared/model"
)

// Faults makes calls fail that a fake is asked for, by the name of the method. The zero value lets all succeed.
type Faults struct {
	mu     sync.Mutex
	refuse map[string][]error
	lose   map[string]int
	calls  map[string]int

	// Around, if set, carries out every call: a simulated world counts, delays and kills there, before and after do.
	Around func(method string, do func() error) error
}

// Refuse makes the next n calls of the method fail with the kind, without any effect.
func (f *Faults) Refuse(method string, n int, kind model.ErrorKind) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse == nil {
		f.refuse = map[string][]error{}
	}
	for range n {
		f.refuse[method] = append(f.refuse[method], &model.Error{Kind: kind, Op: method, Code: "Fake"})
	}
}

// Lose makes the next n calls of the method take effect and their answers get lost.
func (f *Faults) Lose(method string, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lose == nil {
		f.lose = map[string]int{}
	}
	f.lose[method] += n
}

// Calls is how often the method was called, failed calls included.
func (f *Faults) Calls(method string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[method]
}

// call counts a call and runs do, unless the call is to be refused. do returns the call's own failure.
func (f *Faults) call(method string, do func() error) error {
	whole := func() error {
		if err := f.refused(method); err != nil {
			return err
		}
		if err := do(); err != nil {
			return err
		}
		return f.lost(method)
	}
	if f.Around != nil {
		return f.Around(method, whole)
	}
	return whole()
}

func (f *Faults) refused(method string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls == nil {
		f.calls = map[string]int{}
	}
	f.calls[method]++
	if len(f.refuse[method]) == 0 {
		return nil
	}
	err := f.refuse[method][0]
	f.refuse[method] = f.refuse[method][1:]
	return err
}

func (f *Faults) lost(method string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lose[method] == 0 {
		return nil
	}
	f.lose[method]--
	return &model.Error{Kind: model.NoAnswer, Op: method, Code: "Fake"}
}
