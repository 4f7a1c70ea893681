package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// attrAnswer of a launch is the packed model.FleetAnswer.
const attrAnswer = "answer"

func launchKey(cluster, id string) item { return key("cluster#"+cluster, "launch#"+id) }

// Launch returns the open launch as it is now: NotFound when it was never frozen or is closed.
func (l *Ledger) Launch(ctx context.Context, cluster, id string) (model.Launch, error) {
	const op = "read launch"
	i, err := l.get(ctx, launchKey(cluster, id))
	if err != nil {
		return model.Launch{}, awserr.Wrap(op, err)
	}
	if i == nil {
		return model.Launch{}, notFound(op, "launch "+id)
	}
	var launch model.Launch
	if err := readable(op, i, model.LaunchSchema); err != nil {
		return launch, err
	}
	if err := unpack(i, attrBody, &launch); err != nil {
		return model.Launch{}, invalid(op, fmt.Errorf("launch %s: %w", id, err))
	}
	if i[attrAnswer] == nil {
		return launch, nil
	}
	launch.Answer = &model.FleetAnswer{}
	if err := unpack(i, attrAnswer, launch.Answer); err != nil {
		return model.Launch{}, invalid(op, fmt.Errorf("launch %s: %w", id, err))
	}
	return launch, nil
}

// Answer stores the launch's answer, unless it has one: the stored one comes back, and everybody pairs by that.
// NotFound when the launch is closed.
func (l *Ledger) Answer(ctx context.Context, cluster, id string, answer model.FleetAnswer) (model.FleetAnswer, error) {
	const op = "store the answer of a launch"
	body, err := pack(answer)
	if err != nil {
		return model.FleetAnswer{}, invalid(op, err)
	}
	u := newUpdate().set(attrAnswer, body)
	condition := "attribute_exists(pk) AND attribute_not_exists(" + u.name(attrAnswer) + ")"
	_, err = l.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                           &l.table,
		Key:                                 launchKey(cluster, id),
		UpdateExpression:                    u.expression(),
		ConditionExpression:                 &condition,
		ExpressionAttributeNames:            u.names,
		ExpressionAttributeValues:           u.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var refused *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return answer, nil
	case !errors.As(err, &refused):
		return model.FleetAnswer{}, awserr.Wrap(op, err)
	case len(refused.Item) == 0:
		return model.FleetAnswer{}, notFound(op, "launch "+id)
	}
	var stored model.FleetAnswer
	if err := unpack(refused.Item, attrAnswer, &stored); err != nil {
		return model.FleetAnswer{}, invalid(op, fmt.Errorf("launch %s: %w", id, err))
	}
	return stored, nil
}

// Close forgets the launch and takes it out of its lane's open ones, in one transaction. One that is closed already
// is no error.
func (l *Ledger) Close(ctx context.Context, cluster, lane, id string) error {
	u := newUpdate().take(attrOpenLaunches, &types.AttributeValueMemberSS{Value: []string{id}})
	_, err := l.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Delete: &types.Delete{TableName: &l.table, Key: launchKey(cluster, id)}},
		{Update: &types.Update{
			TableName:                 &l.table,
			Key:                       laneKey(cluster, lane),
			UpdateExpression:          u.expression(),
			ExpressionAttributeNames:  u.names,
			ExpressionAttributeValues: u.values,
		}},
	}})
	return cancelled("close launch", err)
}
