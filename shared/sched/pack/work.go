package pack

import "github.com/slipway-dev/slipway/shared/model"

// What one unit is worth, in thousandths of a vCPU. EC2 sells a vCPU for about what it sells 10 GiB of memory for:
// the c, m and r types of a generation differ in nothing else (8 vCPUs with 16, 32 and 64 GiB). A device costs more
// than any of it; the number only has to be large, since types with and without are not compared.
const (
	workPerGiB    = 100
	workPerDevice = 20_000
)

// Work is one number for what a pod asks for, so that types of different proportions can be compared by what is
// paid for the same work. It is never zero.
func Work(r model.Resources) int64 {
	work := 1 + r.CPU + r.Memory>>20*workPerGiB>>10
	for _, a := range r.Extended {
		work += a.Value * workPerDevice
	}
	return work
}
