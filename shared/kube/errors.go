package kube

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// answerError turns an answer that is not a success into the error that it means.
func answerError(op string, response *http.Response) *model.Error {
	body, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	var status metav1.Status
	if err := decode(mediaTypeOf(response), body, &status); err != nil || status.Message == "" {
		status.Message = strings.TrimSpace(response.Status + " " + string(body[:min(len(body), 200)]))
	}
	status.Code = int32(response.StatusCode)
	return statusError(op, status)
}

// statusError turns the API's own description of a failure into an error with its kind.
func statusError(op string, status metav1.Status) *model.Error {
	return &model.Error{
		Kind: statusKind(status),
		Op:   op,
		Code: string(status.Reason),
		Err:  errors.New(status.Message),
	}
}

func statusKind(status metav1.Status) model.ErrorKind {
	if status.Code == http.StatusUnprocessableEntity && ofAnotherObject(status) {
		return model.Conflict
	}
	switch status.Code {
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotAcceptable,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return model.Invalid
	case http.StatusUnauthorized, http.StatusForbidden:
		return model.Denied
	case http.StatusNotFound:
		return model.NotFound
	case http.StatusConflict:
		if status.Reason == metav1.StatusReasonAlreadyExists {
			return model.AlreadyExists
		}
		return model.Conflict
	case http.StatusGone:
		return model.Gone
	case http.StatusTooManyRequests:
		if blockedByBudget(status) {
			return model.BlockedByPDB
		}
		return model.Throttled
	}
	return model.NoAnswer
}

// ofAnotherObject tells a write meant for an earlier object of the name: it carries that one's UID, which the
// server takes for an attempt to change it.
func ofAnotherObject(status metav1.Status) bool {
	return hasCause(status, func(c metav1.StatusCause) bool { return c.Field == "metadata.uid" })
}

// blockedByBudget tells the 429 of an eviction that a budget forbids from the one of a server that is busy.
func blockedByBudget(status metav1.Status) bool {
	return hasCause(status, func(c metav1.StatusCause) bool { return c.Type == "DisruptionBudget" })
}

func hasCause(status metav1.Status, is func(metav1.StatusCause) bool) bool {
	return status.Details != nil && slices.ContainsFunc(status.Details.Causes, is)
}
