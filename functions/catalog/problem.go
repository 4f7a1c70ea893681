package catalog

import "strings"

// Conditions of an EC2NodeClass, in Karpenter's words. Ready is made from all of them.
const (
	subnetsReady        = "SubnetsReady"
	securityGroupsReady = "SecurityGroupsReady"
	imagesReady         = "AMIsReady"
	profileReady        = "InstanceProfileReady"
	validationSucceeded = "ValidationSucceeded"
	placementGroupReady = "PlacementGroupReady"
)

// dependents of a class's Ready.
func dependents() []string {
	return []string{subnetsReady, securityGroupsReady, imagesReady, profileReady, validationSucceeded, placementGroupReady}
}

// problem is something about a class that its owner has to mend: nothing is launched from the class until then.
type problem struct {
	condition string
	reason    string // as conditions have them: one word
	message   string // for people
}

type problems []problem

func (p problems) of(condition string) (problem, bool) {
	for _, x := range p {
		if x.condition == condition {
			return x, true
		}
	}
	return problem{}, false
}

// String is why nothing is launched; empty without a problem.
func (p problems) String() string {
	var words []string
	for _, x := range p {
		words = append(words, x.message)
	}
	return strings.Join(words, "; ")
}
