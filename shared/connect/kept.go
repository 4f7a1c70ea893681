package connect

import (
	"context"
	"sync"
)

// Kept keeps what a function makes of each connection: snapshots' readers, appliers.
type Kept[T any] struct {
	Clusters *Clusters
	Make     func(*Connection) T

	mu   sync.Mutex
	made map[string]kept[T] // by the cluster's key
}

type kept[T any] struct {
	of   *Connection
	made T
}

// Connect returns what was made of the cluster's connection.
func (k *Kept[T]) Connect(ctx context.Context, key string) (T, error) {
	c, err := k.Clusters.Connect(ctx, key)
	if err != nil {
		var none T
		return none, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if old, ok := k.made[key]; ok && old.of == c {
		return old.made, nil
	}
	if k.made == nil {
		k.made = map[string]kept[T]{}
	}
	k.made[key] = kept[T]{c, k.Make(c)}
	return k.made[key].made, nil
}
