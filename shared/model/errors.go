package model

import "errors"

// ErrorKind is what a failed call means to whoever decides what comes next. Adapters classify once, by the
// service's codes; nobody else looks at a code.
type ErrorKind string

const (
	Conflict      ErrorKind = "conflict"       // the object or item changed since it was read
	AlreadyExists ErrorKind = "already exists" // somebody made it first
	NotFound      ErrorKind = "not found"      // it is not there (or not visible yet)
	Gone          ErrorKind = "gone"           // the resource version is too old: list again
	Throttled     ErrorKind = "throttled"      // asked too often: later
	NoAnswer      ErrorKind = "no answer"      // no answer, or the service failed: what happened is not known
	NoCapacity    ErrorKind = "no capacity"    // EC2 has none of the offering
	QuotaExceeded ErrorKind = "quota exceeded" // the account may have no more
	NoAddresses   ErrorKind = "no addresses"   // the subnet has none left
	BlockedByPDB  ErrorKind = "blocked by a PodDisruptionBudget"
	Denied        ErrorKind = "denied"  // credentials or permissions
	Invalid       ErrorKind = "invalid" // the request can never succeed
)

// Error is a failed call with its kind.
type Error struct {
	Kind ErrorKind
	Op   string // the operation, such as "create fleet"
	Code string // the service's own code, for people
	Err  error
}

func (e *Error) Error() string {
	s := e.Op + ": "
	if e.Code != "" {
		s += e.Code + ": "
	}
	if e.Err != nil {
		return s + e.Err.Error()
	}
	return s + string(e.Kind)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err, "" for nil, and NoAnswer for an error without one: what we cannot name, we
// try again.
func KindOf(err error) ErrorKind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return NoAnswer
}

// IsKind reports whether err is of the kind.
func IsKind(err error, kind ErrorKind) bool { return err != nil && KindOf(err) == kind }
