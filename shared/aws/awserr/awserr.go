// Package awserr turns the failures of AWS calls into the model's kinds of error. Adapters wrap every failed call
// once, where it was made:
//
//	out, err := client.CreateFleet(ctx, in)
//	if err != nil {
//		return awserr.Wrap("create fleet", err)
//	}
//
// Everybody else asks model.KindOf and never looks at a service's code. A code that nobody has classified is judged
// by the HTTP status that came with it, and a failure without any answer is NoAnswer: what happened is not known.
package awserr

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/slipway-dev/slipway/shared/model"
)

// Wrap returns err as a *model.Error with its kind; op is the operation in words, such as "create fleet". Nil stays
// nil, and an error that has a kind already keeps it.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	var classified *model.Error
	if errors.As(err, &classified) {
		return &model.Error{Kind: classified.Kind, Op: op, Code: classified.Code, Err: err}
	}
	kind, code := judge(err)
	return &model.Error{Kind: kind, Op: op, Code: code, Err: err}
}

func judge(err error) (model.ErrorKind, string) {
	var api smithy.APIError
	if errors.As(err, &api) {
		if kind := Kind(api.ErrorCode(), api.ErrorMessage()); kind != "" {
			return kind, api.ErrorCode()
		}
		return ofStatus(err), api.ErrorCode()
	}
	var params smithy.InvalidParamsError
	var serialization *smithy.SerializationError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return model.NoAnswer, ""
	case errors.As(err, &params), errors.As(err, &serialization):
		return model.Invalid, "" // never left this process
	}
	return ofStatus(err), ""
}

// ofStatus judges by the HTTP status alone. An answer of success that could not be read is no answer.
func ofStatus(err error) model.ErrorKind {
	var response *smithyhttp.ResponseError
	if !errors.As(err, &response) {
		return model.NoAnswer
	}
	switch status := response.HTTPStatusCode(); status {
	case http.StatusTooManyRequests:
		return model.Throttled
	case http.StatusUnauthorized, http.StatusForbidden:
		return model.Denied
	case http.StatusNotFound:
		return model.NotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return model.Conflict
	case http.StatusRequestTimeout:
		return model.NoAnswer
	default:
		if status >= 400 && status < 500 {
			return model.Invalid
		}
		return model.NoAnswer
	}
}
