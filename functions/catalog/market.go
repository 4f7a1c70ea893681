package catalog

import (
	"cmp"
	"context"
	"slices"

	"github.com/slipway-dev/slipway/shared/model"
)

// market is what is read of EC2's offers, before it is put together.
type market struct {
	machines []model.Machine
	zones    []model.TypeZone
	spot     []model.Price
	onDemand []model.Price
}

// types are the region's instance types with their prices. A process that has just begun takes them from the last
// catalog while that is fresh: reading the whole market takes seconds, and a new pool may have pods that wait.
func (r *refresh) types(ctx context.Context) ([]model.InstanceType, error) {
	_, begun := r.memory.machines.stale("")
	if !begun && len(r.last.Types) > 0 && r.now.Sub(r.last.At) < typesHold {
		return r.last.Types, nil
	}
	m, err := r.readMarket(ctx)
	if err != nil {
		return nil, err
	}
	return m.types(r.cluster.Info.Region), nil
}

// readMarket reads what is not at hand any more. Prices that can not be read are those of the last time: the market
// moves slowly, and a catalog without prices would buy nothing.
func (r *refresh) readMarket(ctx context.Context) (market, error) {
	var m market
	c, mem := r.cluster, r.memory
	err := r.handler.Parallel(ctx,
		func(ctx context.Context) (err error) {
			m.machines, err = mem.machines.take("", r.now, typesHold, func() ([]model.Machine, error) {
				return all(ctx, c.Offerings.Machines)
			})
			return wrap("instance types", err)
		},
		func(ctx context.Context) (err error) {
			m.zones, err = mem.zones.take("", r.now, typesHold, func() ([]model.TypeZone, error) {
				return all(ctx, c.Offerings.Zones)
			})
			return wrap("zones of instance types", err)
		},
		func(ctx context.Context) error {
			var err error
			m.spot, err = mem.spot.take("", r.now, spotHolds, func() ([]model.Price, error) {
				return all(ctx, func(ctx context.Context, page string) (model.Page[model.Price], error) {
					return c.Prices.Spot(ctx, r.now, page)
				})
			})
			if err != nil {
				m.spot = r.lastPrices(ctx, &mem.spot, model.Spot, err)
			}
			return nil
		},
		func(ctx context.Context) error {
			var err error
			m.onDemand, err = mem.onDemand.take("", r.now, onDemandHolds, func() ([]model.Price, error) {
				return all(ctx, c.Prices.OnDemand)
			})
			if err != nil {
				m.onDemand = r.lastPrices(ctx, &mem.onDemand, model.OnDemand, err)
			}
			return nil
		})
	return m, err
}

// lastPrices are the prices of this process's last reading, or those of the last catalog.
func (r *refresh) lastPrices(ctx context.Context, shelf *shelf[[]model.Price], capacityType string, err error) []model.Price {
	r.scope.Log.WarnContext(ctx, "prices not read; the last ones stay", "capacityType", capacityType, "error", err.Error())
	if prices, ok := shelf.stale(""); ok {
		return prices
	}
	if r.memory.catalog == nil {
		return nil
	}
	var out []model.Price
	for _, t := range r.memory.catalog.Types {
		for _, o := range t.Offerings {
			if o.CapacityType == capacityType {
				p := model.Price{Type: t.Name, Zone: o.Zone, Price: o.Price}
				if capacityType == model.OnDemand {
					p.Zone = ""
				}
				out = append(out, p)
			}
		}
	}
	return out
}

// types puts the market together: each type that has an offering with a price.
func (m market) types(region string) []model.InstanceType {
	onDemand := map[string]int64{}
	for _, p := range m.onDemand {
		onDemand[p.Type] = p.Price
	}
	spot := map[model.TypeZone]int64{}
	for _, p := range m.spot {
		at := model.TypeZone{Type: p.Type, Zone: p.Zone}
		spot[at] = max(spot[at], p.Price)
	}
	zones := map[string][]string{}
	for _, z := range m.zones {
		zones[z.Type] = append(zones[z.Type], z.Zone)
	}
	var out []model.InstanceType
	for _, machine := range m.machines {
		offerings := offeringsOf(machine, zones[machine.Type], onDemand[machine.Type], spot)
		if machine.Arch == "" || len(offerings) == 0 {
			continue
		}
		out = append(out, model.InstanceType{
			Name: machine.Type, Labels: labelsOf(machine, region), Capacity: capacityOf(machine), Offerings: offerings,
		})
	}
	slices.SortFunc(out, func(a, b model.InstanceType) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func offeringsOf(m model.Machine, zones []string, onDemand int64, spot map[model.TypeZone]int64) []model.Offering {
	var out []model.Offering
	for _, zone := range zones {
		if m.OnDemand && onDemand > 0 {
			out = append(out, model.Offering{Zone: zone, CapacityType: model.OnDemand, Price: onDemand})
		}
		if price := spot[model.TypeZone{Type: m.Type, Zone: zone}]; m.Spot && price > 0 {
			out = append(out, model.Offering{Zone: zone, CapacityType: model.Spot, Price: price})
		}
	}
	slices.SortFunc(out, func(a, b model.Offering) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.CapacityType, b.CapacityType))
	})
	return out
}
