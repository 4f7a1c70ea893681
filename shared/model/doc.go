// Package model holds the nouns of the node lifecycle as plain values: what a cluster looks like at one
// moment (Snapshot), why we look at it (Evaluation, Settings), what is to be done (Plan), and what must
// survive a killed function (Launch, Lane).
//
// Nothing here talks to anything. Adapters turn the objects of Kubernetes and AWS into these values and back;
// shared/sched turns a Snapshot into a Plan; shared/act carries a Plan out. Amounts are integers in base units
// (millicores, bytes, microdollars an hour), so that equal inputs give equal Plans byte for byte. A nil map and
// an empty one mean the same. Slices that stand for sets are sorted.
package model
