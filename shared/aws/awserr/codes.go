package awserr

import (
	"strings"

	"github.com/slipway-dev/slipway/shared/model"
)

// Kind of a service's error code, "" when the code is not known. The message matters for the few codes that mean
// several things. The codes come from the services' API references and from what is known of CreateFleet's answers,
// which carry codes of their own per offering.
func Kind(code, message string) model.ErrorKind {
	if code == "InvalidParameterValue" && strings.Contains(message, "IAM Instance Profile") {
		return model.NotFound // just made, and not visible to EC2 yet
	}
	if kind := byCode(code); kind != "" {
		return kind
	}
	return byShape(code)
}

func byCode(code string) model.ErrorKind {
	switch code {
	case "InsufficientInstanceCapacity", "InsufficientCapacity", "InsufficientHostCapacity", "InsufficientCapacityOnHost",
		"InsufficientReservedInstanceCapacity", "UnfulfillableCapacity", "Unsupported", "ReservationCapacityExceeded",
		"SpotMaxPriceTooLow":
		return model.NoCapacity
	case "VcpuLimitExceeded", "MaxSpotInstanceCountExceeded", "MaxFleetCountExceeded", "InstanceLimitExceeded",
		"MaxSpotFleetRequestCountExceeded", "VolumeLimitExceeded", "MaxIOPSLimitExceeded", "LimitExceeded",
		"LimitExceededException", "ResourceLimitExceeded", "ServiceQuotaExceededException":
		return model.QuotaExceeded
	case "InsufficientFreeAddressesInSubnet":
		return model.NoAddresses
	case "RequestLimitExceeded", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
		"RequestThrottledException", "TooManyRequestsException", "ProvisionedThroughputExceededException",
		"ProvisionedThroughputExceeded", "ThrottlingError", "SlowDown", "EC2ThrottledException", "BandwidthLimitExceeded",
		"OverLimit", "KmsThrottled", "PriorRequestNotComplete":
		return model.Throttled
	case "TransactionConflict", "TransactionConflictException", "TransactionInProgressException":
		return model.Throttled // another transaction holds the item for a moment: later
	case "InternalError", "InternalFailure", "InternalServerError", "InternalServerException", "InternalException",
		"ServerException", "ServiceUnavailable", "ServiceUnavailableException", "Unavailable", "RequestTimeout",
		"RequestTimeoutException", "ServerInternal":
		return model.NoAnswer
	case "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "NotAuthorized", "OptInRequired", "Blocked",
		"PendingVerification", "UnrecognizedClientException", "InvalidClientTokenId", "SignatureDoesNotMatch",
		"InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken", "ExpiredToken",
		"ExpiredTokenException", "RequestExpired", "RequestTimeTooSkewed", "InvalidAccessKeyId", "Forbidden":
		return model.Denied
	case "ConditionalCheckFailed", "ConditionalCheckFailedException", "PreconditionFailed", "ConditionalRequestConflict",
		"IncorrectState", "IncorrectInstanceState", "ResourceInUseException", "DeleteConflict", "DependencyViolation",
		"ConcurrentModificationException", "ConcurrentModification":
		return model.Conflict
	case "EntityAlreadyExists", "BucketAlreadyOwnedByYou":
		return model.AlreadyExists
	case "NoSuchKey", "NoSuchBucket", "NoSuchEntity", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue",
		"ParameterNotFound", "NotFound":
		return model.NotFound
	case "IdempotentParameterMismatch", "IdempotentParameterMismatchException", "ValidationException", "ValidationError":
		return model.Invalid
	}
	return ""
}

// byShape judges by how codes are built: EC2 has hundreds of the form InvalidThing.Reason.
func byShape(code string) model.ErrorKind {
	switch {
	case hasAnySuffix(code, "NotFound", "NotFoundException", "NotFoundFault"):
		return model.NotFound
	case hasAnySuffix(code, ".Duplicate", "AlreadyExists", "AlreadyExistsException"):
		return model.AlreadyExists
	case strings.HasPrefix(code, "AuthFailure"):
		return model.Denied
	case hasAnySuffix(code, "QuotaExceeded", "QuotaExceededException"):
		return model.QuotaExceeded
	case strings.HasSuffix(code, "LimitExceeded"):
		return model.QuotaExceeded
	case strings.HasPrefix(code, "Invalid"), strings.HasPrefix(code, "Missing"), hasAnySuffix(code, ".Malformed"):
		return model.Invalid
	}
	return ""
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}
