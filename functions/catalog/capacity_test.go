package catalog

import (
	"strconv"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/slipway-dev/slipway/shared/model"
)

func TestCapacityIsKarpenters(t *testing.T) {
	for _, k := range karpenterTypes(t) {
		t.Run(k.Machine.Type, func(t *testing.T) {
			var want model.Resources
			for name, text := range k.Capacity {
				q := resource.MustParse(text)
				amount := q.Value()
				if name == model.CPU {
					amount = q.MilliValue()
				}
				want = want.With(name, amount)
			}
			got := capacityOf(k.Machine)
			for _, name := range append(want.Names(), got.Names()...) {
				if got.Get(name) != want.Get(name) {
					t.Errorf("%s is %d, Karpenter's %d", name, got.Get(name), want.Get(name))
				}
			}
		})
	}
}

func TestPodsWithoutInterfaces(t *testing.T) {
	if got := podsOf(model.Machine{AddressesPerNIC: 10}); got != 0 {
		t.Errorf("%d pods, want none: it has no interface for them", got)
	}
}

func TestMemoryIsRoundedDown(t *testing.T) {
	for mib, want := range map[int64]int64{0: 0, 1: 0, 1000: 925, 1001: 925, 4096: 3788} {
		t.Run(strconv.FormatInt(mib, 10), func(t *testing.T) {
			if got := memoryOf(model.Machine{MemoryMiB: mib, Arch: "amd64"}); got != want {
				t.Errorf("%d MiB of %d, want %d", got, mib, want)
			}
		})
	}
}
