package fake

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Instances is shared/aws/instances in memory: EC2 as far as Slipway uses it. A fleet takes the first of its
// offerings that still has stock, since they come cheapest first.
type Instances struct {
	Faults
	now func() time.Time

	// PageSize of lists; 0 is 500.
	PageSize int
	// Unseen is how many look-ups a new instance is missing from: EC2 is eventually consistent.
	Unseen int

	state     sync.Mutex
	instances map[string]*instance
	order     []string // ids in order of launch
	replies   map[string]answered
	stock     map[model.FleetOverride]int
	refusals  map[model.FleetOverride]string
}

type instance struct {
	model.Instance
	unseen int
}

// answered is what a client token was answered, and to what request.
type answered struct {
	request []byte
	answer  model.FleetAnswer
}

// NewInstances returns an EC2 without instances and with endless stock.
func NewInstances(now func() time.Time) *Instances {
	return &Instances{
		now:       now,
		instances: map[string]*instance{},
		replies:   map[string]answered{},
		stock:     map[model.FleetOverride]int{},
		refusals:  map[model.FleetOverride]string{},
	}
}

// codes that a fleet's offerings are refused with, and what they mean.
var kinds = map[string]model.ErrorKind{
	"InsufficientInstanceCapacity":      model.NoCapacity,
	"VcpuLimitExceeded":                 model.QuotaExceeded,
	"MaxSpotInstanceCountExceeded":      model.QuotaExceeded,
	"InsufficientFreeAddressesInSubnet": model.NoAddresses,
}

// Stock leaves n instances of the type in the zone (of any, where empty), and refuses more with the code, which is
// InsufficientInstanceCapacity when empty.
func (f *Instances) Stock(typ, zone string, n int, code string) {
	f.state.Lock()
	defer f.state.Unlock()
	o := model.FleetOverride{Type: typ, Zone: zone}
	f.stock[o] = n
	f.refusals[o] = cmp.Or(code, "InsufficientInstanceCapacity")
}

// All lists every instance that was ever launched, in order of launch.
func (f *Instances) All() []model.Instance {
	f.state.Lock()
	defer f.state.Unlock()
	var list []model.Instance
	for _, id := range f.order {
		list = append(list, f.instances[id].copy())
	}
	return list
}

// Serialize as instances.Instances'.
func (f *Instances) Serialize(request model.FleetRequest) ([]byte, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, failure(model.Invalid, "serialize fleet request", "%w", err)
	}
	return body, nil
}

// Create as instances.Instances', EC2's memory of client tokens included.
func (f *Instances) Create(_ context.Context, body []byte) (answer model.FleetAnswer, err error) {
	err = f.call("Create", func() error {
		f.state.Lock()
		defer f.state.Unlock()
		var request model.FleetRequest
		if err := json.Unmarshal(body, &request); err != nil {
			return failure(model.Invalid, "create fleet", "%w", err)
		}
		before, known := f.replies[request.Token]
		if known && !bytes.Equal(before.request, body) {
			return failure(model.Invalid, "create fleet", "token %s was used for another request", request.Token)
		}
		if !known {
			before = answered{bytes.Clone(body), f.launch(request)}
			f.replies[request.Token] = before
		}
		answer, err = copied(before.answer)
		return err
	})
	if err != nil {
		return model.FleetAnswer{}, err
	}
	return answer, nil
}

func (f *Instances) launch(request model.FleetRequest) model.FleetAnswer {
	answer := model.FleetAnswer{FleetID: fmt.Sprintf("fleet-%08x", len(f.replies)+1)}
	for _, o := range request.Overrides {
		for len(answer.Instances) < request.Count && f.take(o) {
			answer.Instances = append(answer.Instances, f.add(o, request))
		}
		if len(answer.Instances) == request.Count {
			break
		}
		code := f.refusal(o)
		answer.Errors = append(answer.Errors, model.FleetError{
			Kind: kinds[code], Code: code, Type: o.Type, Zone: o.Zone, Subnet: o.Subnet, CapacityType: request.CapacityType,
		})
	}
	slices.SortFunc(answer.Instances, func(a, b model.Instance) int { return cmp.Compare(a.ID, b.ID) })
	return answer
}

// limits are the stocks that an offering draws on.
func limits(o model.FleetOverride) []model.FleetOverride {
	return []model.FleetOverride{{Type: o.Type, Zone: o.Zone}, {Type: o.Type}, {Zone: o.Zone}, {}}
}

func (f *Instances) take(o model.FleetOverride) bool {
	for _, l := range limits(o) {
		if n, limited := f.stock[l]; limited && n == 0 {
			return false
		}
	}
	for _, l := range limits(o) {
		if _, limited := f.stock[l]; limited {
			f.stock[l]--
		}
	}
	return true
}

// refusal is the code of the stock that is out.
func (f *Instances) refusal(o model.FleetOverride) string {
	for _, l := range limits(o) {
		if n, limited := f.stock[l]; limited && n == 0 {
			return f.refusals[l]
		}
	}
	return ""
}

func (f *Instances) add(o model.FleetOverride, request model.FleetRequest) model.Instance {
	n := len(f.order) + 1
	// Not in order of launch, as EC2's ids are not.
	id := fmt.Sprintf("i-%08x%09x", uint32(n)*2654435761, n)
	f.order = append(f.order, id)
	f.instances[id] = &instance{unseen: f.Unseen, Instance: model.Instance{
		ID: id, Type: o.Type, Zone: o.Zone, CapacityType: request.CapacityType, State: "running",
		ImageID: request.Template.ImageID, PrivateDNS: fmt.Sprintf("ip-10-0-%d-%d.ec2.internal", n>>8, n&255),
		LaunchedAt: f.now().UTC(), Tags: maps.Clone(request.Tags),
	}}
	return model.Instance{ID: id, Type: o.Type, Zone: o.Zone, CapacityType: request.CapacityType}
}

func (i *instance) copy() model.Instance {
	out := i.Instance
	out.Tags = maps.Clone(i.Tags)
	return out
}
