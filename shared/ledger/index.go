package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// The index answers "whose claim is this instance?" for events of EC2 that carry nothing but its id. It could be
// rebuilt from the instances' tags, which is why it may forget what is old.
const (
	attrCluster = "cluster"
	attrClaim   = "claim"

	indexFor = 90 * 24 * time.Hour
	maxIndex = 25 // items in one batch write
)

func instanceKey(id string) item { return key("instance#"+id, "claim") }

// Index remembers the cluster and the claim of each instance, at most 25 at once, for 90 days. Throttled when
// DynamoDB left some of them unwritten: the whole may be written again.
func (l *Ledger) Index(ctx context.Context, cluster string, claimOf map[string]string) error {
	const op = "index instances"
	if len(claimOf) == 0 {
		return nil
	}
	if len(claimOf) > maxIndex {
		return invalid(op, fmt.Errorf("%d instances, at most %d at once", len(claimOf), maxIndex))
	}
	var writes []types.WriteRequest
	for _, instance := range slices.Sorted(maps.Keys(claimOf)) {
		i := instanceKey(instance)
		i[attrSchema], i[attrExpires] = number(schema), number(l.now().Add(indexFor).Unix())
		i[attrCluster], i[attrClaim] = text(cluster), text(claimOf[instance])
		writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: i}})
	}
	out, err := l.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{l.table: writes}})
	if err != nil {
		return awserr.Wrap(op, err)
	}
	left := 0
	for _, unprocessed := range out.UnprocessedItems {
		left += len(unprocessed)
	}
	if left > 0 {
		return &model.Error{Kind: model.Throttled, Op: op, Err: fmt.Errorf("%d of %d are not written", left, len(writes))}
	}
	return nil
}

// ClaimOf returns the key of the cluster and the name of the claim that the instance belongs to: NotFound when the
// index does not know it.
func (l *Ledger) ClaimOf(ctx context.Context, instance string) (cluster, claim string, err error) {
	const op = "look up instance"
	i, err := l.get(ctx, instanceKey(instance))
	if err != nil {
		return "", "", awserr.Wrap(op, err)
	}
	if i == nil || expired(i, l.now()) {
		return "", "", notFound(op, "instance "+instance)
	}
	if err := readable(op, i, schema); err != nil {
		return "", "", err
	}
	return textOf(i, attrCluster), textOf(i, attrClaim), nil
}
