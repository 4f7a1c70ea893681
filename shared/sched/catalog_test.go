package sched_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/slipway-dev/slipway/shared/model"
)

const label = "karpenter.k8s.aws/instance-"

func zones() []string { return []string{"us-east-1a", "us-east-1b", "us-east-1c"} }

// smallCatalog reads testdata/catalog.txt. It has no classes.
func smallCatalog(t testing.TB) *model.Catalog {
	t.Helper()
	text, err := os.ReadFile("testdata/catalog.txt")
	if err != nil {
		t.Fatal(err)
	}
	c := &model.Catalog{Schema: model.CatalogSchema, Region: "us-east-1"}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 11 && fields[0] != "#" {
			c.Types = append(c.Types, typeOf(t, fields))
		}
	}
	slices.SortFunc(c.Types, func(a, b model.InstanceType) int { return strings.Compare(a.Name, b.Name) })
	return c
}

func typeOf(t testing.TB, f []string) model.InstanceType {
	t.Helper()
	family, size, _ := strings.Cut(f[0], ".")
	typ := model.InstanceType{Name: f[0], Labels: map[string]string{
		model.LabelArch: f[1], model.LabelOS: "linux", model.LabelInstanceType: f[0],
		label + "cpu-manufacturer": f[2], label + "cpu": f[3], label + "memory": f[4],
		label + "family": family, label + "size": size,
		label + "category": strings.TrimRight(family[:strings.IndexAny(family, "0123456789")], "0123456789"),
	}}
	typ.Labels[label+"generation"] = string(family[strings.IndexAny(family, "0123456789")])
	// The hypervisor keeps 7.5 % of the nominal memory.
	typ.Capacity = model.Resources{CPU: 1000 * number(t, f[3]), Memory: number(t, f[4]) << 20 * 925 / 1000, Pods: number(t, f[5])}
	if name, rest, ok := strings.Cut(f[10], "="); ok {
		count, kind, _ := strings.Cut(rest, ":")
		typ.Capacity = typ.Capacity.With(name, number(t, count))
		what := "gpu"
		if strings.HasPrefix(name, "aws") {
			what = "accelerator"
		}
		typ.Labels[label+what+"-name"], typ.Labels[label+what+"-count"] = kind, count
	}
	for i, zone := range zones() {
		typ.Offerings = append(typ.Offerings,
			model.Offering{Zone: zone, CapacityType: model.OnDemand, Price: number(t, f[6])},
			model.Offering{Zone: zone, CapacityType: model.Spot, Price: number(t, f[7+i])})
	}
	return typ
}

func number(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// class is a resolved class with subnets in the zones and images for both architectures.
func class(name string, zones ...string) model.ResolvedClass {
	c := model.ResolvedClass{Name: name, UID: "class-" + name, Hash: "h-" + name, EphemeralStorage: 20 << 30}
	for i, z := range zones {
		c.Subnets = append(c.Subnets, model.Subnet{ID: "subnet-" + z[len(z)-1:], Zone: z, ZoneID: fmt.Sprintf("use1-az%d", i+1), Free: 250})
	}
	for _, arch := range []string{"amd64", "arm64"} {
		c.Images = append(c.Images, model.Image{ID: "ami-" + arch, Requirements: []model.Requirement{{Key: model.LabelArch, Operator: model.In, Values: []string{arch}}}})
	}
	return c
}

// addTemplates gives every class the templates for every pool that it has an image for.
func addTemplates(s *model.Snapshot) {
	for i := range s.Catalog.Classes {
		c := &s.Catalog.Classes[i]
		c.Templates = nil
		for _, p := range s.Pools {
			for _, image := range c.Images {
				if p.Class.Name == c.Name {
					c.Templates = append(c.Templates, model.LaunchTemplate{Pool: p.Name, PoolHash: p.Hash, ImageID: image.ID, ID: "lt-" + p.Name + "-" + image.ID, Version: "1"})
				}
			}
		}
	}
}
