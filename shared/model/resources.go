package model

import (
	"slices"
	"strings"
)

// Names of the resources that every node has.
const (
	CPU              = "cpu"
	Memory           = "memory"
	EphemeralStorage = "ephemeral-storage"
	PodCount         = "pods"
)

// Resources is an amount of everything that a pod may ask for or a node may have. The four that every node has
// are fields; extended resources (nvidia.com/gpu) are a list sorted by name without zeros.
type Resources struct {
	CPU              int64    `json:"cpu,omitempty"`              // millicores
	Memory           int64    `json:"memory,omitempty"`           // bytes
	EphemeralStorage int64    `json:"ephemeralStorage,omitempty"` // bytes
	Pods             int64    `json:"pods,omitempty"`             // count
	Extended         []Amount `json:"extended,omitempty"`
}

// Amount is a number of units of one extended resource.
type Amount struct {
	Name  string `json:"name"`
	Value int64  `json:"value"`
}

// Get returns the amount of the named resource: millicores for cpu, base units for all others.
func (r Resources) Get(name string) int64 {
	switch name {
	case CPU:
		return r.CPU
	case Memory:
		return r.Memory
	case EphemeralStorage:
		return r.EphemeralStorage
	case PodCount:
		return r.Pods
	}
	i, found := r.find(name)
	if !found {
		return 0
	}
	return r.Extended[i].Value
}

// With returns r with the named resource set to value. r is not changed.
func (r Resources) With(name string, value int64) Resources {
	switch name {
	case CPU:
		r.CPU = value
	case Memory:
		r.Memory = value
	case EphemeralStorage:
		r.EphemeralStorage = value
	case PodCount:
		r.Pods = value
	default:
		r.Extended = withAmount(r.Extended, name, value)
	}
	return r
}

func withAmount(list []Amount, name string, value int64) []Amount {
	i, found := slices.BinarySearchFunc(list, name, func(a Amount, n string) int { return strings.Compare(a.Name, n) })
	out := slices.Clone(list)
	switch {
	case found && value == 0 && len(out) == 1:
		return nil // as if it had never been
	case found && value == 0:
		return slices.Delete(out, i, i+1)
	case found:
		out[i].Value = value
	case value != 0:
		out = slices.Insert(out, i, Amount{name, value})
	}
	return out
}

func (r Resources) find(name string) (int, bool) {
	return slices.BinarySearchFunc(r.Extended, name, func(a Amount, n string) int { return strings.Compare(a.Name, n) })
}

// Names lists the resources of which r has any, the four common ones first and then the extended ones by name.
func (r Resources) Names() []string {
	var names []string
	for _, n := range []string{CPU, Memory, EphemeralStorage, PodCount} {
		if r.Get(n) != 0 {
			names = append(names, n)
		}
	}
	for _, a := range r.Extended {
		names = append(names, a.Name)
	}
	return names
}

// Plus returns r + o.
func (r Resources) Plus(o Resources) Resources {
	return r.combine(o, func(a, b int64) int64 { return a + b })
}

// Minus returns r - o; what is overdrawn is negative.
func (r Resources) Minus(o Resources) Resources {
	return r.combine(o, func(a, b int64) int64 { return a - b })
}

// Max returns the larger amount of each resource.
func (r Resources) Max(o Resources) Resources {
	return r.combine(o, func(a, b int64) int64 { return max(a, b) })
}

// Min returns the smaller amount of each resource.
func (r Resources) Min(o Resources) Resources {
	return r.combine(o, func(a, b int64) int64 { return min(a, b) })
}

func (r Resources) combine(o Resources, f func(a, b int64) int64) Resources {
	out := Resources{
		CPU:              f(r.CPU, o.CPU),
		Memory:           f(r.Memory, o.Memory),
		EphemeralStorage: f(r.EphemeralStorage, o.EphemeralStorage),
		Pods:             f(r.Pods, o.Pods),
	}
	if len(r.Extended) == 0 && len(o.Extended) == 0 {
		return out
	}
	i, j := 0, 0
	for i < len(r.Extended) || j < len(o.Extended) {
		var name string
		var a, b int64
		switch {
		case j == len(o.Extended) || i < len(r.Extended) && r.Extended[i].Name < o.Extended[j].Name:
			name, a, i = r.Extended[i].Name, r.Extended[i].Value, i+1
		case i == len(r.Extended) || o.Extended[j].Name < r.Extended[i].Name:
			name, b, j = o.Extended[j].Name, o.Extended[j].Value, j+1
		default:
			name, a, b, i, j = r.Extended[i].Name, r.Extended[i].Value, o.Extended[j].Value, i+1, j+1
		}
		if v := f(a, b); v != 0 {
			out.Extended = append(out.Extended, Amount{name, v})
		}
	}
	return out
}

// FitsIn reports whether room holds r. Resources that r does not ask for may be overdrawn in room: a node that is
// short of memory still takes a pod that asks for none.
func (r Resources) FitsIn(room Resources) bool {
	_, lacks := r.LacksIn(room)
	return !lacks
}

// LacksIn names the first resource that r asks for and room does not hold.
func (r Resources) LacksIn(room Resources) (name string, lacks bool) {
	switch {
	case r.CPU > 0 && r.CPU > room.CPU:
		return CPU, true
	case r.Memory > 0 && r.Memory > room.Memory:
		return Memory, true
	case r.EphemeralStorage > 0 && r.EphemeralStorage > room.EphemeralStorage:
		return EphemeralStorage, true
	case r.Pods > 0 && r.Pods > room.Pods:
		return PodCount, true
	}
	for _, a := range r.Extended {
		if a.Value > 0 && a.Value > room.Get(a.Name) {
			return a.Name, true
		}
	}
	return "", false
}

// IsZero reports whether r asks for nothing.
func (r Resources) IsZero() bool {
	return r.CPU == 0 && r.Memory == 0 && r.EphemeralStorage == 0 && r.Pods == 0 && len(r.Extended) == 0
}
