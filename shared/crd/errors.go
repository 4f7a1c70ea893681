package crd

import (
	"errors"

	kinds "k8s.io/apimachinery/pkg/api/errors"

	"github.com/slipway-dev/slipway/shared/model"
)

// wrap gives a failed request its kind. What came without an answer of Kubernetes is NoAnswer.
func wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	var classified *model.Error
	if errors.As(err, &classified) {
		return &model.Error{Kind: classified.Kind, Op: op, Err: err}
	}
	return &model.Error{Kind: kindOf(err), Op: op, Code: string(kinds.ReasonForError(err)), Err: err}
}

func kindOf(err error) model.ErrorKind {
	switch {
	case kinds.IsAlreadyExists(err):
		return model.AlreadyExists
	case kinds.IsConflict(err):
		return model.Conflict
	case kinds.IsNotFound(err):
		return model.NotFound
	case kinds.IsGone(err), kinds.IsResourceExpired(err):
		return model.Gone
	case kinds.IsTooManyRequests(err):
		return model.Throttled
	case kinds.IsUnauthorized(err), kinds.IsForbidden(err):
		return model.Denied
	case kinds.IsInvalid(err), kinds.IsBadRequest(err), kinds.IsMethodNotSupported(err):
		return model.Invalid
	}
	return model.NoAnswer
}
