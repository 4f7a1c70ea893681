// Package clusters gives what is needed to speak to an EKS cluster: its endpoint, a token for its API, and the
// credentials of the role that a function has there.
//
//	c := clusters.New(cfg)                              // under the function's own role
//	at, err := c.Endpoint(ctx, cluster, "provision")    // from EKS, then from memory
//	token, err := c.Token(ctx, cluster, "provision")    // signed here; no call
//	ec2 := instances.New(c.Config(cluster, "provision"))
//
// Every cluster has one role for each function (Cluster.RolePrefix and the function's name). Its session can reach
// that cluster alone, is kept, and is renewed 5 minutes before it ends. A cluster without roles is reached under the
// function's own.
package clusters

import (
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/slipway-dev/slipway/shared/model"
)

// Clusters keeps endpoints, sessions and tokens between invocations. It is safe for concurrent use.
type Clusters struct {
	cfg aws.Config
	now func() time.Time

	mu        sync.Mutex
	endpoints map[string]Endpoint // by cluster key
	sessions  map[session]aws.Config
	tokens    map[session]token
}

// session of a function in a cluster. What of the cluster goes into a session is in it, so that a changed
// registration makes another one.
type session struct{ key, name, region, rolePrefix, function string }

func sessionOf(c model.Cluster, function string) session {
	return session{c.Key, c.Name, c.Region, c.RolePrefix, function}
}

// New returns clusters reached from cfg: region and credentials of the function itself.
func New(cfg aws.Config) *Clusters {
	return &Clusters{
		cfg:       cfg,
		now:       time.Now,
		endpoints: map[string]Endpoint{},
		sessions:  map[session]aws.Config{},
		tokens:    map[session]token{},
	}
}

// Forget drops the endpoint and the tokens of a cluster that did not accept them: its certificate authority may
// have been rotated. Both are made anew when they are asked for next.
func (c *Clusters) Forget(cluster model.Cluster) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.endpoints, cluster.Key)
	for s := range c.tokens {
		if s.key == cluster.Key {
			delete(c.tokens, s)
		}
	}
}
