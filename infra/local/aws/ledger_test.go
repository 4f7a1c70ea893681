package emulator_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestTransactionIsWrittenOnce(t *testing.T) {
	ctx, cfg := fresh(t)
	c, table := dynamodb.NewFromConfig(cfg), aws.String("ledger")
	must[*dynamodb.CreateTableOutput](t)(c.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: table, BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
	}))
	key := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "k"}}
	write := func(token, add string) error {
		_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
			ClientRequestToken: &token,
			TransactItems: []types.TransactWriteItem{{Update: &types.Update{
				TableName: table, Key: key, UpdateExpression: aws.String("ADD n :n"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: add}},
			}}},
		})
		return err
	}
	for _, token := range []string{"one", "one", "two"} {
		if err := write(token, "1"); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, write("one", "5"), "IdempotentParameterMismatchException")
	got := must[*dynamodb.GetItemOutput](t)(c.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key}))
	if n := got.Item["n"].(*types.AttributeValueMemberN).Value; n != "2" {
		t.Errorf("written %s times, want once for each of two tokens", n)
	}
}
