package kube

import (
	"context"
	"net/http"
	"net/url"

	"github.com/slipway-dev/slipway/shared/model"
)

// NominatePod tells the scheduler that room on the node is meant for the pod. Conflict when the pod of that name is
// another one by now.
func (c *Client) NominatePod(ctx context.Context, pod model.PodRef, node string) error {
	return c.write(ctx, request{
		op: "nominate " + node + " for pod " + pod.String(), method: http.MethodPatch, bodyType: typeMergePatch,
		path: "/api/v1/namespaces/" + url.PathEscape(pod.Namespace) + "/pods/" + url.PathEscape(pod.Name) + "/status",
	}, mergePatch{
		Metadata: &patchedMetadata{UID: pod.UID},
		Status: struct {
			NominatedNodeName string `json:"nominatedNodeName"`
		}{node},
	}, nil)
}
