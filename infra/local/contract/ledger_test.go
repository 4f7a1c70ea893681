package contract

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/slipway-dev/slipway/shared/ledger"
	"github.com/slipway-dev/slipway/shared/ledger/ledgertest"
)

func TestLedger(t *testing.T) {
	_, cfg := startAWS(t)
	var tables atomic.Int64
	ledgertest.Run(t, func(t *testing.T, now func() time.Time) ledgertest.Ledger {
		table := fmt.Sprintf("ledger-%d", tables.Add(1))
		makeTable(t, cfg, table)
		return ledger.New(cfg, table, now)
	})
}

func makeTable(t *testing.T, cfg aws.Config, name string) {
	t.Helper()
	_, err := dynamodb.NewFromConfig(cfg).CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:   &name,
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("sk"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}
