package pipeline

import "time"

const (
	day = 24 * time.Hour
	// maxReceives leaves room for receives that are no failures: a message behind a failed one of its group is put
	// back and uses one up.
	maxReceives = 10
)

func queues() []Queue {
	return []Queue{
		// Content-based deduplication is on for FIFO queues, since a rule can't set an id. It merges nothing that
		// matters: the body is the whole envelope, whose id differs with every event.
		{Name: "provision", FIFO: true, Visibility: time.Minute, Retention: 4 * day, DeadLetters: "provision-dead", MaxReceives: maxReceives},
		{Name: "provision-dead", FIFO: true, Visibility: time.Minute, Retention: 14 * day},
		{Name: "register", Visibility: time.Minute, Retention: 4 * day, DeadLetters: "register-dead", MaxReceives: maxReceives},
		{Name: "register-dead", Visibility: time.Minute, Retention: 14 * day},
		// What functions without a queue could not be given or did not manage.
		{Name: "failures", Visibility: time.Minute, Retention: 14 * day},
	}
}
