package catalog

import (
	"sync"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// How long what was read holds. Karpenter's intervals, but for images: theirs are looked for each minute.
const (
	typesHold     = 5 * time.Minute
	spotHolds     = 5 * time.Minute
	onDemandHolds = 12 * time.Hour
	imagesHold    = 5 * time.Minute
	networkHolds  = time.Minute
	detailsHold   = 5 * time.Minute
	profilesHold  = 15 * time.Minute
	templatesHold = time.Hour
)

// memory is what a process keeps of one cluster between invocations.
type memory struct {
	machines  shelf[[]model.Machine]
	zones     shelf[[]model.TypeZone]
	spot      shelf[[]model.Price]
	onDemand  shelf[[]model.Price]
	details   shelf[model.ClusterDetails]
	subnets   shelf[[]model.Subnet] // by selector, as all that is selected
	groups    shelf[[]model.SecurityGroup]
	images    shelf[[]model.MachineImage]
	values    shelf[map[string]string] // SSM parameters, by their names
	profiles  shelf[struct{}]          // that are as they should be, by name and role
	templates shelf[model.TemplateRef] // by name

	catalog *model.Catalog // the last that was read or put
	etag    string
}

// shelf keeps values by a key, each for a while. Several may use it side by side.
type shelf[T any] struct {
	mu    sync.Mutex
	items map[string]item[T]
}

type item[T any] struct {
	value T
	read  time.Time
}

// take returns the value of the key, read anew when it is older than hold. A failed reading leaves what there was.
func (s *shelf[T]) take(key string, now time.Time, hold time.Duration, read func() (T, error)) (T, error) {
	s.mu.Lock()
	old, ok := s.items[key]
	s.mu.Unlock()
	if ok && now.Sub(old.read) < hold {
		return old.value, nil
	}
	value, err := read()
	if err != nil {
		return value, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items == nil {
		s.items = map[string]item[T]{}
	}
	s.items[key] = item[T]{value, now}
	return value, nil
}

// stale is the value of the key however old it is.
func (s *shelf[T]) stale(key string) (T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.items[key]
	return old.value, ok
}
