package clusters

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/slipway-dev/slipway/shared/model"
)

var production = model.Cluster{Name: "production", Key: "0123456789ab", Region: "eu-west-1"}

// service answers STS and EKS, and counts.
type service struct {
	describes, assumes atomic.Int64
	status             string
	role               atomic.Value
}

func serve(t *testing.T) (*Clusters, *service) {
	t.Helper()
	s := &service{status: "ACTIVE"}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return New(aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(server.URL),
		HTTPClient:   awshttp.NewBuildableClient(),
		Credentials:  credentials.NewStaticCredentialsProvider("OWN", "dummy", ""),
	}), s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/clusters/") {
		n := s.describes.Add(1)
		switch {
		case r.URL.Path != "/clusters/production":
			w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"message":"No cluster found"}`)
		case s.status == "CREATING":
			fmt.Fprint(w, `{"cluster":{"name":"production","status":"CREATING"}}`)
		default:
			fmt.Fprintf(w, `{"cluster":{"name":"production","status":"ACTIVE","version":"1.37","endpoint":"https://%d.example","certificateAuthority":{"data":%q}}}`,
				n, base64.StdEncoding.EncodeToString([]byte("PEM")))
		}
		return
	}
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	s.assumes.Add(1)
	s.role.Store(form.Get("RoleArn") + " " + form.Get("RoleSessionName"))
	fmt.Fprintf(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>dummy</SecretAccessKey>
<SessionToken>dummy</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
		time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
}

func TestEndpointIsKeptUntilForgotten(t *testing.T) {
	c, _ := serve(t)
	read := func(want string) {
		t.Helper()
		e, err := c.Endpoint(t.Context(), production, "provision")
		if err != nil {
			t.Fatal(err)
		}
		if e.URL != want || string(e.CA) != "PEM" || e.Version != "1.37" {
			t.Errorf("endpoint %+v, want %s", e, want)
		}
	}
	read("https://1.example")
	read("https://1.example")
	c.Forget(model.Cluster{Key: "another"})
	read("https://1.example")
	c.Forget(production)
	read("https://2.example")
}

func TestEndpointErrors(t *testing.T) {
	c, s := serve(t)
	if _, err := c.Endpoint(t.Context(), model.Cluster{Name: "gone", Key: "k"}, "provision"); !model.IsKind(err, model.NotFound) {
		t.Errorf("unknown cluster: %v", err)
	}
	s.status = "CREATING"
	if _, err := c.Endpoint(t.Context(), production, "provision"); !model.IsKind(err, model.NoAnswer) || !strings.Contains(err.Error(), "CREATING") {
		t.Errorf("cluster being made: %v", err)
	}
	s.status = "ACTIVE"
	if _, err := c.Endpoint(t.Context(), production, "provision"); err != nil {
		t.Errorf("after it was made: %v", err)
	}
}

func TestConfigAssumesTheRoleOnce(t *testing.T) {
	c, s := serve(t)
	there := production
	there.RolePrefix = "arn:aws:iam::111122223333:role/slipway-0123456789ab-"
	for range 3 {
		cfg := c.Config(there, "provision")
		if cfg.Region != "eu-west-1" {
			t.Errorf("region %s", cfg.Region)
		}
		got, err := cfg.Credentials.Retrieve(t.Context())
		if err != nil || got.AccessKeyID != "ROLE" {
			t.Fatalf("credentials %s, %v", got.AccessKeyID, err)
		}
		if left := time.Until(got.Expires); left > 56*time.Minute {
			t.Errorf("renewed %s after the start of an hour, want 5 minutes before its end", left)
		}
	}
	if n := s.assumes.Load(); n != 1 {
		t.Errorf("role assumed %d times, want once", n)
	}
	want := "arn:aws:iam::111122223333:role/slipway-0123456789ab-provision 0123456789ab-provision"
	if got := s.role.Load(); got != want {
		t.Errorf("assumed %q, want %q", got, want)
	}
	if _, err := c.Config(there, "register").Credentials.Retrieve(t.Context()); err != nil || s.assumes.Load() != 2 {
		t.Errorf("another function shares the session: %d roles assumed, %v", s.assumes.Load(), err)
	}
	own, err := c.Config(production, "provision").Credentials.Retrieve(t.Context())
	if err != nil || own.AccessKeyID != "OWN" {
		t.Errorf("without a role: credentials %s, %v", own.AccessKeyID, err)
	}
}

func TestToken(t *testing.T) {
	c, s := serve(t)
	text, err := c.Token(t.Context(), production, "provision")
	if err != nil {
		t.Fatal(err)
	}
	encoded, ok := strings.CutPrefix(text, "k8s-aws-v1.")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if !ok || err != nil {
		t.Fatalf("token %q: %v", text, err)
	}
	signed, err := url.Parse(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	q := signed.Query()
	for name, want := range map[string]string{
		"Action": "GetCallerIdentity", "X-Amz-Expires": "60", "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	if scope := q.Get("X-Amz-Credential"); !strings.HasPrefix(scope, "OWN/") || !strings.Contains(scope, "/eu-west-1/sts/") {
		t.Errorf("signed by %s, want the cluster's region", scope)
	}
	if n := s.assumes.Load() + s.describes.Load(); n != 0 {
		t.Errorf("%d calls made for a token", n)
	}
}

// Without AWS_ENDPOINT_URL, the request that is signed goes to the region's own STS, which every cluster accepts.
func TestTokenIsForTheRegionalEndpoint(t *testing.T) {
	c := New(aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("OWN", "dummy", "")})
	text, err := c.Token(t.Context(), production, "provision")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, "k8s-aws-v1."))
	if err != nil || !strings.HasPrefix(string(raw), "https://sts.eu-west-1.amazonaws.com/?") {
		t.Errorf("signed %s, %v", raw, err)
	}
}

func TestTokenIsKept(t *testing.T) {
	c, _ := serve(t)
	at := time.Date(2026, 11, 5, 10, 0, 0, 0, time.UTC)
	c.now = func() time.Time { return at }
	signed := 0
	end := at.Add(10 * time.Minute)
	c.cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		signed++
		return aws.Credentials{AccessKeyID: "OWN", SecretAccessKey: "dummy", CanExpire: signed > 1, Expires: end}, nil
	})
	ask := func(want int) {
		t.Helper()
		if _, err := c.Token(t.Context(), production, "provision"); err != nil {
			t.Fatal(err)
		}
		if signed != want {
			t.Errorf("signed %d times at %s, want %d", signed, at, want)
		}
	}
	ask(1)
	at = at.Add(14*time.Minute - time.Second)
	ask(1)
	at = at.Add(time.Second)
	end = at.Add(10 * time.Minute)
	ask(2)
	at = end.Add(-time.Second)
	ask(2)
	at = end // 10 minutes old, but who signed it is no more
	end = at.Add(time.Hour)
	ask(3)
	c.Forget(production)
	ask(4)
}
