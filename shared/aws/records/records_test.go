package records_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/slipway-dev/slipway/shared/aws/records"
	"github.com/slipway-dev/slipway/shared/model"
)

// bucket is S3 for one object, conditions included.
type bucket struct {
	path    string
	body    []byte
	version int
}

func (b *bucket) etag() string { return fmt.Sprintf(`"%d"`, b.version) }

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		b.put(w, r)
		return
	}
	switch {
	case b.body == nil || r.URL.Path != b.path:
		refuse(w, http.StatusNotFound, "NoSuchKey")
	case r.Header.Get("If-None-Match") == b.etag():
		w.WriteHeader(http.StatusNotModified)
	default:
		w.Header().Set("ETag", b.etag())
		w.Write(b.body)
	}
}

func (b *bucket) put(w http.ResponseWriter, r *http.Request) {
	match, none := r.Header.Get("If-Match"), r.Header.Get("If-None-Match")
	if none == "*" && b.body != nil || match != "" && match != b.etag() {
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	b.path, b.body, b.version = r.URL.Path, body, b.version+1
	w.Header().Set("ETag", b.etag())
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>sorry</Message></Error>", code)
}

func serve(t *testing.T) (*records.Records, *bucket) {
	t.Helper()
	b := &bucket{}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	return records.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("dummy", "dummy", ""),
	}, "slipway"), b
}

func TestCatalog(t *testing.T) {
	r, b := serve(t)
	if _, _, err := r.Catalog(t.Context(), "k", ""); !model.IsKind(err, model.NotFound) {
		t.Errorf("no catalog yet: %v", err)
	}
	c := &model.Catalog{Schema: model.CatalogSchema, Version: "v1", Types: []model.InstanceType{{Name: "m7g.large"}}}
	first, err := r.PutCatalog(t.Context(), "k", c, "")
	if err != nil {
		t.Fatal(err)
	}
	if b.path != "/slipway/catalog/k.json.gz" {
		t.Errorf("stored at %s", b.path)
	}
	got, etag, err := r.Catalog(t.Context(), "k", "")
	if err != nil || etag != first {
		t.Fatalf("etag %s, %v; want %s", etag, err, first)
	}
	if diff := cmp.Diff(c, got); diff != "" {
		t.Errorf("catalog (-want +got):\n%s", diff)
	}
	if got, etag, err = r.Catalog(t.Context(), "k", first); got != nil || etag != first || err != nil {
		t.Errorf("unchanged: %v, %s, %v", got, etag, err)
	}

	if _, err := r.PutCatalog(t.Context(), "k", c, ""); !model.IsKind(err, model.Conflict) {
		t.Errorf("a second first catalog: %v", err)
	}
	c.Version = "v2"
	second, err := r.PutCatalog(t.Context(), "k", c, first)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.PutCatalog(t.Context(), "k", c, first); !model.IsKind(err, model.Conflict) {
		t.Errorf("over one that changed: %v", err)
	}
	if got, etag, err = r.Catalog(t.Context(), "k", first); err != nil || etag != second || got.Version != "v2" {
		t.Errorf("changed: %v, %s, %v", got, etag, err)
	}
}

func TestCatalogThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		body []byte
		want model.ErrorKind
	}{
		"not packed":   {[]byte(`{"schema":1}`), model.Invalid},
		"no JSON":      {packed(t, "nonsense"), model.Invalid},
		"half":         {packed(t, `{"schema":1}`)[:12], model.Invalid},
		"newer schema": {packed(t, `{"schema":2}`), model.NoAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			r, b := serve(t)
			b.path, b.body = "/slipway/catalog/k.json.gz", c.body
			if _, _, err := r.Catalog(t.Context(), "k", ""); !model.IsKind(err, c.want) {
				t.Errorf("error %v is %s, want %s", err, model.KindOf(err), c.want)
			}
		})
	}
}

func packed(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPutDecision(t *testing.T) {
	r, b := serve(t)
	for range 2 {
		if err := r.PutDecision(t.Context(), "decisions/k/1.json.gz", []byte("body")); err != nil {
			t.Fatal(err)
		}
	}
	if b.path != "/slipway/decisions/k/1.json.gz" || string(b.body) != "body" {
		t.Errorf("stored %q at %s", b.body, b.path)
	}
}
