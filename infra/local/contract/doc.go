// Package contract holds only tests: what the adapters of shared promise, checked against services that are real or
// as good as (the AWS emulator). The suites themselves stand beside what they check, where the fakes run them too.
package contract
