package pipeline

import (
	"time"

	"github.com/slipway-dev/slipway/shared/config"
)

func functions() []Function {
	return []Function{observe(), provision(), register(), catalog(), install()}
}

func observe() Function {
	return Function{
		Name:    "observe",
		Does:    "watches pods, nodes, claims, pools and classes; publishes what changed, coalesced",
		Memory:  256,
		Timeout: 15 * time.Minute,
		Needs:   []config.Variable{config.Bus, config.Ledger, config.ObserveFor, config.ObserveWith},
		// A watcher that could not start is started by the next minute's schedule. Retries would multiply watchers.
		Invoke: &Asynchronous{Retries: 0, MaxAge: time.Minute, OnFailure: "failures"},
		Rights: []Right{
			publish(), giveUp(),
			{[]string{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"}, "ledger", "the clusters to watch, and the lease that keeps watchers apart"},
			{[]string{"eks:DescribeCluster"}, "cluster", "the cluster's endpoint"},
		},
	}
}

func provision() Function {
	return Function{
		Name:    "provision",
		Does:    "pods without a place -> Plan -> NodeClaims -> CreateFleet",
		Memory:  1024,
		Timeout: 30 * time.Second,
		Needs:   []config.Variable{config.Bus, config.Ledger, config.Bucket, config.DeadLetters},
		Source:  &Mapping{Queue: "provision", BatchSize: 10},
		Rights: []Right{
			publish(), read("provision"), keep("provision-dead"),
			{[]string{"dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}, "ledger", "lane, launches, index of instances"},
			{[]string{"s3:GetObject"}, "bucket:catalog/", "types, prices, images, templates"},
			{[]string{"s3:PutObject"}, "bucket:decisions/", "decision records"},
			{[]string{"eks:DescribeCluster"}, "cluster", "the cluster's endpoint"},
			{[]string{"ec2:CreateFleet", "ec2:RunInstances", "ec2:CreateTags"}, "cluster", "launch, tagged"},
			{[]string{"ec2:DescribeInstances"}, "cluster", "look up an old launch by its tag"},
			{[]string{"ec2:TerminateInstances"}, "cluster", "an instance whose claim was deleted meanwhile"},
			{[]string{"iam:PassRole"}, "cluster", "the nodes' role, to EC2"},
		},
	}
}

func register() Function {
	return Function{
		Name:      "register",
		Does:      "Registered, Initialized; syncs labels and taints; deadlines",
		Memory:    256,
		Timeout:   30 * time.Second,
		Needs:     []config.Variable{config.Bus, config.Ledger, config.QueueURL, config.DeadLetters},
		Source:    &Mapping{Queue: "register", BatchSize: 10, Concurrency: 10},
		Recursive: true,
		Rights: []Right{
			publish(), read("register"), keep("register-dead"),
			{[]string{"sqs:SendMessage"}, "queue:register", "reminders to itself"},
			{[]string{"dynamodb:GetItem"}, "ledger", "whose claim an instance is"},
			{[]string{"eks:DescribeCluster"}, "cluster", "the cluster's endpoint"},
			{[]string{"ec2:TerminateInstances"}, "cluster", "an instance that never became a node"},
		},
	}
}

func catalog() Function {
	return Function{
		Name:    "catalog",
		Does:    "types, offerings, prices, images -> catalog object; templates, instance profiles",
		Memory:  512,
		Timeout: 2 * time.Minute,
		Needs:   []config.Variable{config.Bus, config.Ledger, config.Bucket},
		Invoke:  &Asynchronous{Retries: 2, MaxAge: 10 * time.Minute, OnFailure: "failures"},
		Rights: []Right{
			publish(), giveUp(),
			{[]string{"dynamodb:GetItem"}, "ledger", "the cluster's registration"},
			{[]string{"s3:GetObject", "s3:PutObject"}, "bucket:catalog/", "the catalog object"},
			{[]string{"eks:DescribeCluster"}, "cluster", "endpoint, version, service range"},
			{[]string{
				"ec2:DescribeInstanceTypes", "ec2:DescribeInstanceTypeOfferings", "ec2:DescribeSpotPriceHistory", "pricing:GetProducts",
				"ec2:DescribeImages", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeLaunchTemplates", "ssm:GetParameters",
			}, "cluster", "what AWS offers"},
			{[]string{"ec2:CreateLaunchTemplate", "ec2:CreateTags"}, "cluster", "templates, tagged"},
			{[]string{"iam:GetInstanceProfile", "iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:TagInstanceProfile"}, "cluster", "the profile of a class that names a role"},
			{[]string{"iam:PassRole"}, "cluster", "the nodes' role, to EC2"},
		},
	}
}

func install() Function {
	return Function{
		Name:    "install",
		Does:    "CRDs, RBAC, default pools; registers the cluster",
		Memory:  512,
		Timeout: 5 * time.Minute,
		Needs:   []config.Variable{config.Bus, config.Ledger},
		Invoke:  &Asynchronous{Retries: 2, MaxAge: time.Hour, OnFailure: "failures"},
		Rights: []Right{
			publish(), giveUp(),
			{[]string{"dynamodb:GetItem", "dynamodb:PutItem"}, "ledger", "the cluster's registration"},
			{[]string{"eks:DescribeCluster"}, "cluster", "the cluster's endpoint"},
		},
	}
}

func publish() Right { return Right{[]string{"events:PutEvents"}, "bus", "what happened"} }

func read(queue string) Right {
	return Right{[]string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"}, "queue:" + queue, "its event source mapping"}
}

func keep(queue string) Right {
	return Right{[]string{"sqs:SendMessage"}, "queue:" + queue, "messages that will never succeed, with the reason"}
}

// giveUp is for Lambda itself, which sends there, as the function, what it could not hand over.
func giveUp() Right {
	return Right{[]string{"sqs:SendMessage"}, "queue:failures", "events that were given up on"}
}
