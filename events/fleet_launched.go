package events

import "errors"

// KindFleetLaunched: CreateFleet was answered and its instances are paired with claims.
const KindFleetLaunched = "Fleet Launched"

// FleetLaunched is the detail of KindFleetLaunched.
type FleetLaunched struct {
	Header
	Launch    string             `json:"launch"`              // id of the Launch
	Attempt   int                `json:"attempt"`             // from 1
	Claims    []string           `json:"claims"`              // asked for, in the Launch's order
	Instances []LaunchedInstance `json:"instances,omitempty"` // may be fewer than claims
	Errors    []LaunchError      `json:"errors,omitempty"`
}

// LaunchedInstance is an instance and the claim that it is for.
type LaunchedInstance struct {
	ID           string `json:"id"`
	Type         string `json:"type"`
	Zone         string `json:"zone"`
	CapacityType string `json:"capacityType"` // spot, on-demand or reserved
	Claim        string `json:"claim"`
}

// LaunchError is an offering that EC2 could not give, with EC2's error code.
type LaunchError struct {
	Code         string `json:"code"`
	Type         string `json:"type,omitempty"`
	Zone         string `json:"zone,omitempty"`
	CapacityType string `json:"capacityType,omitempty"`
}

func fleetLaunched() Kind {
	return ours[FleetLaunched](`{"source":["slipway"],"detail-type":["Fleet Launched"],"detail":{"cluster":[{"exists":true}]}}`)
}

// NewFleetLaunched gives launched a header.
func NewFleetLaunched(head Header, launched FleetLaunched) FleetLaunched {
	launched.Header = head
	return launched
}

// Kind implements Event.
func (FleetLaunched) Kind() string { return KindFleetLaunched }

func (e FleetLaunched) check() error {
	if e.Attempt < 1 {
		return errors.New("attempt is less than one")
	}
	for _, instance := range e.Instances {
		if instance.ID == "" || instance.Claim == "" {
			return errors.New("instances: one without id or claim")
		}
	}
	if err := checkNames("claims", e.Claims); err != nil {
		return err
	}
	return required(field{"launch", e.Launch})
}
