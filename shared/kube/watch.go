package kube

import (
	"context"
	"errors"
	"io"

	"github.com/slipway-dev/slipway/shared/model"
)

// watch calls handle for every event after the resource version since, in order, bookmarks included. It returns nil
// when ctx is done or the server has ended the watch, as it does after a while: go on from the last event's
// resource version. Gone means to list again. An error of handle ends the watch and is returned as it is.
func watch[O, T any](ctx context.Context, c *Client, r resource[O, T], since string, handle func(model.WatchEvent[T]) error) error {
	s, err := open(ctx, c, r, since)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	defer s.close()
	for {
		kind, raw, err := s.next()
		switch {
		case ctx.Err() != nil, errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return &model.Error{Kind: model.NoAnswer, Op: s.op, Err: err}
		}
		e, err := read(s, r, kind, raw)
		if err != nil {
			return err
		}
		if err := handle(e.WatchEvent); err != nil {
			return err
		}
	}
}

// WatchPending watches the pods without a node; one that is bound or has finished is Deleted. See watch.
func (c *Client) WatchPending(ctx context.Context, since string, handle func(model.WatchEvent[model.Pod]) error) error {
	return watch(ctx, c, pendingPods(), since, handle)
}

// WatchNodes watches the nodes, as WatchPending.
func (c *Client) WatchNodes(ctx context.Context, since string, handle func(model.WatchEvent[model.Node]) error) error {
	return watch(ctx, c, nodes(), since, handle)
}

// WatchClaims watches the NodeClaims, as WatchPending.
func (c *Client) WatchClaims(ctx context.Context, since string, handle func(model.WatchEvent[model.NodeClaim]) error) error {
	return watch(ctx, c, claims(), since, handle)
}

// WatchPools watches the NodePools, as WatchPending.
func (c *Client) WatchPools(ctx context.Context, since string, handle func(model.WatchEvent[model.NodePool]) error) error {
	return watch(ctx, c, pools(), since, handle)
}

// WatchClasses watches the EC2NodeClasses, as WatchPending.
func (c *Client) WatchClasses(ctx context.Context, since string, handle func(model.WatchEvent[model.NodeClass]) error) error {
	return watch(ctx, c, classes(), since, handle)
}
