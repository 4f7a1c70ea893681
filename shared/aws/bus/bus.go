// Package bus publishes events on an EventBridge bus.
package bus

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

const (
	timeout    = 5 * time.Second
	maxEntries = 10
)

// Bus is one event bus. It is safe for concurrent use.
type Bus struct {
	client *eventbridge.Client
	name   string
}

// Entry is one event.
type Entry struct {
	Source     string
	DetailType string
	Detail     string // JSON
}

// New returns the bus of the name or ARN.
func New(cfg aws.Config, name string) *Bus {
	return &Bus{name: name, client: eventbridge.NewFromConfig(cfg, func(o *eventbridge.Options) {
		if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = client.WithTimeout(timeout)
		}
	})}
}

// Put publishes up to 10 entries in one call. When EventBridge took only some of them the error names the others;
// all may be put again, since a doubled event costs time only.
func (b *Bus) Put(ctx context.Context, entries []Entry) error {
	const op = "put events"
	if len(entries) == 0 {
		return nil
	}
	if len(entries) > maxEntries {
		return &model.Error{Kind: model.Invalid, Op: op, Err: fmt.Errorf("%d entries, at most %d at once", len(entries), maxEntries)}
	}
	in := &eventbridge.PutEventsInput{}
	for _, e := range entries {
		in.Entries = append(in.Entries, types.PutEventsRequestEntry{
			EventBusName: &b.name,
			Source:       aws.String(e.Source),
			DetailType:   aws.String(e.DetailType),
			Detail:       aws.String(e.Detail),
		})
	}
	out, err := b.client.PutEvents(ctx, in)
	if err != nil {
		return awserr.Wrap(op, err)
	}
	return failures(op, entries, out.Entries)
}

// failures is the error for entries that were not taken, nil when all were. Its kind is the first one's.
func failures(op string, entries []Entry, results []types.PutEventsResultEntry) error {
	var failed []string
	var first types.PutEventsResultEntry
	for i, r := range results {
		if r.ErrorCode == nil || i >= len(entries) {
			continue
		}
		if len(failed) == 0 {
			first = r
		}
		failed = append(failed, fmt.Sprintf("%s (%d of %d): %s: %s", entries[i].DetailType, i+1, len(entries), *r.ErrorCode, aws.ToString(r.ErrorMessage)))
	}
	if len(failed) == 0 {
		return nil
	}
	kind := awserr.Kind(*first.ErrorCode, aws.ToString(first.ErrorMessage))
	if kind == "" {
		kind = model.NoAnswer
	}
	return &model.Error{Kind: kind, Op: op, Code: *first.ErrorCode, Err: fmt.Errorf("not taken: %s", strings.Join(failed, "; "))}
}
