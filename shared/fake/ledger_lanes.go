package fake

import (
	"context"
	"slices"
	"time"

	"github.com/slipway-dev/slipway/shared/model"
)

// Open as ledger.Ledger's.
func (l *Ledger) Open(_ context.Context, cluster, name string, wokenAt time.Time) (opened model.Lane, answered bool, err error) {
	err = l.do("Open", func() error {
		lane := l.lane(cluster, name)
		answered = !wokenAt.IsZero() && lane.Completed.After(wokenAt.Add(2*time.Second))
		if !answered {
			lane.Epoch++
		}
		opened = lane.view(l.now())
		return nil
	})
	if err != nil {
		return model.Lane{}, false, err
	}
	return opened, answered, nil
}

// Freeze as ledger.Ledger's.
func (l *Ledger) Freeze(_ context.Context, name string, launches []model.Launch, minute time.Time, count int64) error {
	if len(launches) == 0 {
		return nil
	}
	return l.do("Freeze", func() error {
		cluster, epoch := launches[0].Cluster, launches[0].Epoch
		lane, known := l.lanes[laneID{cluster, name}]
		if !known || lane.Epoch != epoch {
			return failure(model.Conflict, "freeze launches", "the lane is not at epoch %d", epoch)
		}
		stored, err := copied(launches)
		if err != nil {
			return err
		}
		for _, launch := range stored {
			if launch.Cluster != cluster || launch.Epoch != epoch {
				return failure(model.Invalid, "freeze launches", "launches %s and %s are not of one decision", launches[0].ID, launch.ID)
			}
			if _, there := l.launches[launchID{cluster, launch.ID}]; there {
				return failure(model.AlreadyExists, "freeze launches", "launch %s", launch.ID)
			}
		}
		for _, launch := range stored {
			l.launches[launchID{cluster, launch.ID}] = launch
			lane.OpenLaunches = append(lane.OpenLaunches, launch.ID)
		}
		slices.Sort(lane.OpenLaunches)
		lane.OpenLaunches = slices.Compact(lane.OpenLaunches)
		lane.LaunchMinute, lane.LaunchCount = minute.UTC(), count
		return nil
	})
}

// Launch as ledger.Ledger's.
func (l *Ledger) Launch(_ context.Context, cluster, id string) (launch model.Launch, err error) {
	err = l.do("Launch", func() error {
		stored, ok := l.launches[launchID{cluster, id}]
		if !ok {
			return failure(model.NotFound, "read launch", "launch %s", id)
		}
		launch, err = copied(stored)
		return err
	})
	return launch, err
}

// Answer as ledger.Ledger's.
func (l *Ledger) Answer(_ context.Context, cluster, id string, answer model.FleetAnswer) (stored model.FleetAnswer, err error) {
	err = l.do("Answer", func() error {
		launch, ok := l.launches[launchID{cluster, id}]
		if !ok {
			return failure(model.NotFound, "store the answer of a launch", "launch %s", id)
		}
		if launch.Answer == nil {
			kept, err := copied(answer)
			if err != nil {
				return err
			}
			launch.Answer = &kept
			l.launches[launchID{cluster, id}] = launch
		}
		stored, err = copied(*launch.Answer)
		return err
	})
	return stored, err
}

// Mark as ledger.Ledger's.
func (l *Ledger) Mark(_ context.Context, cluster, name string, marks []model.Unavailable) error {
	if len(marks) == 0 {
		return nil
	}
	return l.do("Mark", func() error {
		if len(marks) > 100 {
			return failure(model.Invalid, "mark offerings", "%d marks, at most 100 at once", len(marks))
		}
		lane := l.lane(cluster, name)
		for _, m := range marks {
			m.Until = m.Until.UTC()
			lane.marks[marked(m)] = m
		}
		return nil
	})
}

// Close as ledger.Ledger's.
func (l *Ledger) Close(_ context.Context, cluster, name, id string) error {
	return l.do("Close", func() error {
		delete(l.launches, launchID{cluster, id})
		lane := l.lane(cluster, name)
		lane.OpenLaunches = slices.DeleteFunc(lane.OpenLaunches, func(open string) bool { return open == id })
		return nil
	})
}

// Complete as ledger.Ledger's.
func (l *Ledger) Complete(_ context.Context, cluster, name string, epoch int64, began time.Time, breakers []model.Breaker, drop []model.Unavailable) error {
	return l.do("Complete", func() error {
		lane, known := l.lanes[laneID{cluster, name}]
		if !known || lane.Epoch != epoch {
			return failure(model.Conflict, "complete decision", "the lane is not at epoch %d", epoch)
		}
		lane.Completed = began.UTC()
		for _, b := range breakers {
			b.Until = b.Until.UTC()
			if lane.breakers[b.Owner] = b; !l.now().Before(b.Until) {
				delete(lane.breakers, b.Owner)
			}
		}
		for _, m := range drop {
			delete(lane.marks, marked(m))
		}
		return nil
	})
}
