package ledger

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
)

const (
	attrHolder = "holder"
	attrUntil  = "until" // nanoseconds
)

func leaseKey(name string) item { return key("lease#"+name, "lease") }

// Acquire gives the lease to the holder until then, if it is free, run out by now, or the holder's own already. It
// answers false when another one holds it.
func (l *Ledger) Acquire(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	u := newUpdate().
		set(attrSchema, number(schema)).
		set(attrUntil, instant(until)).
		set(attrExpires, number(until.Unix()+1))
	named, ends := u.name(attrHolder), u.name(attrUntil)
	me := u.value(text(holder))
	u.part("SET", named+" = "+me)
	condition := "attribute_not_exists(" + named + ") OR " + named + " = " + me + " OR " + ends + " <= " + u.value(instant(now))
	_, err := l.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 &l.table,
		Key:                       leaseKey(name),
		UpdateExpression:          u.expression(),
		ConditionExpression:       &condition,
		ExpressionAttributeNames:  u.names,
		ExpressionAttributeValues: u.values,
	})
	var held *types.ConditionalCheckFailedException
	if errors.As(err, &held) {
		return false, nil
	}
	return err == nil, awserr.Wrap("acquire lease "+name, err)
}

// Release gives the lease back, if the holder still has it. One that is lost already is no error.
func (l *Ledger) Release(ctx context.Context, name, holder string) error {
	u := newUpdate()
	condition := u.name(attrHolder) + " = " + u.value(text(holder))
	_, err := l.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName:                 &l.table,
		Key:                       leaseKey(name),
		ConditionExpression:       &condition,
		ExpressionAttributeNames:  u.names,
		ExpressionAttributeValues: u.values,
	})
	var lost *types.ConditionalCheckFailedException
	if errors.As(err, &lost) {
		return nil
	}
	return awserr.Wrap("release lease "+name, err)
}
