package contract

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	provider "github.com/aws/karpenter-provider-aws/pkg/apis/v1"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/functions/catalog"
	"github.com/slipway-dev/slipway/functions/install"
	"github.com/slipway-dev/slipway/infra/local/cluster"
	"github.com/slipway-dev/slipway/shared/aws/images"
	awsnetwork "github.com/slipway-dev/slipway/shared/aws/network"
	"github.com/slipway-dev/slipway/shared/aws/offerings"
	"github.com/slipway-dev/slipway/shared/aws/prices"
	"github.com/slipway-dev/slipway/shared/aws/profiles"
	"github.com/slipway-dev/slipway/shared/aws/templates"
	"github.com/slipway-dev/slipway/shared/crd"
	"github.com/slipway-dev/slipway/shared/model"
	"github.com/slipway-dev/slipway/shared/telemetry"
)

// TestInstallAndCatalog brings an empty control plane to default pools that are ready: install as CloudFormation
// calls it, then catalog as install wakes it, over the real adapters.
func TestInstallAndCatalog(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a control plane: not under -short")
	}
	s := startSite(t)
	t.Run("install", s.testInstall)
	t.Run("install again", s.testInstallAgain)
	t.Run("access", s.testAccess)
	t.Run("catalog", s.testCatalog)
	t.Run("catalog again", s.testCatalogAgain)
	t.Run("class that resolves to nothing", s.testBrokenClass)
}

// site is a cluster with nothing in it, in an account with a network and a role.
type site struct {
	*kubernetes
	admin   *crd.Client
	cluster model.Cluster // as install registered it
	told    []events.Entry
	aws     aws.Config
	catalog catalog.Handler
	stored  *model.Catalog
	etag    string
	puts    int
}

func startSite(t *testing.T) *site {
	t.Helper()
	_, cfg := startAWS(t)
	s := &site{kubernetes: &kubernetes{dir: t.TempDir()}, aws: cfg}
	var err error
	s.control, err = cluster.Start(t.Context(), cluster.Options{Dir: s.dir})
	ok(t, err)
	t.Cleanup(func() {
		if err := s.control.Stop(); err != nil {
			t.Error(err)
		}
	})
	s.kubectl(t, "", "create", "serviceaccount", "slipway", "-n", "kube-system")
	s.kubectl(t, "", "create", "clusterrolebinding", "test-admin", "--clusterrole=cluster-admin", "--serviceaccount=kube-system:slipway")
	s.connect(t)
	s.admin = s.client(t)
	s.makeAccount(t)
	log := telemetry.New(t.Output(), telemetry.Settings{Function: "catalog", Now: time.Now})
	s.catalog = catalog.Handler{
		Clusters: s, Catalogs: s, Bus: s, Telemetry: log, Now: time.Now, NewID: func() string { return "id" },
		Parallel: func(ctx context.Context, tasks ...func(context.Context) error) error {
			failed := make(chan error, len(tasks))
			for _, task := range tasks {
				go func() { failed <- task(ctx) }()
			}
			var err error
			for range tasks {
				err = errors.Join(err, <-failed)
			}
			return err
		},
	}
	return s
}

func (s *site) client(t *testing.T) *crd.Client {
	t.Helper()
	token := s.kubectl(t, "", "create", "token", "slipway", "-n", "kube-system")
	return crd.New(crd.Options{
		Endpoint: func(context.Context) (string, []byte, error) { return s.control.Server, s.control.CAData, nil },
		Token:    func(context.Context) (string, error) { return token, nil },
	})
}

func (s *site) makeAccount(t *testing.T) {
	t.Helper()
	client := ec2.NewFromConfig(s.aws)
	vpc, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.20.0.0/16")})
	ok(t, err)
	tag := []types.Tag{{Key: aws.String("karpenter.sh/discovery"), Value: aws.String("site")}}
	_, err = client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{
		VpcId: vpc.Vpc.VpcId, CidrBlock: aws.String("10.20.1.0/24"), AvailabilityZone: aws.String("us-east-1a"),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSubnet, Tags: tag}},
	})
	ok(t, err)
	_, err = client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		VpcId: vpc.Vpc.VpcId, GroupName: aws.String("site"), Description: aws.String("of nodes"),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSecurityGroup, Tags: tag}},
	})
	ok(t, err)
	_, err = iam.NewFromConfig(s.aws).CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("site-node"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
	})
	ok(t, err)
}

func (s *site) Dial(context.Context, model.Cluster) (install.Kubernetes, error) { return s.admin, nil }

func (s *site) PutCluster(_ context.Context, c model.Cluster) error {
	s.cluster = c
	return nil
}

func (s *site) Put(_ context.Context, entries []events.Entry) error {
	s.told = append(s.told, entries...)
	return nil
}

func (s *site) Catalog(_ context.Context, _, etag string) (*model.Catalog, string, error) {
	switch {
	case s.stored == nil:
		return nil, "", &model.Error{Kind: model.NotFound, Op: "get"}
	case etag == s.etag:
		return nil, etag, nil
	}
	return s.stored, s.etag, nil
}

func (s *site) PutCatalog(_ context.Context, _ string, c *model.Catalog, _ string) (string, error) {
	s.stored, s.etag = c, c.Version
	s.puts++
	return s.etag, nil
}

func (s *site) Details(context.Context) (model.ClusterDetails, error) {
	return model.ClusterDetails{Endpoint: s.control.Server, CA: "Y2E=", Version: "1.35", ServiceCIDR: "10.96.0.0/12"}, nil
}

func (s *site) Connect(context.Context, string) (*catalog.Cluster, error) {
	return &catalog.Cluster{
		Info: s.cluster, Control: s, Pools: s.Client, Classes: s.admin,
		Network: awsnetwork.New(s.aws), Images: images.New(s.aws), Offerings: offerings.New(s.aws),
		Prices: prices.New(s.aws), Templates: templates.New(s.aws), Profiles: profiles.New(s.aws),
	}, nil
}

func (s *site) install(t *testing.T) {
	t.Helper()
	handler := install.Handler{
		Clusters: s, Ledger: s, Bus: s, Now: time.Now, NewID: func() string { return "id" },
		Telemetry: telemetry.New(t.Output(), telemetry.Settings{Function: "install", Now: time.Now}),
		Pause: func(ctx context.Context, d time.Duration) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(d):
				return nil
			}
		},
	}
	_, _, err := handler.Handle(t.Context(), cfn.Event{RequestType: cfn.RequestCreate, ResourceProperties: map[string]any{
		"ClusterArn": "arn:aws:eks:us-east-1:123456789012:cluster/site", "NodeRole": "site-node",
	}})
	ok(t, err)
}

func (s *site) testInstall(t *testing.T) {
	s.install(t)
	if got := s.kubectl(t, "", "get", "nodepools,ec2nodeclasses", "-o", "name"); got != "nodepool.karpenter.sh/slipway-general-purpose\n"+
		"nodepool.karpenter.sh/slipway-system\nec2nodeclass.karpenter.k8s.aws/default" {
		t.Errorf("objects:\n%s", got)
	}
	if want := s.kubectl(t, "", "get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"); s.cluster.UID != want {
		t.Errorf("registered UID %q, want %q", s.cluster.UID, want)
	}
}

func (s *site) testInstallAgain(t *testing.T) {
	list := func() string {
		var out []string
		for _, kind := range []string{"crd", "clusterrole/slipway", "clusterrolebinding/slipway", "flowschema/slipway", "nodepool", "ec2nodeclass"} {
			out = append(out, s.kubectl(t, "", "get", kind, "-o", "jsonpath={.items[*].metadata.generation}{.items[*].metadata.annotations}{.metadata.resourceVersion}"))
		}
		return strings.Join(out, "\n")
	}
	before := list()
	s.install(t)
	if after := list(); before != after {
		t.Errorf("objects were written again:\n%s\n%s", before, after)
	}
}

// What the functions do, their group may; what they do not, it may not.
func (s *site) testAccess(t *testing.T) {
	for question, want := range map[string]string{
		"list pods": "yes", "create pods/eviction": "yes", "patch pods/status": "yes", "patch nodes": "yes",
		"create nodeclaims.karpenter.sh": "yes", "patch nodepools.karpenter.sh/status": "yes",
		"patch ec2nodeclasses.karpenter.k8s.aws/status": "yes", "create events": "yes",
		"list daemonsets.apps": "yes", "watch poddisruptionbudgets.policy": "yes",
		"get secrets": "no", "create pods": "no", "update customresourcedefinitions.apiextensions.k8s.io": "no",
		"create clusterrolebindings.rbac.authorization.k8s.io": "no", "list configmaps": "no",
	} {
		verb, resource, _ := strings.Cut(question, " ")
		resource, sub, _ := strings.Cut(resource, "/")
		args := []string{"create", "-o", "jsonpath={.status.allowed}", "-f", "-"}
		name, group, _ := strings.Cut(resource, ".")
		got := s.kubectl(t, `{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"f","groups":["slipway"],
			"resourceAttributes":{"verb":"`+verb+`","resource":"`+name+`","group":"`+group+`","subresource":"`+sub+`"}}}`, args...)
		if (got == "true") != (want == "yes") {
			t.Errorf("%s: allowed %q, want %s", question, got, want)
		}
	}
}

func (s *site) wake(t *testing.T) {
	t.Helper()
	head := events.NewHeader(events.Cluster{Key: s.cluster.Key, Name: s.cluster.Name}, "e", time.Now())
	text, err := events.Message(events.NewClassChanged(head, []string{"default"}))
	ok(t, err)
	s.told = nil
	ok(t, s.catalog.Handle(t.Context(), []byte(text)))
}

func (s *site) testCatalog(t *testing.T) {
	s.wake(t)
	if got := s.kubectl(t, "", "get", "nodepools", "-o", `jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}`); got != "True True" {
		t.Errorf("pools are ready: %s", got)
	}
	class := typed[provider.EC2NodeClass](t, s.kubernetes, "ec2nodeclass", "default")
	if !class.StatusConditions().Root().IsTrue() || len(class.Status.Subnets) != 1 || len(class.Status.SecurityGroups) != 1 ||
		len(class.Status.AMIs) != 5 || class.Status.InstanceProfile == "" {
		t.Errorf("class status %+v", class.Status)
	}
	resolved := s.stored.Class("default")
	if len(s.stored.Types) < 1000 || resolved.NotReady != "" || len(resolved.Templates) != 3+5 {
		t.Errorf("catalog: %d types, class %+v", len(s.stored.Types), resolved)
	}
	if !slices.ContainsFunc(s.told, func(e events.Entry) bool { return e.DetailType == events.KindCatalogChanged }) {
		t.Errorf("told %v", s.told)
	}
}

func (s *site) testCatalogAgain(t *testing.T) {
	version := func() string {
		return s.kubectl(t, "", "get", "nodepools,ec2nodeclasses", "-o", "jsonpath={.items[*].metadata.resourceVersion}")
	}
	before, puts := version(), s.puts
	s.wake(t)
	if after := version(); before != after || puts != s.puts || len(s.told) != 0 {
		t.Errorf("versions %s, then %s; %d catalogs put; told %v", before, after, s.puts-puts, s.told)
	}
}

func (s *site) testBrokenClass(t *testing.T) {
	s.kubectl(t, "", "patch", "ec2nodeclass", "default", "--type=merge", "-p", `{"spec":{"subnetSelectorTerms":[{"id":"subnet-0123456789"}]}}`)
	s.wake(t)
	class := typed[provider.EC2NodeClass](t, s.kubernetes, "ec2nodeclass", "default")
	if c := class.StatusConditions().Get(provider.ConditionTypeSubnetsReady); !c.IsFalse() || c.Reason != "SubnetsNotFound" {
		t.Errorf("SubnetsReady is %+v", c)
	}
	if len(class.Status.Subnets) != 0 {
		t.Errorf("status still shows subnets %+v", class.Status.Subnets)
	}
	if got := s.kubectl(t, "", "get", "nodepools", "-o", `jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}`); got != "False False" {
		t.Errorf("pools are ready: %s", got)
	}
	if s.stored.Class("default").NotReady == "" {
		t.Error("the catalog would launch")
	}
}
