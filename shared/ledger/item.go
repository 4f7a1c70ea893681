package ledger

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/slipway-dev/slipway/shared/model"
)

// item is one item of the table, or its key.
type item = map[string]types.AttributeValue

// Attributes that items of several kinds have.
const (
	attrPK      = "pk"
	attrSK      = "sk"
	attrSchema  = "schema"
	attrBody    = "body"
	attrExpires = "expires" // seconds since 1970: the table's TTL attribute
)

// schema is the number that this version writes on its own items, and the newest that it reads. Launches carry
// their own.
const schema = 1

func key(pk, sk string) item { return item{attrPK: text(pk), attrSK: text(sk)} }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// instant is a time as a number that DynamoDB compares: nanoseconds since 1970, so that it comes back as it was.
func instant(t time.Time) types.AttributeValue {
	if t.IsZero() {
		return number(0)
	}
	return number(t.UnixNano())
}

func textOf(i item, name string) string {
	if s, ok := i[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// numberOf is 0 for an attribute that is absent or no number.
func numberOf(i item, name string) int64 {
	n, ok := i[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	v, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		return 0
	}
	return v
}

func instantOf(i item, name string) time.Time {
	if n := numberOf(i, name); n != 0 {
		return time.Unix(0, n).UTC()
	}
	return time.Time{}
}

// expired reports whether the item is past its own expiry, though DynamoDB still shows it.
func expired(i item, now time.Time) bool {
	at := numberOf(i, attrExpires)
	return at != 0 && now.Unix() >= at
}

// readable fails for an item that a newer version wrote.
func readable(op string, i item, newest int) error {
	if n := numberOf(i, attrSchema); n > int64(newest) {
		return &model.Error{Kind: model.NoAnswer, Op: op, Err: fmt.Errorf("item of schema %d, this version reads up to %d", n, newest)}
	}
	return nil
}

// pack compresses v's JSON: a launch of hundreds of claims would not fit into an item of 400 KB otherwise.
func pack(v any) (types.AttributeValue, error) {
	var buffer bytes.Buffer
	zip := gzip.NewWriter(&buffer)
	if err := json.NewEncoder(zip).Encode(v); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return &types.AttributeValueMemberB{Value: buffer.Bytes()}, nil
}

func unpack(i item, name string, v any) error {
	b, ok := i[name].(*types.AttributeValueMemberB)
	if !ok {
		return fmt.Errorf("attribute %s is missing", name)
	}
	zip, err := gzip.NewReader(bytes.NewReader(b.Value))
	if err != nil {
		return fmt.Errorf("attribute %s: %w", name, err)
	}
	body, err := io.ReadAll(zip)
	if err != nil {
		return fmt.Errorf("attribute %s: %w", name, err)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("attribute %s: %w", name, err)
	}
	return nil
}

func notFound(op, what string) error {
	return &model.Error{Kind: model.NotFound, Op: op, Err: fmt.Errorf("%s is not in the ledger", what)}
}

func invalid(op string, err error) error { return &model.Error{Kind: model.Invalid, Op: op, Err: err} }
