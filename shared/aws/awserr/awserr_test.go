package awserr_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/slipway-dev/slipway/shared/aws/awserr"
	"github.com/slipway-dev/slipway/shared/model"
)

func TestWrapNilIsNil(t *testing.T) {
	if err := awserr.Wrap("do nothing", nil); err != nil {
		t.Errorf("Wrap(nil) = %v", err)
	}
}

func TestWrap(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		kind model.ErrorKind
		code string
	}{
		"capacity":             {api("InsufficientInstanceCapacity"), model.NoCapacity, "InsufficientInstanceCapacity"},
		"type not in the zone": {api("Unsupported"), model.NoCapacity, "Unsupported"},
		"quota":                {api("VcpuLimitExceeded"), model.QuotaExceeded, "VcpuLimitExceeded"},
		"quota of a new kind":  {api("FooLimitExceeded"), model.QuotaExceeded, "FooLimitExceeded"},
		"addresses":            {api("InsufficientFreeAddressesInSubnet"), model.NoAddresses, "InsufficientFreeAddressesInSubnet"},
		"throttled, not quota": {api("RequestLimitExceeded"), model.Throttled, "RequestLimitExceeded"},
		"transaction conflict": {api("TransactionConflictException"), model.Throttled, "TransactionConflictException"},
		"denied":               {api("UnauthorizedOperation"), model.Denied, "UnauthorizedOperation"},
		"service linked role":  {api("AuthFailure.ServiceLinkedRoleCreationNotPermitted"), model.Denied, "AuthFailure.ServiceLinkedRoleCreationNotPermitted"},
		"instance":             {api("InvalidInstanceID.NotFound"), model.NotFound, "InvalidInstanceID.NotFound"},
		"launch template":      {api("InvalidLaunchTemplateName.NotFoundException"), model.NotFound, "InvalidLaunchTemplateName.NotFoundException"},
		"template taken":       {api("InvalidLaunchTemplateName.AlreadyExistsException"), model.AlreadyExists, "InvalidLaunchTemplateName.AlreadyExistsException"},
		"user data":            {api("InvalidUserData.Malformed"), model.Invalid, "InvalidUserData.Malformed"},
		"token reused":         {api("IdempotentParameterMismatch"), model.Invalid, "IdempotentParameterMismatch"},
		"condition":            {api("ConditionalCheckFailedException"), model.Conflict, "ConditionalCheckFailedException"},
		"profile not visible": {&smithy.GenericAPIError{Code: "InvalidParameterValue", Message: "Value (x) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"},
			model.NotFound, "InvalidParameterValue"},
		"parameter":                       {api("InvalidParameterValue"), model.Invalid, "InvalidParameterValue"},
		"internal":                        {api("InternalError"), model.NoAnswer, "InternalError"},
		"unknown code with 503":           {status(503, api("Novel")), model.NoAnswer, "Novel"},
		"unknown code with 400":           {status(400, api("Novel")), model.Invalid, "Novel"},
		"unknown code without status":     {api("Novel"), model.NoAnswer, "Novel"},
		"known code wins over the status": {status(400, api("ThrottlingException")), model.Throttled, "ThrottlingException"},
		"412":                             {status(412, errors.New("x")), model.Conflict, ""},
		"404":                             {status(404, errors.New("x")), model.NotFound, ""},
		"403":                             {status(403, errors.New("x")), model.Denied, ""},
		"success that cannot be read":     {status(200, errors.New("unexpected EOF")), model.NoAnswer, ""},
		"connection":                      {errors.New("connection reset by peer"), model.NoAnswer, ""},
		"cancelled":                       {fmt.Errorf("call: %w", context.Canceled), model.NoAnswer, ""},
		"too late":                        {fmt.Errorf("call: %w", context.DeadlineExceeded), model.NoAnswer, ""},
		"classified already":              {&model.Error{Kind: model.Gone, Code: "c"}, model.Gone, "c"},
	} {
		t.Run(name, func(t *testing.T) {
			err := awserr.Wrap("call it", fmt.Errorf("operation error: %w", c.err))
			var e *model.Error
			if !errors.As(err, &e) {
				t.Fatalf("Wrap gave %T, want *model.Error", err)
			}
			if e.Kind != c.kind || e.Code != c.code || e.Op != "call it" {
				t.Errorf("Wrap = kind %q, code %q, op %q; want %q, %q, call it", e.Kind, e.Code, e.Op, c.kind, c.code)
			}
			if !errors.Is(err, c.err) {
				t.Errorf("the cause is lost: %v", err)
			}
		})
	}
}

func api(code string) error { return &smithy.GenericAPIError{Code: code, Message: "sorry"} }

func status(code int, err error) error {
	return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: code}}, Err: err}
}
