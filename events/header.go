package events

import (
	"errors"
	"fmt"
	"time"
)

// Schema is the version that this build writes; OldestSchema the oldest that it reads.
const (
	Schema       = 1
	OldestSchema = 1
)

// Cluster names a cluster twice: Key for machines (12 hex digits of its ARN's hash), Name for
// people.
type Cluster struct {
	Key  string
	Name string
}

// Header opens every detail of ours.
type Header struct {
	Schema int `json:"schema"`
	// Cluster is the cluster's key. Rules copy it into MessageGroupId, so that a FIFO queue
	// has one group per cluster.
	Cluster     string `json:"cluster"`
	ClusterName string `json:"clusterName"`
	// ID is ours; the id in the envelope is EventBridge's and differs for each delivery path.
	ID string `json:"id"`
	// Cause is the ID of the event that led to this one: following it from event to event
	// prints the tree from a pending pod to a running node. Empty at a root.
	Cause string `json:"cause,omitempty"`
	// At is when the source saw what it tells, to the millisecond.
	At time.Time `json:"at"`
}

// NewHeader is the header of an event without a cause. id must be unique: it is also what
// deduplicates a message on a FIFO queue.
func NewHeader(cluster Cluster, id string, at time.Time) Header {
	return Header{
		Schema:      Schema,
		Cluster:     cluster.Key,
		ClusterName: cluster.Name,
		ID:          id,
		At:          at.UTC().Truncate(time.Millisecond),
	}
}

// Next is the header of an event that h led to: same cluster, h as its cause.
func (h Header) Next(id string, at time.Time) Header {
	next := NewHeader(Cluster{Key: h.Cluster, Name: h.ClusterName}, id, at)
	next.Cause = h.ID
	return next
}

// Head makes every struct that embeds a Header half an Event.
func (h Header) Head() Header { return h }

func (h Header) valid() error {
	switch {
	case h.Schema < OldestSchema || h.Schema > Schema:
		return fmt.Errorf("schema %d is not one of %d to %d", h.Schema, OldestSchema, Schema)
	case !isKey(h.Cluster):
		return fmt.Errorf("cluster %q is not a key of 12 hex digits", h.Cluster)
	case h.ClusterName == "":
		return errors.New("clusterName is missing")
	case h.ID == "":
		return errors.New("id is missing")
	}
	return plausible("at", h.At)
}

const keyLength = 12

func isKey(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == keyLength
}

// plausible refuses times that nobody can mean: a forgotten one (year 1), and those that RFC 3339
// cannot write in UTC, which would make a decoded event impossible to encode.
func plausible(field string, t time.Time) error {
	if year := t.UTC().Year(); year < 2000 || year > 9999 {
		return fmt.Errorf("%s is missing or implausible: year %d", field, year)
	}
	return nil
}
