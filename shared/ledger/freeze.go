package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// maxFreeze launches fit into one transaction beside the lane's update.
const maxFreeze = 99

// Freeze stores the launches of one decision and counts them in its lane, all or none, in one transaction. The lane
// must still be at the launches' epoch: Conflict when another decision has opened since. AlreadyExists when one of
// them is there already, which is what a repeated call finds after a lost answer. All launches are of one cluster
// and one epoch; minute and count are the lane's count of instances with these added.
func (l *Ledger) Freeze(ctx context.Context, lane string, launches []model.Launch, minute time.Time, count int64) error {
	const op = "freeze launches"
	if len(launches) == 0 {
		return nil
	}
	if err := freezable(launches); err != nil {
		return invalid(op, err)
	}
	in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: l.freezeToken(lane, launches, minute, count)}
	ids := make([]string, 0, len(launches))
	for _, launch := range launches {
		put, err := l.putLaunch(launch)
		if err != nil {
			return invalid(op, fmt.Errorf("launch %s: %w", launch.ID, err))
		}
		in.TransactItems = append(in.TransactItems, put)
		ids = append(ids, launch.ID)
	}
	in.TransactItems = append(in.TransactItems, l.countLaunches(lane, launches[0], ids, minute, count))
	_, err := l.db.TransactWriteItems(ctx, in)
	return cancelled(op, err)
}

func freezable(launches []model.Launch) error {
	if len(launches) > maxFreeze {
		return fmt.Errorf("%d launches, at most %d at once", len(launches), maxFreeze)
	}
	for _, launch := range launches {
		if launch.Cluster != launches[0].Cluster || launch.Epoch != launches[0].Epoch {
			return fmt.Errorf("launches %s and %s are not of one decision", launches[0].ID, launch.ID)
		}
	}
	return nil
}

// freezeToken makes a repetition of the same transaction harmless: DynamoDB answers it as it did the first. It stands
// for all that the transaction says, since DynamoDB refuses another one under the same token.
func (l *Ledger) freezeToken(lane string, launches []model.Launch, minute time.Time, count int64) *string {
	hash := sha256.New()
	fmt.Fprintln(hash, l.table, lane, minute.UnixNano(), count)
	for _, launch := range launches {
		fmt.Fprintln(hash, launch.Cluster, launch.ID, launch.Epoch, launch.CreatedAt.UnixNano(), len(launch.Request))
		hash.Write(launch.Request)
	}
	return aws.String(hex.EncodeToString(hash.Sum(nil))[:36])
}

func (l *Ledger) putLaunch(launch model.Launch) (types.TransactWriteItem, error) {
	body, err := pack(launch)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	i := launchKey(launch.Cluster, launch.ID)
	i[attrSchema], i[attrBody] = number(int64(launch.Schema)), body
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &l.table, Item: i, ConditionExpression: aws.String("attribute_not_exists(pk)"),
	}}, nil
}

func (l *Ledger) countLaunches(lane string, of model.Launch, ids []string, minute time.Time, count int64) types.TransactWriteItem {
	u := newUpdate().
		add(attrOpenLaunches, &types.AttributeValueMemberSS{Value: ids}).
		set(attrLaunchMinute, instant(minute)).
		set(attrLaunchCount, number(count))
	condition := u.name(attrEpoch) + " = " + u.value(number(of.Epoch))
	return types.TransactWriteItem{Update: &types.Update{
		TableName:                 &l.table,
		Key:                       laneKey(of.Cluster, lane),
		UpdateExpression:          u.expression(),
		ConditionExpression:       &condition,
		ExpressionAttributeNames:  u.names,
		ExpressionAttributeValues: u.values,
	}}
}

// cancelled classifies the failure of a transaction whose last write is the lane's. A lost lane goes before a launch
// that is there already: who lost the lane drops its Plan, and the winner finds the launch among the open ones.
func cancelled(op string, err error) error {
	var mismatch *types.IdempotentParameterMismatchException
	if errors.As(err, &mismatch) {
		return &model.Error{Kind: model.AlreadyExists, Op: op, Code: mismatch.ErrorCode(), Err: err}
	}
	var cause *types.TransactionCanceledException
	if !errors.As(err, &cause) {
		return awserr.Wrap(op, err)
	}
	const failed = "ConditionalCheckFailed"
	reasons := cause.CancellationReasons
	if n := len(reasons); n > 0 && aws.ToString(reasons[n-1].Code) == failed {
		return &model.Error{Kind: model.Conflict, Op: op, Code: failed, Err: err}
	}
	kind, code := model.NoAnswer, cause.ErrorCode()
	for _, r := range reasons {
		c := aws.ToString(r.Code)
		if c == failed {
			return &model.Error{Kind: model.AlreadyExists, Op: op, Code: c, Err: err}
		}
		if k := awserr.Kind(c, aws.ToString(r.Message)); k != "" {
			kind, code = k, c
		}
	}
	return &model.Error{Kind: kind, Op: op, Code: code, Err: err}
}
