package events

import (
	"encoding/json"
	"fmt"
	"time"
)

// KindTick: a minute has passed for a cluster. It is the backstop for every lost event, and the
// carrier of all that must happen later. EventBridge Scheduler publishes it, one schedule per
// cluster.
const KindTick = "Tick"

// Tick is the detail of KindTick.
type Tick struct {
	Header
	// Minute is the time that the tick stands for. It may be delivered later.
	Minute time.Time `json:"minute"`
}

func tick() Kind {
	return ours[Tick](`{"source":["slipway"],"detail-type":["Tick"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewTick is a Tick, for those who play the Scheduler's part. In AWS the Scheduler fills in
// TickInput instead.
func NewTick(head Header, minute time.Time) Tick {
	return Tick{Header: head, Minute: minute.UTC().Truncate(time.Minute)}
}

// Kind implements Event.
func (Tick) Kind() string { return KindTick }

func (e Tick) check() error { return plausible("minute", e.Minute) }

// Keywords that EventBridge Scheduler replaces in a target's input.
// Source: EventBridge Scheduler User Guide, "Adding context attributes".
const (
	SchedulerExecutionID   = "<aws.scheduler.execution-id>"
	SchedulerScheduledTime = "<aws.scheduler.scheduled-time>"
)

// TickInput is the Input of a cluster's schedule, whose target is PutEvents with Source and
// KindTick: a Tick's detail with the Scheduler's keywords where a time or an id will be.
func TickInput(cluster Cluster) (string, error) {
	raw, err := marshal(struct {
		Schema      int    `json:"schema"`
		Cluster     string `json:"cluster"`
		ClusterName string `json:"clusterName"`
		ID          string `json:"id"`
		At          string `json:"at"`
		Minute      string `json:"minute"`
	}{Schema, cluster.Key, cluster.Name, SchedulerExecutionID, SchedulerScheduledTime, SchedulerScheduledTime})
	if err != nil {
		return "", fmt.Errorf("input of a tick's schedule: %w", err)
	}
	if !isKey(cluster.Key) || cluster.Name == "" || !json.Valid(raw) {
		return "", fmt.Errorf("input of a tick's schedule: not a cluster: %+v", cluster)
	}
	return string(raw), nil
}
