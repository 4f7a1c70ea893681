package connect

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/slipway-dev/slipway/shared/ledger"
	"github.com/slipway-dev/slipway/shared/model"
)

const key = "3f9a0c5d7e21"

// overHTTP are Clusters whose ledger is a server that answers with status and body. asked counts its requests.
func overHTTP(t *testing.T, status int, body string) (c *Clusters, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	session := aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("dummy", "dummy", ""),
	}
	return newClusters(session, ledger.New(session, "ledger", time.Now), "provision"), asked
}

// connected puts a connection in place that was made just now.
func connected(c *Clusters, info model.Cluster) *Connection {
	made := &Connection{Info: info, clusters: c}
	s := c.slot(info.Key)
	s.open, s.of, s.read = made, info, time.Now()
	return made
}

func TestConnectKeepsTheConnection(t *testing.T) {
	c, asked := overHTTP(t, http.StatusOK, "{}")
	want := connected(c, model.Cluster{Key: key})
	got, err := c.Connect(t.Context(), key)
	if err != nil || got != want || asked.Load() != 0 {
		t.Errorf("connection %p, want %p; error %v, ledger asked %d times", got, want, err, asked.Load())
	}
}

func TestConnectUnregistered(t *testing.T) {
	c, asked := overHTTP(t, http.StatusOK, "{}")
	for range 2 { // the second at once: a batch may name a cluster a hundred times
		if _, err := c.Connect(t.Context(), key); !model.IsKind(err, model.NotFound) {
			t.Errorf("error %v", err)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("ledger asked %d times", asked.Load())
	}
	c.slot(key).tried = time.Now().Add(-failureFor)
	if _, err := c.Connect(t.Context(), key); !model.IsKind(err, model.NotFound) || asked.Load() != 2 {
		t.Errorf("later: error %v, ledger asked %d times", err, asked.Load())
	}
}

// A failure of one cluster is no other's.
func TestConnectOthers(t *testing.T) {
	c, _ := overHTTP(t, http.StatusOK, "{}")
	if _, err := c.Connect(t.Context(), "b04d1e6f8a97"); err == nil {
		t.Fatal("connected to a cluster that is not registered")
	}
	connected(c, model.Cluster{Key: key})
	if _, err := c.Connect(t.Context(), key); err != nil {
		t.Errorf("error %v", err)
	}
}

// A registration that has grown old is read again; the connection is not used on without one.
func TestConnectReadsAgain(t *testing.T) {
	c, asked := overHTTP(t, http.StatusOK, "{}")
	connected(c, model.Cluster{Key: key})
	c.slot(key).read = time.Now().Add(-registrationFor)
	if _, err := c.Connect(t.Context(), key); !model.IsKind(err, model.NotFound) || asked.Load() != 1 {
		t.Errorf("error %v, ledger asked %d times", err, asked.Load())
	}
}
