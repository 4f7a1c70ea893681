package main

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// TestFixturesAreFull: were there room left on a node, the pods that a decision is measured with would go there.
func TestFixturesAreFull(t *testing.T) {
	const each = 20
	_, room := sizes()
	for name, quantity := range room {
		left := quantity.DeepCopy()
		for i := range each {
			for _, c := range podFixture(i, 0).Spec.Containers {
				left.Sub(c.Resources.Requests[name])
			}
		}
		if left.Sign() < 0 {
			t.Errorf("%d pods want more %s than there is: %s", each, name, left.String())
		}
		if name == corev1.ResourceCPU && left.Cmp(resource.MustParse("500m")) >= 0 {
			t.Errorf("%s of CPU is left", left.String())
		}
	}
}

// TestFixturesAreAsLargeAsRealOnes: a served pod has 4 to 8 KB, of which managed fields and status come on top of
// what is created here; a node with its images 10 KB and more.
func TestFixturesAreAsLargeAsRealOnes(t *testing.T) {
	if n := podFixture(7, 0).Size(); n < 3000 || n > 8000 {
		t.Errorf("a pod has %d bytes", n)
	}
	if n := nodeFixture(7, claimFixture(7)).Size(); n < 8000 {
		t.Errorf("a node has %d bytes", n)
	}
}

func TestSideBySide(t *testing.T) {
	var sum atomic.Int64
	if err := sideBySide(t.Context(), 100, func(_ context.Context, i int) error { sum.Add(int64(i)); return nil }); err != nil || sum.Load() != 4950 {
		t.Errorf("sum %d, %v", sum.Load(), err)
	}
	broken := errors.New("broken")
	var begun atomic.Int64
	err := sideBySide(t.Context(), 1_000_000, func(ctx context.Context, i int) error {
		begun.Add(1)
		if i == 50 {
			return broken
		}
		return ctx.Err()
	})
	if !errors.Is(err, broken) || begun.Load() == 1_000_000 {
		t.Errorf("%v after %d", err, begun.Load())
	}
}
