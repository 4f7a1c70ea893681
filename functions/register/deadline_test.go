package register_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slipway-dev/slipway/events"
	"github.com/slipway-dev/slipway/shared/model"
)

const within = 15 * time.Minute // the default

// The reminder is sent once, whoever looks how often, and is there on time.
func TestReminder(t *testing.T) {
	s := newStage(t)
	s.launched("a")
	s.now = s.now.Add(time.Minute)
	s.wake(s.claims("a"), s.claims("a"), s.tick())
	messages := s.queue.Messages()
	if len(messages) != 1 || !messages[0].Due.Equal(s.now.Add(within-time.Minute)) {
		t.Fatalf("messages %+v", messages)
	}
	event, err := events.Decode([]byte(messages[0].Body))
	ok(t, err)
	due := event.(events.ClaimDue)
	equal(t, "reminder", []string{due.Claim, due.UID, due.Cause}, []string{"a", s.claim("a").UID, "changed-1"})
	equal(t, "annotation", s.claim("a").Annotations[model.AnnotationDue], "2026-11-01T10:15:05Z")
}

// SQS keeps nothing back for longer than 15 minutes; the tick finds what is due later.
func TestReminderFarAhead(t *testing.T) {
	s := newStage(t)
	s.info.Settings.RegisterWithin = time.Hour
	s.launched("a")
	equal(t, "come again", s.wake(s.claims("a")), "")
	s.now = s.now.Add(within)
	equal(t, "come again", s.deliver(s.queue.TakeDue()[0].Body), "")
	equal(t, "instance", s.ec2.All()[0].State, "running")
	s.now = s.now.Add(time.Hour - within)
	s.wake(s.tick())
	equal(t, "instance", s.ec2.All()[0].State, "terminated")
}

// No reminder for a claim that was written meanwhile is lost: it is tried again.
func TestReminderConflict(t *testing.T) {
	s := newStage(t)
	s.launched("a")
	n := 0
	s.meanwhile("PatchClaim", 1, func() {
		n++
		_, err := s.kubernetes.PatchClaim(t.Context(), "a", model.ClaimPatch{})
		ok(t, err)
	})
	equal(t, "come again", s.wake(s.claims("a")), "")
	equal(t, "conflicts and messages", []int{n, len(s.queue.Messages())}, []int{1, 1})
}

// A node that did not come in time: deletion, instance, finalizer, in this order; then its pods ask for capacity again.
func TestRetire(t *testing.T) {
	s := newStage(t)
	s.launched("a")
	s.wake(s.claims("a"))
	s.now = s.now.Add(within - time.Second)
	s.wake(s.tick())
	equal(t, "instance, before its time", s.ec2.All()[0].State, "running")
	s.now = s.now.Add(time.Second)
	equal(t, "come again", s.deliver(s.queue.TakeDue()[0].Body), "")
	equal(t, "calls", strings.Join(s.calls, " "),
		"NodeClaim Nodes DeleteNodeClaim Terminate NodeClaim PatchClaim CreateEvent NodePool NodeClaims PatchPoolStatus")
	equal(t, "claims", len(s.kubernetes.AllClaims()), 0)
	equal(t, "instance", s.ec2.All()[0].State, "terminated")
	equal(t, "told", s.told(), "Claim Retired, Capacity Needed")
	words := s.kubernetes.Told()[0]
	equal(t, "words", words.Reason+": "+words.Message, "ClaimRetired: Claim retired: its node did not register within 15m0s")
}

// A node that is there but whose events were lost registers, even late: no word of its claim retires it unseen.
func TestLateButThere(t *testing.T) {
	for name, event := range map[string]func(*stage, model.NodeClaim) events.Event{
		"reminder": func(s *stage, c model.NodeClaim) events.Event {
			return events.NewClaimDue(s.head("due-1"), "a", c.UID, s.now, 1)
		},
		"claim's word": func(s *stage, c model.NodeClaim) events.Event { return s.claims("a") },
		"tick":         func(s *stage, c model.NodeClaim) events.Event { return s.tick() },
	} {
		s := newStage(t)
		claim := s.launched("a")
		s.joined(claim)
		s.now = s.now.Add(within)
		equal(t, name+": come again", s.wake(event(s, claim)), "")
		equal(t, name+": conditions", s.conditions("a"), "Launched Registered")
	}
}

// A node that registers while its claim is being retired wins: the deletion is for the claim as it was read.
func TestRegisteredAtTheLastMoment(t *testing.T) {
	s := newStage(t)
	claim := s.launched("a")
	s.now = s.now.Add(within)
	s.meanwhile("DeleteNodeClaim", 1, func() {
		s.joined(claim)
		s.wake(s.nodes("node-a"))
	})
	equal(t, "come again", s.wake(s.tick()), "")
	equal(t, "conditions", s.conditions("a"), "Launched Registered")
	equal(t, "instance", s.ec2.All()[0].State, "running")
}

// Whatever call of a retirement fails, with or without effect, the next tick ends it.
func TestRetireKilled(t *testing.T) {
	for _, method := range []string{"DeleteNodeClaim", "Terminate", "NodeClaim", "PatchClaim", "CreateEvent"} {
		for _, effect := range []string{"before", "after"} {
			t.Run(fmt.Sprint(method, " ", effect), func(t *testing.T) {
				s := newStage(t)
				s.launched("a")
				s.now = s.now.Add(within)
				if effect == "before" {
					s.kubernetes.Refuse(method, 1, model.NoAnswer)
					s.ec2.Refuse(method, 1, model.NoAnswer)
				} else {
					s.kubernetes.Lose(method, 1)
					s.ec2.Lose(method, 1)
				}
				s.wake(s.tick())
				s.wake(s.tick())
				equal(t, "claims", len(s.kubernetes.AllClaims()), 0)
				equal(t, "instance", s.ec2.All()[0].State, "terminated")
			})
		}
	}
}

// An instance that is gone already is no reason to keep the claim.
func TestRetireWithoutInstance(t *testing.T) {
	s := newStage(t)
	s.launched("a")
	s.now = s.now.Add(within)
	s.ec2.Refuse("Terminate", 1, model.NotFound)
	s.wake(s.tick())
	equal(t, "claims", len(s.kubernetes.AllClaims()), 0)
}

// A claim that somebody deletes before its node registered is ended at once; other finalizers are others' to take off.
func TestDeletedBeforeRegistered(t *testing.T) {
	s := newStage(t)
	s.launched("a")
	_, err := s.kubernetes.PatchClaim(t.Context(), "a", model.ClaimPatch{Finalizers: &[]string{model.FinalizerTermination, "other/one"}})
	ok(t, err)
	ok(t, s.kubernetes.DeleteNodeClaim(t.Context(), "a", "", ""))
	equal(t, "come again", s.wake(s.claims("a")), "")
	equal(t, "finalizers", s.claim("a").Finalizers, []string{"other/one"})
	equal(t, "instance", s.ec2.All()[0].State, "terminated")
	equal(t, "told", s.told(), "Claim Retired, Capacity Needed")
	if h := s.poolStatus("general").Conditions.Get("NodeRegistrationHealthy"); h.Status != model.Unknown {
		t.Errorf("a deletion is held against the pool: %+v", h)
	}
}

// A reminder is about one claim, not about its successor of the same name.
func TestReminderOfAnother(t *testing.T) {
	s := newStage(t)
	s.launched("a")
	s.now = s.now.Add(within)
	s.wake(events.NewClaimDue(s.head("due-1"), "a", "another-uid", s.now, 1), events.NewClaimDue(s.head("due-2"), "gone", "uid", s.now, 1))
	equal(t, "instance", s.ec2.All()[0].State, "running")
	equal(t, "deleting", s.claim("a").Deleting(), false)
}

// Without a Launched condition the claim's own age counts, not the beginning of time.
func TestDeadlineWithoutCondition(t *testing.T) {
	s := newStage(t)
	status := s.launched("a").Status()
	status.Conditions = nil
	_, err := s.kubernetes.PatchClaimStatus(t.Context(), "a", status)
	ok(t, err)
	s.wake(s.tick())
	equal(t, "instance", s.ec2.All()[0].State, "running")
}
