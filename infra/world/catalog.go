package world

import "github.com/slipway-dev/slipway/shared/model"

const gib = 1 << 30

// sizeOf is the capacity of this world's types.
func sizeOf(typ string) model.Resources {
	cores := map[string]int64{"m7g.large": 2, "m7g.xlarge": 4, "c7g.xlarge": 4}[typ]
	return model.Resources{CPU: 1000 * cores, Memory: 4 * cores * gib, EphemeralStorage: 20 * gib, Pods: 29}
}

// smallCatalog has three types in two zones, and one class with its launch template for the pool.
func smallCatalog(pool model.NodePool) *model.Catalog {
	c := &model.Catalog{Schema: model.CatalogSchema, Version: "1", Region: "us-east-1"}
	for _, t := range []struct {
		name, category, family string
		price                  int64
	}{{"c7g.xlarge", "c", "c7g", 145000}, {"m7g.large", "m", "m7g", 81600}, {"m7g.xlarge", "m", "m7g", 163200}} {
		capacity := sizeOf(t.name)
		capacity.EphemeralStorage = 0
		c.Types = append(c.Types, model.InstanceType{
			Name: t.name,
			Labels: map[string]string{
				model.LabelInstanceType: t.name, model.LabelArch: "arm64", model.LabelOS: "linux",
				"karpenter.k8s.aws/instance-category": t.category, "karpenter.k8s.aws/instance-family": t.family,
			},
			Capacity: capacity,
			Offerings: []model.Offering{
				{Zone: "us-east-1a", CapacityType: model.OnDemand, Price: t.price},
				{Zone: "us-east-1b", CapacityType: model.OnDemand, Price: t.price},
			},
		})
	}
	c.Classes = []model.ResolvedClass{{
		Name: "default", EphemeralStorage: 20 * gib,
		Subnets:   []model.Subnet{{ID: "subnet-a", Zone: "us-east-1a", Free: 4000}, {ID: "subnet-b", Zone: "us-east-1b", Free: 4000}},
		Images:    []model.Image{{ID: "ami-1", Requirements: []model.Requirement{{Key: model.LabelArch, Operator: model.In, Values: []string{"arm64"}}}}},
		Templates: []model.LaunchTemplate{{Pool: pool.Name, PoolHash: pool.Hash, ImageID: "ami-1", ID: "lt-1", Version: "1"}},
	}}
	return c
}
