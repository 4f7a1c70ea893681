package pipeline

import (
	"time"

	"github.com/slipway-dev/slipway/events"
)

func rules() []Rule {
	return []Rule{
		{
			Name:    "provision",
			Pattern: pattern(events.KindPodsPending, events.KindCapacityNeeded, events.KindCatalogChanged, events.KindTick),
			Queue:   "provision", Group: cluster,
		},
		{
			Name:    "register",
			Pattern: pattern(events.KindNodeChanged, events.KindTick),
			Queue:   "register",
		},
		{
			Name:     "catalog",
			Pattern:  pattern(events.KindPoolChanged, events.KindClassChanged),
			Function: "catalog",
		},
		{Name: "stray", Pattern: events.StrayPattern, Queue: "failures"},
	}
}

func schedules() []Schedule {
	return []Schedule{
		{Name: "observe", Rate: time.Minute, Function: "observe"},
		{Name: "tick", Rate: time.Minute, PerCluster: true, Event: events.KindTick},
		{Name: "catalog", Rate: 5 * time.Minute, PerCluster: true, Function: "catalog", Event: events.KindTick},
	}
}
