package ledger

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// skew is how much earlier than a completed decision's snapshot a wake-up must have been sent to count as answered
// by it. Less could be the difference of two clocks.
const skew = 2 * time.Second

// Open opens a decision: it raises the lane's epoch and returns everything, in one conditional update; a lane that
// is not there yet is made. A wake-up sent more than 2 s before the snapshot of the last completed decision began
// is answered already: then the epoch stays, and the lane comes back as it stands. A zero wokenAt is never answered.
func (l *Ledger) Open(ctx context.Context, cluster, lane string, wokenAt time.Time) (model.Lane, bool, error) {
	const op = "open lane"
	u := newUpdate().add(attrEpoch, number(1)).set(attrSchema, number(schema))
	named := u.name(attrSchema)
	condition := "(attribute_not_exists(" + named + ") OR " + named + " <= " + u.value(number(schema)) + ")"
	if !wokenAt.IsZero() {
		completed := u.name(attrCompleted)
		condition += " AND (attribute_not_exists(" + completed + ") OR " + completed + " <= " + u.value(instant(wokenAt.Add(skew))) + ")"
	}
	out, err := l.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                           &l.table,
		Key:                                 laneKey(cluster, lane),
		UpdateExpression:                    u.expression(),
		ConditionExpression:                 &condition,
		ExpressionAttributeNames:            u.names,
		ExpressionAttributeValues:           u.values,
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		opened, err := l.opened(op, refused.Item, cluster, lane)
		return opened, err == nil, err
	}
	if err != nil {
		return model.Lane{}, false, awserr.Wrap(op, err)
	}
	opened, err := l.opened(op, out.Attributes, cluster, lane)
	return opened, false, err
}

func (l *Ledger) opened(op string, i item, cluster, name string) (model.Lane, error) {
	if err := readable(op, i, schema); err != nil {
		return model.Lane{}, err
	}
	lane, err := laneOf(i, cluster, name, l.now())
	if err != nil {
		return model.Lane{}, invalid(op, err)
	}
	return lane, nil
}
