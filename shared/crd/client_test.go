package crd_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/slipway-dev/slipway/shared/crd"
	"github.com/slipway-dev/slipway/shared/model"
)

// serve answers every request with the answer, and remembers the last request.
func serve(t *testing.T, status int, answer string) (*crd.Client, *request) {
	t.Helper()
	var last request
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		last = request{r.Method, r.URL.String(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(body)}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return crd.New(crd.Options{
		Endpoint: func(context.Context) (string, []byte, error) { return server.URL, ca, nil },
		Token:    func(context.Context) (string, error) { return "dummy-token", nil },
	}), &last
}

type request struct{ method, url, authorization, contentType, body string }

func TestClasses(t *testing.T) {
	raw, err := os.ReadFile("testdata/class.yaml")
	if err != nil {
		t.Fatal(err)
	}
	object, err := yaml.YAMLToJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	client, last := serve(t, 200, `{"kind":"EC2NodeClassList","apiVersion":"karpenter.k8s.aws/v1","metadata":{"continue":"more","resourceVersion":"9"},"items":[`+string(object)+`]}`)
	page, err := client.Classes(t.Context(), "token")
	if err != nil {
		t.Fatal(err)
	}
	if want := "/apis/karpenter.k8s.aws/v1/ec2nodeclasses?continue=token&limit=500&timeout=10s"; last.method != "GET" || last.url != want {
		t.Errorf("%s %s, want GET %s", last.method, last.url, want)
	}
	if last.authorization != "Bearer dummy-token" {
		t.Errorf("authorization %q", last.authorization)
	}
	if page.Next != "more" || page.ResourceVersion != "9" || len(page.Items) != 1 {
		t.Fatalf("page %+v", page)
	}
	number, yes := int64(42), true
	want := model.EC2NodeClass{
		Name: "gpu", UID: "u-1", ResourceVersion: "7", Generation: 3,
		CreatedAt:      time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		Hash:           page.Items[0].Hash, // see TestClassHash
		Subnets:        []model.Selector{{ID: "subnet-1"}, {Tags: map[string]string{"a": "*"}}},
		SecurityGroups: []model.Selector{{Name: "nodes"}},
		Images:         []model.ImageTerm{{Alias: "bottlerocket@v1.57.0"}},
		Family:         model.FamilyBottlerocket,
		UserData:       "[settings]\n",
		Role:           "node-role",
		Tags:           map[string]string{"cost": "1"},
		Kubelet: model.Kubelet{
			MaxPods:         &number,
			KubeReserved:    &model.Resources{CPU: 200, Memory: 1 << 30},
			SystemReserved:  &model.Resources{EphemeralStorage: 2 << 30},
			EvictionMemory:  model.Threshold{Percent: 5},
			EvictionStorage: model.Threshold{Bytes: 3 << 30},
		},
		Settings: model.KubeletSettings{
			MaxPods:                 page.Items[0].Settings.MaxPods,
			KubeReserved:            map[string]string{"cpu": "200m", "memory": "1Gi"},
			SystemReserved:          map[string]string{"ephemeral-storage": "2Gi"},
			EvictionHard:            map[string]string{"memory.available": "5%", "nodefs.available": "3Gi"},
			EvictionSoft:            map[string]string{"memory.available": "10%"},
			EvictionSoftGracePeriod: map[string]string{"memory.available": "1m30s"},
		},
		Devices: []model.BlockDevice{{
			Name: "/dev/xvdb", Root: true, Size: 100 << 30, Type: "gp3", Encrypted: &yes, IOPS: 4000, Throughput: 250, KMSKeyID: "key",
		}},
		InstanceStore: true,
		Metadata:      model.MetadataOptions{Endpoint: "enabled", IPv6: "disabled", HopLimit: 2, Tokens: "required"},
		Monitoring:    true,
		Unsupported:   []string{"networkInterfaces", "placementGroupSelector"},
		Status: model.EC2NodeClassStatus{
			ResourceVersion: "7",
			Subnets:         []model.Subnet{{ID: "subnet-1", Zone: "us-east-1a", ZoneID: "use1-az1"}},
			Conditions: model.Conditions{{
				Type: "Ready", Status: "True", Reason: "Ready", ObservedGeneration: 2,
				LastTransitionTime: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC),
			}},
		},
	}
	if diff := cmp.Diff(want, page.Items[0]); diff != "" {
		t.Errorf("class (-want +got):\n%s", diff)
	}
}

func classFrom(t *testing.T, spec string) model.EC2NodeClass {
	t.Helper()
	client, _ := serve(t, 200, `{"kind":"EC2NodeClassList","apiVersion":"karpenter.k8s.aws/v1","items":[
		{"kind":"EC2NodeClass","apiVersion":"karpenter.k8s.aws/v1","metadata":{"name":"c"},"spec":`+spec+`}]}`)
	page, err := client.Classes(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return page.Items[0]
}

func TestUnreadableClasses(t *testing.T) {
	for name, test := range map[string]struct{ spec, words string }{
		"no version in the alias": {`{"amiSelectorTerms":[{"alias":"al2023"}]}`, "family@version"},
		"alias of nobody":         {`{"amiSelectorTerms":[{"alias":"beos@latest"}]}`, "no known family"},
		"quantity":                {`{"amiFamily":"AL2023","kubelet":{"kubeReserved":{"cpu":"many"}}}`, "kubeReserved: cpu"},
		"percentage":              {`{"amiFamily":"AL2023","kubelet":{"evictionHard":{"memory.available":"500%"}}}`, "no percentage"},
		"device without ebs":      {`{"amiFamily":"AL2023","blockDeviceMappings":[{"deviceName":"x"}]}`, "blockDeviceMappings[0]"},
		"another type of field":   {`{"role":{"a":1}}`, "not an EC2NodeClass"},
	} {
		t.Run(name, func(t *testing.T) {
			class := classFrom(t, test.spec)
			if class.Name != "c" || !strings.Contains(class.Invalid, test.words) {
				t.Errorf("invalid %q, want %q", class.Invalid, test.words)
			}
		})
	}
}

func TestFamilies(t *testing.T) {
	for spec, want := range map[string]string{
		`{"amiSelectorTerms":[{"alias":"al2023@latest"}]}`:                              model.FamilyAL2023,
		`{"amiSelectorTerms":[{"alias":"bottlerocket@latest"}]}`:                        model.FamilyBottlerocket,
		`{"amiFamily":"Custom","amiSelectorTerms":[{"alias":"al2023@latest"}]}`:         model.FamilyCustom,
		`{"amiFamily":"AL2023","amiSelectorTerms":[{"id":"ami-1"}]}`:                    model.FamilyAL2023,
		`{"amiSelectorTerms":[{"alias":"windows2022@latest"}]}`:                         "Windows2022",
		`{"amiFamily":"AL2023","kubelet":{"evictionHard":{"memory.available":"100%"}}}`: model.FamilyAL2023,
	} {
		if class := classFrom(t, spec); class.Family != want || class.Invalid != "" {
			t.Errorf("%s: family %q, invalid %q", spec, class.Family, class.Invalid)
		}
	}
}

// Hashes are stored in clusters: a version that computes another one replaces every node of the class.
func TestClassHash(t *testing.T) {
	base := classFrom(t, `{"amiSelectorTerms":[{"alias":"al2023@latest"}],"role":"r"}`).Hash
	if want := "778a0a537350a095"; base != want {
		t.Errorf("hash %s, want %s", base, want)
	}
	for spec, same := range map[string]bool{
		`{"amiSelectorTerms":[{"alias":"al2023@v20261101"}],"role":"r"}`:                                 true,
		`{"amiSelectorTerms":[{"alias":"al2023@latest"}],"subnetSelectorTerms":[{"id":"x"}],"role":"r"}`: true,
		`{"amiSelectorTerms":[{"alias":"al2023@latest"}],"amiFamily":"AL2023","role":"r"}`:               true,
		`{"amiSelectorTerms":[{"alias":"bottlerocket@latest"}],"role":"r"}`:                              false,
		`{"amiSelectorTerms":[{"alias":"al2023@latest"}],"role":"other"}`:                                false,
		`{"amiSelectorTerms":[{"alias":"al2023@latest"}],"role":"r","userData":"x"}`:                     false,
	} {
		if got := classFrom(t, spec).Hash; (got == base) != same {
			t.Errorf("%s: same hash %t, want %t", spec, got == base, same)
		}
	}
}

func TestPatchClassStatus(t *testing.T) {
	client, last := serve(t, 200, `{"kind":"EC2NodeClass","apiVersion":"karpenter.k8s.aws/v1","metadata":{"name":"c","resourceVersion":"8"}}`)
	err := client.PatchClassStatus(t.Context(), "c", model.EC2NodeClassStatus{
		ResourceVersion: "7", Profile: "p",
		Images:     []model.Image{{ID: "ami-1", Name: "n", Requirements: []model.Requirement{{Key: "k", Operator: model.In, Values: []string{"v"}}}}, {ID: "ami-2"}},
		Conditions: model.Conditions{{Type: "Ready", Status: "True", Reason: "Ready", LastTransitionTime: time.Date(2026, 1, 1, 0, 0, 0, 5, time.UTC), ObservedGeneration: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if last.method != "PATCH" || last.contentType != "application/merge-patch+json" || !strings.HasPrefix(last.url, "/apis/karpenter.k8s.aws/v1/ec2nodeclasses/c/status") {
		t.Errorf("%+v", *last)
	}
	want := `{"metadata":{"resourceVersion":"7"},"status":{"subnets":null,"securityGroups":null,` +
		`"amis":[{"id":"ami-1","name":"n","requirements":[{"key":"k","operator":"In","values":["v"]}]},{"id":"ami-2","requirements":[]}],` +
		`"instanceProfile":"p","conditions":[{"type":"Ready","status":"True","observedGeneration":1,"lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Ready","message":""}]}}`
	var wantAny, gotAny any
	if err := errors.Join(json.Unmarshal([]byte(want), &wantAny), json.Unmarshal([]byte(last.body), &gotAny)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantAny, gotAny); diff != "" {
		t.Errorf("patch (-want +got):\n%s", diff)
	}
}

func TestAnnotate(t *testing.T) {
	client, last := serve(t, 200, `{"kind":"NodePool","apiVersion":"karpenter.sh/v1","metadata":{"name":"p","resourceVersion":"8"}}`)
	version, err := client.AnnotatePool(t.Context(), "p", "7", map[string]string{"a": "b"})
	if err != nil || version != "8" {
		t.Fatalf("version %q, error %v", version, err)
	}
	if want := `{"metadata":{"annotations":{"a":"b"},"resourceVersion":"7"}}`; last.body != want || !strings.HasPrefix(last.url, "/apis/karpenter.sh/v1/nodepools/p?") {
		t.Errorf("%+v", *last)
	}
}

func TestErrorKinds(t *testing.T) {
	for status, want := range map[int]model.ErrorKind{
		400: model.Invalid, 401: model.Denied, 403: model.Denied, 404: model.NotFound, 409: model.Conflict,
		410: model.Gone, 422: model.Invalid, 429: model.Throttled, 500: model.NoAnswer, 503: model.NoAnswer,
	} {
		client, _ := serve(t, status, `{}`)
		_, err := client.AnnotateClass(t.Context(), "c", "1", nil)
		if !model.IsKind(err, want) {
			t.Errorf("%d: %v, want kind %s", status, err, want)
		}
	}
	client, _ := serve(t, 409, `{"kind":"Status","apiVersion":"v1","reason":"AlreadyExists","code":409}`)
	if err := client.Create(t.Context(), nodePoolDefinition(t)); !model.IsKind(err, model.AlreadyExists) {
		t.Errorf("%v, want already exists", err)
	}
	unknown := nodePoolDefinition(t)
	unknown.SetKind("Secret")
	if err := client.Create(t.Context(), unknown); !model.IsKind(err, model.Invalid) {
		t.Errorf("%v: it wrote a kind that is not its business", err)
	}
}
