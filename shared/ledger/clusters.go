package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

// clusters is the partition of the registry.
const clusters = "clusters"

// pageSize is how many clusters one call of Clusters returns.
const pageSize = 100

// Cluster returns the registered cluster of the key: NotFound when there is none.
func (l *Ledger) Cluster(ctx context.Context, clusterKey string) (model.Cluster, error) {
	const op = "read cluster"
	i, err := l.get(ctx, key(clusters, clusterKey))
	if err != nil {
		return model.Cluster{}, awserr.Wrap(op, err)
	}
	if i == nil {
		return model.Cluster{}, notFound(op, "cluster "+clusterKey)
	}
	return clusterOf(op, i)
}

// Clusters lists the registry in order of key, a page at a time; the first page's token is empty.
func (l *Ledger) Clusters(ctx context.Context, page string) (model.Page[model.Cluster], error) {
	const op = "list clusters"
	in := &dynamodb.QueryInput{
		TableName:                 &l.table,
		KeyConditionExpression:    aws.String("pk = :pk"),
		ExpressionAttributeValues: item{":pk": text(clusters)},
		ConsistentRead:            aws.Bool(true),
		Limit:                     aws.Int32(pageSize),
	}
	if page != "" {
		in.ExclusiveStartKey = key(clusters, page)
	}
	out, err := l.db.Query(ctx, in)
	if err != nil {
		return model.Page[model.Cluster]{}, awserr.Wrap(op, err)
	}
	list := model.Page[model.Cluster]{Next: textOf(out.LastEvaluatedKey, attrSK)}
	for _, i := range out.Items {
		cluster, err := clusterOf(op, i)
		if err != nil {
			return model.Page[model.Cluster]{}, err
		}
		list.Items = append(list.Items, cluster)
	}
	return list, nil
}

// PutCluster registers the cluster, or replaces what is registered under its key.
func (l *Ledger) PutCluster(ctx context.Context, cluster model.Cluster) error {
	const op = "put cluster"
	if cluster.Key == "" {
		return invalid(op, fmt.Errorf("cluster %q has no key", cluster.Name))
	}
	body, err := json.Marshal(cluster)
	if err != nil {
		return invalid(op, err)
	}
	i := key(clusters, cluster.Key)
	i[attrSchema], i[attrBody] = number(schema), text(string(body))
	_, err = l.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &l.table, Item: i})
	return awserr.Wrap(op, err)
}

func clusterOf(op string, i item) (model.Cluster, error) {
	var cluster model.Cluster
	if err := readable(op, i, schema); err != nil {
		return cluster, err
	}
	if err := json.Unmarshal([]byte(textOf(i, attrBody)), &cluster); err != nil {
		return cluster, invalid(op, fmt.Errorf("cluster %s: %w", textOf(i, attrSK), err))
	}
	return cluster, nil
}
