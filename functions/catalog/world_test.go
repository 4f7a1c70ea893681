package catalog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/functions/catalog"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// world is a cluster, its account and our bucket and bus, in memory. Lists come a single item a page; every call is
// written down, and fails when fail says so.
type world struct {
	t   *testing.T
	mu  sync.Mutex
	now time.Time

	cluster model.Cluster
	details model.ClusterDetails
	pools   map[string]model.NodePool
	classes map[string]model.EC2NodeClass
	version int // of the cluster's objects

	subnets    []tagged[model.Subnet]
	groups     []tagged[model.SecurityGroup]
	images     []tagged[model.MachineImage]
	parameters map[string]string
	machines   []model.Machine
	zones      []model.TypeZone
	spot       []model.Price
	onDemand   []model.Price
	roles      map[string]bool
	profiles   map[string]string // name: role
	templates  map[string]model.TemplateSpec

	catalog *model.Catalog
	etag    string
	told    []events.Event

	calls []string
	fail  map[string]error // by call
	once  map[string]error // the same, for one call

	handler *catalog.Handler
}

type tagged[T any] struct {
	item T
	tags map[string]string
}

func newWorld(t *testing.T) *world {
	arn := "arn:aws:eks:us-east-1:123456789012:cluster/prod"
	w := &world{
		t: t, now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		cluster: model.Cluster{Name: "prod", Key: model.KeyOf(arn), ARN: arn, Region: "us-east-1", UID: "uid-1", Mode: model.Active},
		details: model.ClusterDetails{Endpoint: "https://api.example.com", CA: "Y2E=", Version: "1.35", ServiceCIDR: "10.100.0.0/16"},
		pools:   map[string]model.NodePool{}, classes: map[string]model.EC2NodeClass{},
		parameters: map[string]string{}, roles: map[string]bool{"node-role": true},
		profiles: map[string]string{}, templates: map[string]model.TemplateSpec{}, fail: map[string]error{}, once: map[string]error{},
	}
	discovered := map[string]string{"karpenter.sh/discovery": "prod"}
	for i, zone := range []string{"us-east-1a", "us-east-1b"} {
		w.subnets = append(w.subnets, tagged[model.Subnet]{model.Subnet{
			ID: "subnet-" + strconv.Itoa(i), Zone: zone, ZoneID: "use1-az" + strconv.Itoa(i+1), Free: int64(100 + i)}, discovered})
	}
	w.groups = []tagged[model.SecurityGroup]{{model.SecurityGroup{ID: "sg-1", Name: "nodes"}, discovered}}
	w.addAlias("x86_64/standard", "ami-x", "amd64")
	w.addAlias("x86_64/nvidia", "ami-xn", "amd64")
	w.addAlias("arm64/standard", "ami-a", "arm64")
	w.machines = []model.Machine{
		{Type: "m5.large", Arch: "amd64", OnDemand: true, Spot: true, VCPUs: 2, MemoryMiB: 8192, Interfaces: 3, AddressesPerNIC: 10},
		{Type: "m7g.large", Arch: "arm64", OnDemand: true, VCPUs: 2, MemoryMiB: 8192, Interfaces: 3, AddressesPerNIC: 10},
		{Type: "mac1.metal", Arch: "", OnDemand: true, VCPUs: 12, MemoryMiB: 32768},
		{Type: "x9.large", Arch: "amd64", OnDemand: true, VCPUs: 2, MemoryMiB: 8192},
	}
	for _, z := range []string{"us-east-1b", "us-east-1a"} {
		w.zones = append(w.zones, model.TypeZone{Type: "m5.large", Zone: z}, model.TypeZone{Type: "x9.large", Zone: z})
	}
	w.zones = append(w.zones, model.TypeZone{Type: "m7g.large", Zone: "us-east-1a"}, model.TypeZone{Type: "mac1.metal", Zone: "us-east-1a"})
	w.spot = []model.Price{{Type: "m5.large", Zone: "us-east-1a", Price: 30_000}, {Type: "m7g.large", Zone: "us-east-1a", Price: 1}}
	w.onDemand = []model.Price{{Type: "m5.large", Price: 96_000}, {Type: "m7g.large", Price: 81_600}, {Type: "mac1.metal", Price: 1_083_000}}
	w.putClass(model.EC2NodeClass{
		Name: "default", Hash: "h1", Family: model.FamilyAL2023, Role: "node-role",
		Subnets: []model.Selector{{Tags: discovered}}, SecurityGroups: []model.Selector{{Tags: discovered}},
		Images:   []model.ImageTerm{{Alias: "al2023@latest"}},
		Metadata: model.MetadataOptions{Endpoint: "enabled", IPv6: "disabled", HopLimit: 1, Tokens: "required"},
	})
	w.putPool(model.NodePool{
		Name:         "general",
		Class:        model.ClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: "default"},
		Requirements: []model.Requirement{{Key: model.LabelArch, Operator: model.In, Values: []string{"amd64"}}},
		Taints:       []model.Taint{{Key: "team", Value: "a", Effect: model.NoSchedule}},
	})
	w.restart()
	return w
}

// restart is a cold start: what the process kept is gone.
func (w *world) restart() {
	ids := 0
	w.handler = &catalog.Handler{
		Clusters: w, Catalogs: w, Bus: bus{w},
		Parallel: func(ctx context.Context, tasks ...func(context.Context) error) error {
			var failed error
			for _, task := range tasks {
				failed = errors.Join(failed, task(ctx))
			}
			return failed
		},
		Telemetry: telemetry.New(w.t.Output(), telemetry.Settings{Function: "catalog", Now: func() time.Time { return w.now }}),
		Now:       func() time.Time { return w.now },
		NewID:     func() string { ids++; return fmt.Sprintf("id-%d", ids) },
	}
}

// wake delivers an event, as EventBridge does, and returns what the handler answers.
func (w *world) wake(event events.Event) error {
	w.t.Helper()
	text, err := events.Message(event)
	if err != nil {
		w.t.Fatal(err)
	}
	w.calls, w.told = nil, nil
	return w.handler.Handle(w.t.Context(), json.RawMessage(text))
}

func (w *world) head() events.Header {
	return events.NewHeader(events.Cluster{Key: w.cluster.Key, Name: w.cluster.Name}, "e", w.now)
}

// poolChanged delivers Pool Changed, which has to succeed.
func (w *world) poolChanged() {
	w.t.Helper()
	if err := w.wake(events.NewPoolChanged(w.head(), []string{"general"})); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) putClass(c model.EC2NodeClass) {
	w.version++
	c.UID, c.ResourceVersion, c.Generation = "uid-of-"+c.Name, strconv.Itoa(w.version), c.Generation+1
	w.classes[c.Name] = c
}

func (w *world) changeClass(change func(*model.EC2NodeClass)) {
	c := w.classes["default"]
	change(&c)
	w.putClass(c)
}

func (w *world) putPool(p model.NodePool) {
	w.version++
	p.Hash, p.ResourceVersion, p.Generation = p.TemplateHash(), strconv.Itoa(w.version), p.Generation+1
	w.pools[p.Name] = p
}

func (w *world) addAlias(build, id, arch string) {
	w.parameters["/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/"+build+"/recommended/image_id"] = id
	w.images = append(w.images, tagged[model.MachineImage]{item: model.MachineImage{
		ID: id, Name: "image-" + id, Arch: arch, CreatedAt: w.now.AddDate(0, 0, -len(w.images)-1)}})
}

// call writes a call down and says whether it fails.
func (w *world) call(name string, args ...string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, strings.Join(append([]string{name}, args...), " "))
	name, _, _ = strings.Cut(name, " ")
	if err := w.once[name]; err != nil {
		delete(w.once, name)
		return err
	}
	return w.fail[name]
}

func (w *world) called(name string) int {
	n := 0
	for _, c := range w.calls {
		if first, _, _ := strings.Cut(c, " "); first == name {
			n++
		}
	}
	return n
}

// onePage gives the item at the page's number.
func onePage[T any](items []T, page string) model.Page[T] {
	i, _ := strconv.Atoi(page)
	if i >= len(items) {
		return model.Page[T]{}
	}
	p := model.Page[T]{Items: items[i : i+1]}
	if i+1 < len(items) {
		p.Next = strconv.Itoa(i + 1)
	}
	return p
}

func picked[T any](all []tagged[T], s model.Selector, is func(T) bool) []T {
	var out []T
	for _, x := range all {
		ok := is(x.item)
		for key, value := range s.Tags {
			have, has := x.tags[key]
			ok = ok && has && (value == "*" || value == have)
		}
		if ok {
			out = append(out, x.item)
		}
	}
	return out
}

func (w *world) Connect(_ context.Context, key string) (*catalog.Cluster, error) {
	if err := w.call("Connect", key); err != nil {
		return nil, err
	}
	return &catalog.Cluster{
		Info: w.cluster, Control: w, Pools: w, Classes: w, Network: w, Images: w, Offerings: w, Prices: w,
		Templates: templates{w}, Profiles: w,
	}, nil
}

func (w *world) Details(context.Context) (model.ClusterDetails, error) {
	return w.details, w.call("Details")
}

func (w *world) Catalog(_ context.Context, cluster, etag string) (*model.Catalog, string, error) {
	if err := w.call("Catalog", cluster); err != nil {
		return nil, "", err
	}
	if w.catalog == nil {
		return nil, "", &model.Error{Kind: model.NotFound, Op: "get"}
	}
	if etag == w.etag {
		return nil, etag, nil
	}
	return w.catalog, w.etag, nil
}

func (w *world) PutCatalog(_ context.Context, cluster string, c *model.Catalog, ifMatch string) (string, error) {
	if err := w.call("PutCatalog", cluster); err != nil {
		return "", err
	}
	if ifMatch != w.etag {
		return "", &model.Error{Kind: model.Conflict, Op: "put"}
	}
	w.catalog, w.etag = c, "etag-"+c.Version
	return w.etag, nil
}

func (w *world) NodePools(_ context.Context, page string) (model.Page[model.NodePool], error) {
	list := slices.Collect(maps.Values(w.pools))
	slices.SortFunc(list, func(a, b model.NodePool) int { return strings.Compare(a.Name, b.Name) })
	return onePage(list, page), w.call("NodePools")
}

func (w *world) Classes(_ context.Context, page string) (model.Page[model.EC2NodeClass], error) {
	list := slices.Collect(maps.Values(w.classes))
	slices.SortFunc(list, func(a, b model.EC2NodeClass) int { return strings.Compare(a.Name, b.Name) })
	return onePage(list, page), w.call("Classes")
}

func (w *world) PatchPoolStatus(_ context.Context, name string, s model.PoolStatus) (model.NodePool, error) {
	p := w.pools[name]
	if err := w.atVersion("PatchPoolStatus "+name, p.ResourceVersion, s.ResourceVersion); err != nil {
		return p, err
	}
	p.ResourceVersion, p.Conditions, p.Nodes, p.Resources = strconv.Itoa(w.version), s.Conditions, s.Nodes, s.Resources
	w.pools[name] = p
	return p, nil
}

func (w *world) PatchClassStatus(_ context.Context, name string, s model.EC2NodeClassStatus) error {
	c := w.classes[name]
	if err := w.atVersion("PatchClassStatus "+name, c.ResourceVersion, s.ResourceVersion); err != nil {
		return err
	}
	c.ResourceVersion, c.Status = strconv.Itoa(w.version), s
	for i := range c.Status.Subnets {
		c.Status.Subnets[i].Free = 0 // it is no part of the API
	}
	w.classes[name] = c
	return nil
}

func (w *world) AnnotateClass(_ context.Context, name, version string, a map[string]string) (string, error) {
	c := w.classes[name]
	if err := w.atVersion("AnnotateClass "+name, c.ResourceVersion, version); err != nil {
		return "", err
	}
	c.Annotations, c.ResourceVersion = merged(c.Annotations, a), strconv.Itoa(w.version)
	w.classes[name] = c
	return c.ResourceVersion, nil
}

func (w *world) AnnotatePool(_ context.Context, name, version string, a map[string]string) (string, error) {
	p := w.pools[name]
	if err := w.atVersion("AnnotatePool "+name, p.ResourceVersion, version); err != nil {
		return "", err
	}
	p.Annotations, p.ResourceVersion = merged(p.Annotations, a), strconv.Itoa(w.version)
	w.pools[name] = p
	return p.ResourceVersion, nil
}

// atVersion makes a write conditional, and gives it the next version.
func (w *world) atVersion(call, have, want string) error {
	if err := w.call(call); err != nil {
		return err
	}
	if have != want {
		return &model.Error{Kind: model.Conflict, Op: call}
	}
	w.version++
	return nil
}

func merged(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, b)
	return out
}

func (w *world) Subnets(_ context.Context, s model.Selector, page string) (model.Page[model.Subnet], error) {
	return onePage(picked(w.subnets, s, func(x model.Subnet) bool { return s.ID == "" || s.ID == x.ID }), page), w.call("Subnets")
}

func (w *world) SecurityGroups(_ context.Context, s model.Selector, page string) (model.Page[model.SecurityGroup], error) {
	return onePage(picked(w.groups, s, func(x model.SecurityGroup) bool {
		return (s.ID == "" || s.ID == x.ID) && (s.Name == "" || s.Name == x.Name)
	}), page), w.call("SecurityGroups")
}

func (w *world) Parameters(_ context.Context, names []string) (map[string]string, error) {
	if len(names) > 10 {
		w.t.Errorf("%d parameters in one call, SSM takes 10", len(names))
	}
	out := map[string]string{}
	for _, n := range names {
		if v, ok := w.parameters[n]; ok {
			out[n] = v
		}
	}
	return out, w.call("Parameters")
}

func (w *world) ByID(_ context.Context, ids []string, page string) (model.Page[model.MachineImage], error) {
	return onePage(picked(w.images, model.Selector{}, func(x model.MachineImage) bool { return slices.Contains(ids, x.ID) }), page), w.call("ByID")
}

func (w *world) BySelector(_ context.Context, s model.Selector, page string) (model.Page[model.MachineImage], error) {
	return onePage(picked(w.images, s, func(x model.MachineImage) bool { return s.Name == "" || s.Name == x.Name }), page), w.call("BySelector")
}

func (w *world) Machines(_ context.Context, page string) (model.Page[model.Machine], error) {
	return onePage(w.machines, page), w.call("Machines")
}

func (w *world) Zones(_ context.Context, page string) (model.Page[model.TypeZone], error) {
	return onePage(w.zones, page), w.call("Zones")
}

func (w *world) Spot(_ context.Context, _ time.Time, page string) (model.Page[model.Price], error) {
	return onePage(w.spot, page), w.call("Spot")
}

func (w *world) OnDemand(_ context.Context, page string) (model.Page[model.Price], error) {
	return onePage(w.onDemand, page), w.call("OnDemand")
}

func (w *world) Role(_ context.Context, name string) (string, error) {
	if err := w.call("Role", name); err != nil {
		return "", err
	}
	role, ok := w.profiles[name]
	if !ok {
		return "", &model.Error{Kind: model.NotFound, Op: "get profile"}
	}
	return role, nil
}

func (w *world) Create(_ context.Context, name, path string, tags map[string]string) error {
	if err := w.call("CreateProfile", name, path); err != nil {
		return err
	}
	w.profiles[name] = ""
	return nil
}

func (w *world) AddRole(_ context.Context, name, role string) error {
	if err := w.call("AddRole", name, role); err != nil {
		return err
	}
	if !w.roles[role] {
		return &model.Error{Kind: model.NotFound, Op: "add role"}
	}
	w.profiles[name] = role
	return nil
}

// templates are the world's launch templates.
type templates struct{ w *world }

func (t templates) Create(_ context.Context, spec model.TemplateSpec) (model.TemplateRef, error) {
	if err := t.w.call("CreateTemplate", spec.ImageID); err != nil {
		return model.TemplateRef{}, err
	}
	if _, ok := t.w.templates[spec.Name]; ok {
		return model.TemplateRef{}, &model.Error{Kind: model.AlreadyExists, Op: "create template"}
	}
	t.w.templates[spec.Name] = spec
	return model.TemplateRef{ID: "lt-" + spec.Name, Version: "1"}, nil
}

func (t templates) ByName(_ context.Context, name string) (model.TemplateRef, error) {
	return model.TemplateRef{ID: "lt-" + name, Version: "1"}, t.w.call("TemplateByName")
}

// bus is the world's bus.
type bus struct{ w *world }

func (b bus) Put(_ context.Context, entries []events.Entry) error {
	if err := b.w.call("Put"); err != nil {
		return err
	}
	for _, e := range entries {
		var raw bytes.Buffer
		fmt.Fprintf(&raw, `{"source":%q,"detail-type":%q,"detail":%s}`, e.Source, e.DetailType, e.Detail)
		event, err := events.Decode(raw.Bytes())
		if err != nil {
			b.w.t.Errorf("event on the bus: %v", err)
		}
		b.w.told = append(b.w.told, event)
	}
	return nil
}
