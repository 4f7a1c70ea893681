// Package ledger is the memory that outlives functions, in one DynamoDB table: what Kubernetes can't hold (lanes,
// launches, leases), the registry of clusters, and an index that could be rebuilt. Kubernetes stays the truth about
// nodes.
//
// Keys of the table, both strings:
//
//	pk                  sk                what
//	clusters            <cluster key>     a cluster of the registry
//	cluster#<key>       lane#<name>       what fences the decisions of one kind
//	cluster#<key>       launch#<id>       an open launch
//	instance#<id>       claim             whose claim an instance is
//	lease#<name>        lease             who does what only one may do
//
// How a decision uses it:
//
//	lane, answered, err := l.Open(ctx, key, model.LaneProvision, wokenAt)      // epoch + 1, everything comes back
//	...                                                                        // read, decide
//	err = l.Freeze(ctx, lane.Name, launches, minute, count)                    // Conflict: another one has opened
//	...                                                                        // CreateFleet, Answer, Close
//	err = l.Complete(ctx, key, lane.Name, lane.Epoch, began, breakers, lapsed) // Conflict: as above
//
// Every method makes one remote call and answers *model.Error: Conflict for a fence that was lost, Throttled and
// NoAnswer for what is worth another try. Every item carries the schema number of its kind; an item of a newer
// schema is NoAnswer, so that the message that led here is kept for the newer version of the function. DynamoDB
// deletes expired items days late, so expiry is checked on reading too.
package ledger

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// timeout of one HTTP request. DynamoDB answers in milliseconds; one that does not is asked again.
const timeout = 3 * time.Second

// Ledger reads and writes the table. It is safe for concurrent use.
type Ledger struct {
	db    *dynamodb.Client
	table string
	now   func() time.Time
}

// New returns the ledger in the table. The clock decides what has expired.
func New(cfg aws.Config, table string, now func() time.Time) *Ledger {
	db := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		o.Retryer = retryer()
		if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = client.WithTimeout(timeout)
		}
	})
	return &Ledger{db: db, table: table, now: now}
}

// get reads one item as it is now; nil when there is none.
func (l *Ledger) get(ctx context.Context, key item) (item, error) {
	out, err := l.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &l.table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}
