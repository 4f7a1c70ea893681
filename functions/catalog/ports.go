package catalog

import (
	"context"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

// Clusters connects to clusters. A connection may be kept from invocation to invocation.
type Clusters interface {
	Connect(ctx context.Context, key string) (*Cluster, error)
}

// Cluster is a connected cluster: its API, and AWS as its role for this function sees it.
type Cluster struct {
	Info      model.Cluster
	Control   Control
	Pools     Pools
	Classes   Classes
	Network   Network
	Images    Images
	Offerings Offerings
	Prices    Prices
	Templates Templates
	Profiles  Profiles
}

// Catalogs keeps the catalogs.
type Catalogs interface {
	// Catalog reads a cluster's: nil with the etag when it is still the one of the etag, NotFound when there is none.
	Catalog(ctx context.Context, cluster, etag string) (*model.Catalog, string, error)
	// PutCatalog writes it if it is still at the etag (empty: if there is none), and returns the new one.
	PutCatalog(ctx context.Context, cluster string, catalog *model.Catalog, ifMatch string) (etag string, err error)
}

// Bus publishes events, at most events.MaxBatchCount at once.
type Bus interface {
	Put(ctx context.Context, entries []events.Entry) error
}

// Control tells what EKS says of the cluster.
type Control interface {
	Details(ctx context.Context) (model.ClusterDetails, error)
}

// Pools are the cluster's NodePools.
type Pools interface {
	NodePools(ctx context.Context, page string) (model.Page[model.NodePool], error)
	PatchPoolStatus(ctx context.Context, name string, status model.PoolStatus) (model.NodePool, error)
}

// Classes are the cluster's EC2NodeClasses, and the annotations of both kinds.
type Classes interface {
	Classes(ctx context.Context, page string) (model.Page[model.EC2NodeClass], error)
	AnnotateClass(ctx context.Context, name, resourceVersion string, annotations map[string]string) (string, error)
	AnnotatePool(ctx context.Context, name, resourceVersion string, annotations map[string]string) (string, error)
	PatchClassStatus(ctx context.Context, name string, status model.EC2NodeClassStatus) error
}

// Network finds subnets and security groups.
type Network interface {
	Subnets(ctx context.Context, selector model.Selector, page string) (model.Page[model.Subnet], error)
	SecurityGroups(ctx context.Context, selector model.Selector, page string) (model.Page[model.SecurityGroup], error)
}

// Images finds machine images.
type Images interface {
	// Parameters reads SSM parameters, at most ten; those that do not exist are missing.
	Parameters(ctx context.Context, names []string) (map[string]string, error)
	ByID(ctx context.Context, ids []string, page string) (model.Page[model.MachineImage], error)
	BySelector(ctx context.Context, selector model.Selector, page string) (model.Page[model.MachineImage], error)
}

// Offerings tells what instance types there are, and where.
type Offerings interface {
	Machines(ctx context.Context, page string) (model.Page[model.Machine], error)
	Zones(ctx context.Context, page string) (model.Page[model.TypeZone], error)
}

// Prices tells what they cost.
type Prices interface {
	Spot(ctx context.Context, at time.Time, page string) (model.Page[model.Price], error)
	OnDemand(ctx context.Context, page string) (model.Page[model.Price], error)
}

// Templates makes launch templates.
type Templates interface {
	// Create answers AlreadyExists for a name that is taken.
	Create(ctx context.Context, spec model.TemplateSpec) (model.TemplateRef, error)
	ByName(ctx context.Context, name string) (model.TemplateRef, error)
}

// Profiles makes instance profiles.
type Profiles interface {
	// Role is the profile's, empty for none; NotFound without a profile.
	Role(ctx context.Context, name string) (string, error)
	Create(ctx context.Context, name, path string, tags map[string]string) error
	AddRole(ctx context.Context, name, role string) error
}

// all reads every page.
func all[T any](ctx context.Context, list func(ctx context.Context, page string) (model.Page[T], error)) ([]T, error) {
	var out []T
	for page := ""; ; {
		p, err := list(ctx, page)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Items...)
		if page = p.Next; page == "" {
			return out, nil
		}
	}
}
