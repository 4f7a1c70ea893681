# Slipway. `make` lists the targets.

SHELL := /bin/bash
LOCAL := .run/local
# One set of flags everywhere, so that the AWS SDK is compiled once: those that the functions are deployed with.
export CGO_ENABLED := 0
export GOFLAGS := -trimpath -buildvcs=false
# Nothing here is to reach the user's own AWS account, or to look for a profile of it.
unexport $(filter AWS_%,$(.VARIABLES))

.PHONY: local help check test race demo up down bench build kubectl invoke scenario

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

local:
	@mkdir -p .run
	@[ -e $(LOCAL) ] || echo 'building the local runner (the first time compiles the AWS SDK: about 5 minutes)'
	@go build -o $(LOCAL) ./infra/local

check: ## gofmt, go vet, staticcheck
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { printf '%s\n' "$$unformatted" 'run gofmt -w on these files'; exit 1; }
	go vet ./...
	go tool staticcheck -checks "$$(tr '\n' ',' < .staticcheck)" ./...
	go -C infra/local/controlplane vet ./identity ./settings

test: check ## everything: what needs only Go first, then the control plane, the AWS emulator and the scenarios
	go test -short -count=1 ./...
	go -C infra/local/controlplane test -count=1 ./identity ./settings
	@echo 'now with a real control plane and the AWS emulator (the first time builds them: about 10 minutes)'
	go test -count=1 -p 1 -timeout 40m ./infra/local/...

race: ## the tests that need only Go, under the race detector
	CGO_ENABLED=1 go test -short -count=1 -race -timeout 40m ./...

demo: local ## from no node to a fleet: brings everything up, runs the main scenario, takes all down
	@$(LOCAL) scenario infra/local/scenarios/demo.txtar

scenario: local ## FILE=...: one scenario, also from outside the repository
	@$(LOCAL) scenario $(FILE)

up: local ## an environment that stays: prints a kubeconfig and the AWS endpoint
	@$(LOCAL) up

down: local ## ends it
	@$(LOCAL) down

kubectl: local ## ARGS='get nodepools,nodeclaims,nodes': against the environment of make up
	@$(LOCAL) kubectl $(ARGS)

invoke: local ## FUNCTION=provision FILE=testevents/sqs/one.json: one function, once, against it
	@$(LOCAL) invoke $(FUNCTION) $(FILE)

build: ## the functions' binaries, as they are deployed (linux/arm64), in bin/
	@for f in $$(ls functions); do \
	  printf '%-12s' $$f; \
	  GOOS=linux GOARCH=arm64 go build -tags lambda.norpc -ldflags '-s -w' -o bin/$$f/bootstrap ./functions/$$f/bootstrap \
	  && ls -l bin/$$f/bootstrap | awk '{ printf "%6.1f MB\n", $$5 / 1e6 }' || exit 1; \
	done

bench: ## the numbers of the README, measured on this machine
	@go run ./infra/local/bench
