package sched

// selection is a set of offerings: for each type of the table, a bit for each of its offerings.
type selection []uint64

// and keeps of s, in place, what o has too.
func (s selection) and(o selection) {
	for t := range s {
		s[t] &= o[t]
	}
}

// within reports whether o has all of s.
func (s selection) within(o selection) bool {
	for t := range s {
		if s[t]&^o[t] != 0 {
			return false
		}
	}
	return true
}

func (s selection) empty() bool {
	for _, bits := range s {
		if bits != 0 {
			return false
		}
	}
	return true
}

func (s selection) clone() selection { return append(selection(nil), s...) }

// types lists the types that have an offering in s.
func (s selection) types() []int {
	var out []int
	for t, bits := range s {
		if bits != 0 {
			out = append(out, t)
		}
	}
	return out
}
