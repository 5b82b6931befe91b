help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'
test: ## every test of every module
	go test work
race: ## the same under the race detector
	go test -race work
vet: ## go vet over all modules
	go vet work
verify: ## what CI runs
	.ci/run
.PHONY: help test race vet verify
