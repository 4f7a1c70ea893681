package scenario

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipway-dev/slipway/events"
)

func (r *run) publish(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, args, 1, 2, "publish DETAIL-TYPE [JSON]")
	detail := map[string]any{}
	if len(args) == 2 {
		ts.Check(json.Unmarshal([]byte(args[1]), &detail))
	}
	head := events.NewHeader(events.Cluster{Key: r.env.Cluster.Key, Name: r.env.Cluster.Name}, strconv.FormatInt(time.Now().UnixNano(), 36), time.Now())
	raw, err := json.Marshal(head)
	ts.Check(err)
	ts.Check(json.Unmarshal(raw, &detail))
	body, err := json.Marshal(detail)
	ts.Check(err)
	ts.Check(r.env.Deployed.Publish(r.ctx, r.env.Clients, args[0], string(body)))
}

// put is for events that nobody of ours would publish.
func (r *run) put(ts *testscript.TestScript, _ bool, args []string) {
	expect(ts, args, 1, 1, "put FILE")
	var entries []struct {
		Source     string          `json:"source"`
		DetailType string          `json:"detail-type"`
		Detail     json.RawMessage `json:"detail"`
	}
	ts.Check(json.Unmarshal([]byte(r.read(ts, args[0])), &entries))
	in := &eventbridge.PutEventsInput{}
	for _, e := range entries {
		in.Entries = append(in.Entries, eventtypes.PutEventsRequestEntry{
			EventBusName: aws.String(r.env.Pipeline.Bus()), Source: &e.Source, DetailType: &e.DetailType, Detail: aws.String(string(e.Detail)),
		})
	}
	out, err := r.env.Clients.Events.PutEvents(r.ctx, in)
	ts.Check(err)
	if out.FailedEntryCount > 0 {
		ts.Fatalf("the bus refused %d of %d entries: %+v", out.FailedEntryCount, len(entries), out.Entries)
	}
}
