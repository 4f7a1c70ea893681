package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// maxChanges is how many marks or breakers one update sets or removes: an expression has room for about 300.
const maxChanges = 100

// Complete ends the decision that holds the lane at the epoch: Conflict when another one has opened since. began is
// when its snapshot began to be read; wake-ups sent before are answered by it. New breakers are set, those that have
// run out are removed, and so are the marks to drop; what is beyond 100 of them is left to the next decision. A
// mark set again at this very moment may be dropped with its former self, which costs one refused offering.
func (l *Ledger) Complete(ctx context.Context, cluster, lane string, epoch int64, began time.Time, breakers []model.Breaker, drop []model.Unavailable) error {
	const op = "complete decision"
	u := newUpdate().set(attrCompleted, instant(began))
	if err := setBreakers(u, breakers, l.now()); err != nil {
		return invalid(op, err)
	}
	removed := map[string]bool{}
	for _, m := range drop[:min(len(drop), maxChanges)] {
		if name := markName(m); !removed[name] {
			removed[name] = true
			u.remove(name)
		}
	}
	condition := u.name(attrEpoch) + " = " + u.value(number(epoch))
	_, err := l.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 &l.table,
		Key:                       laneKey(cluster, lane),
		UpdateExpression:          u.expression(),
		ConditionExpression:       &condition,
		ExpressionAttributeNames:  u.names,
		ExpressionAttributeValues: u.values,
	})
	return awserr.Wrap(op, err)
}

// setBreakers puts breakers into the update, the last of each owner; an expression may name an attribute only once.
func setBreakers(u *update, breakers []model.Breaker, now time.Time) error {
	last := map[string]int{}
	for i, b := range breakers {
		last[b.Owner] = i
	}
	changes := 0
	for i, b := range breakers {
		if last[b.Owner] != i || changes == maxChanges {
			continue
		}
		changes++
		if !now.Before(b.Until) {
			u.remove(breakerName(b))
			continue
		}
		body, err := json.Marshal(b)
		if err != nil {
			return fmt.Errorf("breaker of %s: %w", b.Owner, err)
		}
		u.set(breakerName(b), text(string(body)))
	}
	return nil
}

// Mark notes offerings that EC2 refused, a former mark of the same replaced. It is not fenced: a mark is a fact,
// whoever saw it. At most 100 at once.
func (l *Ledger) Mark(ctx context.Context, cluster, lane string, marks []model.Unavailable) error {
	const op = "mark offerings"
	if len(marks) == 0 {
		return nil
	}
	if len(marks) > maxChanges {
		return invalid(op, fmt.Errorf("%d marks, at most %d at once", len(marks), maxChanges))
	}
	last := map[string]model.Unavailable{}
	for _, m := range marks {
		last[markName(m)] = m
	}
	u := newUpdate().setOnce(attrSchema, number(schema))
	for name, m := range last {
		body, err := json.Marshal(m)
		if err != nil {
			return invalid(op, err)
		}
		u.set(name, text(string(body)))
	}
	_, err := l.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 &l.table,
		Key:                       laneKey(cluster, lane),
		UpdateExpression:          u.expression(),
		ExpressionAttributeNames:  u.names,
		ExpressionAttributeValues: u.values,
	})
	return awserr.Wrap(op, err)
}
