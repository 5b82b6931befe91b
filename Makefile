# Every target works on all modules of the workspace. Tools stand in a module of their own (tools/), so that their
# dependencies reach nobody who only builds, runs and tests.
MODULES  := schemas internal services/ingest services/analyzer services/notifier services/archiver cmd/autointel bench
SERVICES := services/ingest services/analyzer services/notifier services/archiver
BIN      := $(CURDIR)/bin
BASE     := main
COUNT    := 6
FUZZTIME := 60s

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-14s %s\n", $$1, $$2}'
demo: ## the whole story in about 15 s
	go run ./cmd/autointel demo
up: ## everything in one process, with the sandbox
	go run ./cmd/autointel up
test: ## every test that needs only Go
	go test work
race: ## the same under the race detector
	go test -race work
integration: ## the tests that need more than Go: PostgreSQL, Chromium
	go test -timeout 20m -tags integration $(addprefix ./,$(sort $(dir $(shell grep -rl --include='*_test.go' '^//go:build integration' schemas internal services cmd))))
# The packages that decide. The tests of each alone are counted, those of no other.
DECIDE := schemas internal/workflow internal/stage internal/watch internal/discord internal/consume internal/rights services/notifier services/archiver/archive
cover: ## how much of the packages that decide their own tests reach; fails below 90 % for one of them
	@mkdir -p $(BIN) && go test -count=1 -cover $(addprefix ./,$(DECIDE)) | tee /dev/stderr | awk 'NF { at = match($$0, /coverage: [0-9.]+%/); \
	  if (!at || $$1 != "ok") { bad = 1; next } share = substr($$0, at + 10) + 0; n++; printf "%5.1f %%  %s%s\n", share, $$2, share < 90 ? "   below 90 %" : ""; bad = bad || share < 90 } \
	  END { exit bad || n != $(words $(DECIDE)) }' >$(BIN)/cover.txt; failed=$$?; echo; cat $(BIN)/cover.txt; exit $$failed
screenshots: ## the pictures of the sandbox's page in docs/images, which the tests in a browser take (Chromium, an emoji font)
	mkdir -p docs/images
	cd cmd/autointel && go test -tags integration -count=1 -run 'Browser|OnThePage|Phone' . -args -screenshots $(CURDIR)/docs/images
chaos: ## an installation under faults for two minutes, judged by what its users could see (SEED, WORKFLOWS)
	go run ./bench/chaos --workflows $(or $(WORKFLOWS),400) --faults all --duration 2m --json $(addprefix --seed ,$(SEED))
crash: ## a workflow of each depth, killed at every point at which something has just happened (some 450 of them; POINTS of each only)
	go run ./bench/crash --json $(addprefix --points ,$(POINTS))
powercut: ## the power of a running installation's disk is cut; durable loses nothing (root, Linux)
	go run ./bench/powercut --json
bench: ## autointel beside other systems, all on this machine; the figures go into docs/benchmarks.md (leave the machine alone meanwhile)
	go run ./bench orchestrate --out docs/benchmarks --section docs/benchmarks.md --format markdown
bench-curves: ## how the figures change as load, log, copies and servers grow, and what a running autointel costs
	for curve in inflight log replicas cluster; do go run ./bench curve $$curve --out docs/benchmarks --section docs/benchmarks.md --format markdown || exit 1; done
	go run ./bench footprint --out docs/benchmarks --section docs/benchmarks.md --format markdown
bench-latency: ## what people wait for, on the real program: acknowledgement, progress, answer, retrieval; the figures go into docs/benchmarks.md
	go run ./bench latency --out docs/benchmarks --section docs/benchmarks.md --format markdown
bounds: ## every stage on sources of 1 MB and 10 MB, within 2 s of one core and 512 MiB; fails when one is not; the figures go into docs/analysis.md
	go run ./bench bounds --section docs/analysis.md --format markdown
bench-layers: ## the benchmarks of every package
	go test -run '^$$' -bench . -benchmem work
bench-compare: tools ## the benchmarks of every package, the working tree against BASE (main); COUNT rounds each (6)
	bench/compare $(BASE) $(COUNT)
eval: ## how well the analysis does on the corpus; fails when it has become worse (docs/evaluation.md)
	cd bench && go run ./eval
eval-update: ## take the present figures as the baseline
	cd bench && go run ./eval -update
monitoring: ## rules, dashboards and runbooks (docs/monitoring.md; promtool, of Debian's package prometheus)
	cd deploy/monitoring/check && GOWORK=off go test -count=1 . # what it reads stands outside its module, which the cache does not see
# Up to Go 1.26 a target that is given time can end in "context deadline exceeded" when its time is up, though no input failed
# (go.dev/issue/75804). One that did fail is in testdata/fuzz.
fuzz: ## every fuzz target, one after the other, FUZZTIME each (60s); what fails is kept in the package's testdata/fuzz
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9]+' $(MODULES) | sort | while IFS=: read -r file name; do \
	  package=$$(dirname $$file); target=$${name#func }; echo "$$package $$target"; before=$$(ls "$$package/testdata/fuzz/$$target" 2>&1); \
	  go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s "./$$package" 2>&1 | tee "$$log"; \
	  grep -q '^ok' "$$log" && continue; \
	  grep -q '^ *context deadline exceeded$$' "$$log" && [ "$$before" = "$$(ls "$$package/testdata/fuzz/$$target" 2>&1)" ] || exit 1; \
	  echo "$$package $$target: no input failed"; done
vet: ## go vet over all modules
	go vet -tags integration work
tools: ## build the linter, the formatter, benchstat and deadcode
	cd tools && GOWORK=off go build -o $(BIN)/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint mvdan.cc/gofumpt golang.org/x/perf/cmd/benchstat golang.org/x/tools/cmd/deadcode
lint: tools ## golangci-lint over all modules
	@for m in $(MODULES); do echo "lint $$m"; (cd $$m && $(BIN)/golangci-lint run --config $(CURDIR)/.golangci.yml ./...) || exit 1; done
fmt: tools ## format every file
	$(BIN)/gofumpt -w $(MODULES)
standalone: ## build each program by its own go.mod, as an image does
	@for m in $(SERVICES) cmd/autointel; do (cd $$m && GOWORK=off go build ./...) || exit 1; done
generate: ## what is written from declarations: JSON Schemas and golden files of the events, their catalogue, the broker's users, the cluster's rules and NACK's resources
	go test -count=1 ./schemas -run TestEvery -update
	go test -count=1 ./internal/catalogue ./internal/rights ./internal/nack -update
	go test -count=1 ./internal/archtest -run TestTheClusterIsWatched -update
drift: ## what is generated is what is declared: make generate changes nothing
	@tree() { { git status --porcelain; git diff; } | git hash-object --stdin; }; before=$$(tree) && $(MAKE) --no-print-directory generate && \
	  { [ "$$before" = "$$(tree)" ] || { git status --short; echo 'drift: make generate changed something: look at the difference and commit it' >&2; exit 1; }; }
deadcode: tools ## functions that no program and no test reaches (bench/system is also for bench/peers, which stands outside the workspace)
	@found=$$($(BIN)/deadcode -test -tags integration $(patsubst %,./%/...,$(MODULES))) || exit 1; \
	  found=$$(echo "$$found" | grep -v '^bench/system/system.go:.* Main$$'); [ -z "$$found" ] || { echo "$$found"; echo 'deadcode: remove these, or call them' >&2; exit 1; }
verify-deploy: ## the manifests, the compose file and the unit of deploy/, against the types that read them and the programs that they run
	cd deploy/check && GOWORK=off go vet ./... && GOWORK=off go test -count=1 -timeout 240s ./...
scaling: ## the services scaled by lag, on a control plane of Kubernetes and KEDA that is built and started here (PostgreSQL; long the first time); prints the table of docs/kubernetes.md
	cd deploy/scaling && GOWORK=off go vet ./... && GOWORK=off go run . --bin $(BIN)/scaling
release: ## archives of every program for each platform in dist/, with checksums and what is in them (VERSION, PLATFORMS)
	cd schemas && go test -count=1 . -run TestWhatEveryReleaseWroteStaysReadable -release
	cd tools/release && GOWORK=off go run . -root $(CURDIR) -out $(CURDIR)/dist $(addprefix -version ,$(VERSION)) $(if $(PLATFORMS),-platforms '$(PLATFORMS)')
verify-release: ## the release of this machine's platform, made of two checkouts of the commit: the same bytes, and what they should be
	cd tools/release && GOWORK=off go vet ./... && GOWORK=off go test -count=1 ./... # what it builds stands outside its module
vulnerabilities: ## known vulnerabilities in what every module is built from (govulncheck, as pinned; SKIPPED where its database cannot be reached)
	@cd tools/supply && GOWORK=off go run . -root $(CURDIR) vulnerabilities
licences: ## the licences of everything that every module is built from, against those that are allowed
	@cd tools/supply && GOWORK=off go run . -root $(CURDIR) licences
supply: vulnerabilities licences ## both, and the tests of the program that looks
	cd tools/supply && GOWORK=off go vet ./... && GOWORK=off go test -count=1 ./...
tidy: ## go mod tidy in every module
	@for m in $(MODULES) bench/peers bench/peers/temporal deploy/check deploy/scaling deploy/scaling/tools/etcd deploy/scaling/tools/kubernetes deploy/monitoring/check tools tools/release tools/supply; do (cd $$m && GOWORK=off go mod tidy) || exit 1; done
verify-demo: ## the demo of the README, in a minute at most
	go build -o $(BIN)/ ./cmd/autointel
	timeout 60 $(BIN)/autointel demo
verify-race: ## the same under the race detector, where it fits the time
	go test -race $$(go list work | grep -v -e /internal/stage$$ -e /internal/workflow$$ -e /cmd/autointel$$ -e /services/archiver$$ -e /services/ingest$$)
verify-chaos: ## two minutes under faults, judged by what users could see
	$(MAKE) --no-print-directory chaos WORKFLOWS=300
verify-crash: ## some of the points at which a process is killed, and what is left each time
	$(MAKE) --no-print-directory crash POINTS=3
STEPS := vet standalone verify-deploy verify-release lint drift deadcode verify-demo eval test integration monitoring verify-race verify-crash verify-chaos
verify: ## all that CI runs, step by step (it wants PostgreSQL, Chromium and promtool: .ci/run installs them)
	@begin=$$(date +%s); for step in $(STEPS); do \
	  printf '\n== %s: %s (%ss)\n' $$step "$$(sed -n "s/^$$step:.*## //p" Makefile)" $$(($$(date +%s) - begin)); \
	  $(MAKE) --no-print-directory $$step || { echo "verify: $$step failed: make $$step" >&2; exit 1; }; \
	done; printf '\n== done (%ss)\n' $$(($$(date +%s) - begin))
.PHONY: $(shell sed -nE 's/^([a-z-]+):.*## .*/\1/p' $(firstword $(MAKEFILE_LIST)))
