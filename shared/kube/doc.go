// Package kube is Slipway's view of one cluster's Kubernetes API: the few reads, watches and writes that its
// functions need, in values of the model.
//
// A Client is made once per cluster and kept between a Lambda function's invocations:
//
//	client := kube.New(kube.Options{Endpoint: ..., Token: ..., Forget: ...})
//	page, err := client.PendingPods(ctx, "")
//	...
//	client.CloseIdle() // at the end of an invocation: a frozen connection is a dead one
//
// Every method makes one request (a LIST page, a watch, a PATCH) and nothing is sent again behind the caller's
// back, with one exception: when the server's certificate or our token is refused, nothing has happened yet, so
// endpoint and token are asked for anew, once. Nothing is limited on this side either; the cluster's FlowSchema
// does that. Errors are *model.Error.
//
// Requests go over net/http. Pods, nodes and daemonsets travel as protobuf and are decoded by the generated code of
// k8s.io/api; Karpenter's kinds travel as JSON, into structs that hold only the fields used. There is no scheme, no
// client-go and no Karpenter package here, because each of them costs every function milliseconds at its start.
//
// Objects are decoded leniently: a pod with an operator that we do not know comes with Pod.Invalid set, instead of
// failing the page that it is on.
package kube
