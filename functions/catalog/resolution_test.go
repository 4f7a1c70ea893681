package catalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// A user's mistake becomes a condition with its reason, and nothing is launched.
func TestProblems(t *testing.T) {
	nothing := []model.Selector{{Tags: map[string]string{"no": "such"}}}
	tests := map[string]struct {
		change    func(*world, *model.EC2NodeClass)
		condition string
		reason    string
		words     string
	}{
		"no subnet": {func(_ *world, c *model.EC2NodeClass) { c.Subnets = nothing }, "SubnetsReady", "SubnetsNotFound", "did not match any Subnets"},
		"no group":  {func(_ *world, c *model.EC2NodeClass) { c.SecurityGroups = nothing }, "SecurityGroupsReady", "SecurityGroupsNotFound", "did not match any SecurityGroups"},
		"no image":  {func(w *world, _ *model.EC2NodeClass) { w.parameters = nil }, "AMIsReady", "AMINotFound", "did not match any AMIs"},
		"no image of the id": {func(_ *world, c *model.EC2NodeClass) {
			c.Images = []model.ImageTerm{{Selector: model.Selector{ID: "ami-no"}}}
		}, "AMIsReady", "AMINotFound", "AMIs"},
		"parameter holds no image": {func(w *world, c *model.EC2NodeClass) {
			w.parameters["/mine"] = "hello"
			c.Images = []model.ImageTerm{{SSMParameter: "/mine"}}
		}, "AMIsReady", "AMINotFound", "AMIs"},
		"alias of Windows":  {func(_ *world, c *model.EC2NodeClass) { c.Images = []model.ImageTerm{{Alias: "windows2022@latest"}} }, "AMIsReady", "UnsupportedAlias", "windows2022"},
		"family of Windows": {func(_ *world, c *model.EC2NodeClass) { c.Family = "Windows2022" }, "AMIsReady", "UnsupportedFamily", "Windows2022"},
		"no such role":      {func(_ *world, c *model.EC2NodeClass) { c.Role = "nobody" }, "InstanceProfileReady", "RoleNotFound", "nobody"},
		"no role at all":    {func(_ *world, c *model.EC2NodeClass) { c.Role = "" }, "InstanceProfileReady", "RoleMissing", "role"},
		"may not make a profile": {func(w *world, _ *model.EC2NodeClass) {
			w.fail["CreateProfile"] = &model.Error{Kind: model.Denied, Op: "create"}
		}, "InstanceProfileReady", "InstanceProfileNotMade", "create"},
		"placement group": {func(_ *world, c *model.EC2NodeClass) { c.Unsupported = []string{"placementGroupSelector"} }, "ValidationSucceeded", "NotSupported", "placementGroupSelector"},
		"not readable":    {func(_ *world, c *model.EC2NodeClass) { c.Invalid = "kubelet.kubeReserved: cpu: bad" }, "ValidationSucceeded", "NotReadable", "cpu"},
		"user data not TOML": {func(_ *world, c *model.EC2NodeClass) {
			c.Family, c.UserData = model.FamilyBottlerocket, "#!/bin/sh\necho"
		}, "ValidationSucceeded", "UserDataInvalid", "user data"},
		"refused by EC2": {func(w *world, _ *model.EC2NodeClass) {
			w.fail["CreateTemplate"] = &model.Error{Kind: model.Invalid, Op: "create launch template"}
		}, "ValidationSucceeded", "LaunchTemplateRefused", "launch template"},
		"no longer permitted": {func(w *world, _ *model.EC2NodeClass) {
			w.fail["CreateTemplate"] = &model.Error{Kind: model.Denied, Op: "create launch template"}
		}, "ValidationSucceeded", "LaunchTemplateRefused", "launch template"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.changeClass(func(c *model.EC2NodeClass) { test.change(w, c) })
			w.poolChanged()
			got := w.classes["default"].Status.Conditions.Get(test.condition)
			if got.Status != model.False || got.Reason != test.reason || !strings.Contains(got.Message, test.words) {
				t.Errorf("%s is %+v, want False for %s with %q", test.condition, got, test.reason, test.words)
			}
			for _, ready := range []model.Condition{
				w.classes["default"].Status.Conditions.Get(model.Ready), w.pools["general"].Conditions.Get(model.Ready),
			} {
				if ready.Status != model.False {
					t.Errorf("Ready is %+v", ready)
				}
			}
			class := w.catalog.Class("default")
			if !strings.Contains(class.NotReady, test.words) || len(class.Templates) != 0 {
				t.Errorf("catalog says %q, with %d templates", class.NotReady, len(class.Templates))
			}
		})
	}
}

func TestMended(t *testing.T) {
	w := newWorld(t)
	good := w.classes["default"].Subnets
	w.changeClass(func(c *model.EC2NodeClass) { c.Subnets = []model.Selector{{ID: "subnet-none"}} })
	w.poolChanged()
	w.changeClass(func(c *model.EC2NodeClass) { c.Subnets = good })
	w.poolChanged()
	if !w.pools["general"].Conditions.IsTrue(model.Ready) || w.catalog.Class("default").NotReady != "" {
		t.Errorf("after mending: %+v", w.pools["general"].Conditions)
	}
}

func TestClassGone(t *testing.T) {
	for name, remove := range map[string]func(*world){
		"deleted":  func(w *world) { delete(w.classes, "default") },
		"deleting": func(w *world) { w.changeClass(func(c *model.EC2NodeClass) { c.Deleting = true }) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.poolChanged()
			remove(w)
			w.poolChanged()
			if w.catalog.Class("default") != nil {
				t.Error("the catalog still has the class")
			}
			if c := w.pools["general"].Conditions.Get("NodeClassReady"); c.Status != model.False {
				t.Errorf("the pool says %+v", c)
			}
		})
	}
}

func TestSelectors(t *testing.T) {
	w := newWorld(t)
	w.changeClass(func(c *model.EC2NodeClass) {
		c.Subnets = []model.Selector{
			{ID: "subnet-1"},
			{Tags: map[string]string{"karpenter.sh/discovery": "*"}}, // any value; subnet-1 once only
		}
		c.SecurityGroups = []model.Selector{{Name: "nodes", Tags: map[string]string{"karpenter.sh/discovery": "prod"}}}
	})
	w.poolChanged()
	class := w.catalog.Class("default")
	if len(class.Subnets) != 2 || class.Subnets[0].Zone != "us-east-1a" {
		t.Errorf("subnets %+v, want both, by zone", class.Subnets)
	}
	shown := w.classes["default"].Status.Subnets
	if len(shown) != 2 || shown[0].ID != "subnet-1" {
		t.Errorf("status shows %+v, want the one with most addresses first", shown)
	}
	w.changeClass(func(c *model.EC2NodeClass) {
		c.Subnets = []model.Selector{{ID: "subnet-1", Tags: map[string]string{"karpenter.sh/discovery": "other"}}}
	})
	w.poolChanged()
	if got := w.catalog.Class("default").NotReady; got == "" {
		t.Error("an id with a tag that does not hold was taken: all of a term must hold")
	}
}

func TestNewestImageFirst(t *testing.T) {
	w := newWorld(t)
	image := func(id, arch string, days int, deprecated bool) {
		x := tagged[model.MachineImage]{item: model.MachineImage{ID: id, Name: "mine", Arch: arch, CreatedAt: w.now.AddDate(0, 0, -days)}}
		if deprecated {
			x.item.Deprecated = w.now.Add(-time.Hour)
		}
		w.images = append(w.images, x)
	}
	image("ami-old", "amd64", 9, false)
	image("ami-mid", "amd64", 5, false)
	image("ami-new-but-deprecated", "amd64", 1, true)
	image("ami-arm", "arm64", 7, true) // better than none
	image("ami-mac", "", 1, false)
	w.changeClass(func(c *model.EC2NodeClass) {
		c.Family, c.Images = model.FamilyCustom, []model.ImageTerm{{Selector: model.Selector{Name: "mine"}}}
		c.UserData = "as it is"
	})
	w.poolChanged()
	var ids []string
	for _, i := range w.catalog.Class("default").Images {
		ids = append(ids, i.ID)
	}
	if got := strings.Join(ids, " "); got != "ami-mid ami-arm" {
		t.Errorf("images %s, want ami-mid ami-arm", got)
	}
	for _, spec := range w.templates {
		if spec.UserData != "as it is" || len(spec.Devices) != 0 {
			t.Errorf("a custom image got %+v", spec)
		}
	}
}

func TestBottlerocket(t *testing.T) {
	w := newWorld(t)
	for build, id := range map[string]string{"aws-k8s-1.35/x86_64": "ami-x", "aws-k8s-1.35-nvidia/x86_64": "ami-xn", "aws-k8s-1.35/arm64": "ami-a"} {
		w.parameters["/aws/service/bottlerocket/"+build+"/1.57.0/image_id"] = id
	}
	w.changeClass(func(c *model.EC2NodeClass) {
		c.Family, c.Images = model.FamilyBottlerocket, []model.ImageTerm{{Alias: "bottlerocket@v1.57.0"}}
	})
	w.poolChanged()
	class := w.catalog.Class("default")
	kinds := map[string]int{}
	for _, i := range class.Images {
		kinds[i.ID]++
	}
	if kinds["ami-x"] != 2 || kinds["ami-xn"] != 1 || kinds["ami-a"] != 1 {
		t.Errorf("images %+v, want the standard one for Neuron as well", class.Images)
	}
	if len(class.Templates) != 2 {
		t.Errorf("%d templates, want one an image", len(class.Templates))
	}
	for _, spec := range w.templates {
		if len(spec.Devices) != 2 || !strings.Contains(spec.UserData, "[settings.kubernetes]") {
			t.Errorf("template %+v", spec)
		}
	}
}

func TestEphemeralStorage(t *testing.T) {
	gib := int64(1) << 30
	device := func(name string, size int64, root bool) model.BlockDevice {
		return model.BlockDevice{Name: name, Size: size, Root: root}
	}
	for name, test := range map[string]struct {
		family  string
		devices []model.BlockDevice
		want    int64
	}{
		"AL2023":                {model.FamilyAL2023, nil, 20 * gib},
		"AL2023 larger":         {model.FamilyAL2023, []model.BlockDevice{device("/dev/xvda", 80*gib, false)}, 80 * gib},
		"Bottlerocket":          {model.FamilyBottlerocket, nil, 20 * gib},
		"Bottlerocket OS alone": {model.FamilyBottlerocket, []model.BlockDevice{device("/dev/xvda", 80*gib, false)}, 20 * gib},
		"Bottlerocket data":     {model.FamilyBottlerocket, []model.BlockDevice{device("/dev/xvda", 4*gib, false), device("/dev/xvdb", 90*gib, false)}, 90 * gib},
		"root volume":           {model.FamilyAL2023, []model.BlockDevice{device("/dev/xvda", 30*gib, false), device("/dev/sdz", 70*gib, true)}, 70 * gib},
		"custom takes the last": {model.FamilyCustom, []model.BlockDevice{device("/dev/sda", 30*gib, false), device("/dev/sdb", 50*gib, false)}, 50 * gib},
		"size of the snapshot":  {model.FamilyAL2023, []model.BlockDevice{device("/dev/xvda", 0, false)}, 20 * gib},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.changeClass(func(c *model.EC2NodeClass) { c.Family, c.Devices = test.family, test.devices })
			w.poolChanged()
			if got := w.catalog.Class("default").EphemeralStorage; got != test.want {
				t.Errorf("%d GiB, want %d", got/gib, test.want/gib)
			}
		})
	}
}
