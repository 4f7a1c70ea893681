// Package arch is only a test: who may import whom, and what each function's binary may link.
// The rules are the two tables of this file; architecture is changed by changing them, in review.
//
// Tests of a room may import what they like: only what is built into a binary counts.
package arch

// imports is the import policy. A line is
//
//	ROOM -> WORD...
//
// A room is a folder of the root module; * stands for one path element, a final ... for any
// number. The first line that fits a folder is its rule; a folder that no line fits is an error,
// so a new room has to be written down here. A word is what may be imported:
//
//	std             the standard library
//	pure            the standard library without files, network, log, locks and chance
//	core            pure, without contexts too
//	own             the folder that the room lies in
//	shared/model    a folder of the root module, with * and ... as above
//	k8s.io/api/...  another module's packages, known by the dot in their first element
//	!WORD           but not this
//
// Rooms that are core or pure are also kept from the real clock and from goroutines: see
// impurities.
const imports = `
	events                  -> std
	testevents              -> std

	shared/model            -> pure
	shared/sched/...        -> core shared/model shared/sched/...
	shared/act              -> std shared/model
	shared/snapshot         -> std shared/model
	shared/calendar         -> std shared/model github.com/robfig/cron/v3
	shared/userdata         -> std shared/model github.com/BurntSushi/toml

	shared/kube/...         -> std shared/model shared/kube/... k8s.io/... sigs.k8s.io/... github.com/aws/aws-sdk-go-v2/... github.com/aws/smithy-go/... !sigs.k8s.io/karpenter/... !sigs.k8s.io/controller-runtime/...
	shared/aws/*            -> std shared/model shared/aws/awserr github.com/aws/aws-sdk-go-v2/... github.com/aws/smithy-go/...
	shared/ledger           -> std shared/model shared/aws/awserr github.com/aws/aws-sdk-go-v2/... github.com/aws/smithy-go/...
	shared/ledger/*         -> std shared/model own github.com/google/go-cmp/cmp
	shared/crd              -> std shared/model sigs.k8s.io/karpenter/... github.com/aws/karpenter-provider-aws/... k8s.io/... sigs.k8s.io/yaml

	shared/batch            -> std github.com/aws/aws-lambda-go/events
	shared/telemetry        -> std
	shared/config           -> std

	shared/connect          -> std events shared/config shared/telemetry shared/batch shared/model shared/ledger shared/kube shared/aws/... github.com/aws/aws-sdk-go-v2/...

	shared/fake/...         -> std events shared/model shared/act shared/snapshot shared/fake/...
	shared/arch             -> std

	functions/*/bootstrap   -> std own events shared/... github.com/aws/... !shared/fake/... !shared/arch !shared/ledger/*
	functions/install       -> std events shared/model shared/crd shared/telemetry shared/config shared/userdata github.com/aws/aws-lambda-go/cfn
	functions/catalog       -> std events shared/model shared/crd shared/snapshot shared/calendar shared/userdata shared/batch shared/telemetry shared/config
	functions/*             -> std events shared/model shared/sched/... shared/act shared/snapshot shared/calendar shared/userdata shared/batch shared/telemetry shared/config

	infra/...               -> std events testevents shared/... functions/... infra/... */...
`

// links is what a function's binary must not link, however far away it is imported. A line is
//
//	FUNCTION,... -x WORD...
//
// where * is every function, and every line that fits counts. What is forbidden costs start-up
// time and memory that a hot function does not have (Karpenter's packages parse their CRDs at
// start: 40 ms; the typed clientset: 25 MB), or has no business in production. install and catalog
// are not hot, and Karpenter's packages bring client-go and controller-runtime with them.
const links = `
	* -x infra/... testevents shared/fake/... shared/arch shared/ledger/* testing github.com/aws/aws-sdk-go/...

	provision,register,observe,interrupt,terminate,disrupt,patch,backup,upgrade,sweep -x net/http/pprof k8s.io/client-go/... sigs.k8s.io/controller-runtime/...
	provision,register,observe,interrupt,terminate,disrupt,patch,backup,upgrade,sweep -x shared/crd sigs.k8s.io/karpenter/... github.com/aws/karpenter-provider-aws/... k8s.io/apiextensions-apiserver/...
`
