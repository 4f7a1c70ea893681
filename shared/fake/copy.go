package fake

import (
	"encoding/json"
	"fmt"

	"github.com/slipway-dev/slipway/shared/model"
)

// copied is v as it would come back over a wire: nothing of it is shared with the caller's.
func copied[T any](v T) (T, error) {
	var out T
	body, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(body, &out)
	}
	if err != nil {
		return out, &model.Error{Kind: model.Invalid, Op: "copy", Err: err}
	}
	return out, nil
}

func failure(kind model.ErrorKind, op, format string, args ...any) error {
	return &model.Error{Kind: kind, Op: op, Code: "Fake", Err: fmt.Errorf(format, args...)}
}
