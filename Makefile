# A target for everything a developer does. `make` alone lists them.
.DEFAULT_GOAL := help
export CGO_ENABLED := 1

GOLANGCI_LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
CYCLONEDX := go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
REDOCLY := npx --yes @redocly/cli@2.77.0
FUZZTIME ?= 10s
NODE_MODULES := web/node_modules/.package-lock.json
SWAGGER_UI := swagger-ui.css swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt swagger-ui-standalone-preset.js \
	swagger-ui-standalone-preset.js.LICENSE.txt favicon-16x16.png favicon-32x32.png

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: bin/bankcore bin/bankbench ## Build bin/bankcore, and bin/bankbench, which measures it

.PHONY: bin/bankcore bin/bankbench
bin/bankcore bin/bankbench:
	go build -trimpath -o $@ ./cmd/$(@F)

.PHONY: run
run: bin/bankcore ## Serve on 127.0.0.1:5000, with the data in ./data
	./bin/bankcore serve

.PHONY: demo
demo: bin/bankcore ## Serve made-up customers from a throwaway database
	./bin/bankcore serve --demo

# Without the tables for a debugger, a test is linked in half the time.
test test-more test-all: export GOFLAGS += -ldflags=-w

.PHONY: test
test: SERVER_ON := sqlite
test: browser postgres readers $(NODE_MODULES) ## Run the quick part of the tests, on real databases, a real server and a real browser
	$(call run-tests,-short)

.PHONY: test-more
test-more: export BANKCORE_TEST_MORE := 1
test-more: browser postgres $(NODE_MODULES) ## Run what continuous integration adds: the server on PostgreSQL, more pages, more faults
	@more=$$(awk -F '[ (]' '/^func Test/ { test = $$2 } /^\tbankcoretest\.More\(t\)/ { print test }' $$(git ls-files '*_test.go') | paste -s -d '|'); \
	BANKCORE_TEST_ENGINES=postgres go test -short ./internal/server && \
	go test -race -short -run "^($$more)$$" ./test/faults ./cmd/bankbench ./internal/testkit/pgtest && \
	go test -short -run "^($$more)$$" ./test/dashboard

.PHONY: test-all
test-all: export BANKCORE_TEST_ENGINE := all
test-all: SERVER_ON := sqlite,postgres
test-all: browser postgres readers $(NODE_MODULES) ## Run every test on every engine: the mutants, every fault, every width of every page
	$(call run-tests,)

# The race detector is for where requests meet: the tests marked so of the packages with many others, all of the rest, on SQLite and under
# SERIALIZABLE, and the servers in the fault runs. Beside them run, without it, the other tests of those packages on SQLite, all below the
# server on PostgreSQL's default level, and those of commands. The browser's come last: a page that shares two processors with everything
# else is too slow even for a person.
define run-tests
	cd web && node --test --test-reporter spec test/*.test.js
	@report=$$(mktemp); export BANKCORE_FAULTS_REPORT=$$report; \
	{ export BANKCORE_TEST_CONCURRENT=skip; apart=0; \
	  BANKCORE_TEST_ENGINES=$(SERVER_ON) go test -vet=off $(1) -timeout 40m ./internal/server || apart=1; \
	  BANKCORE_TEST_ENGINES=sqlite,postgres go test -vet=off $(1) -timeout 40m $(BELOW) ./cmd/bankcore ./test/deploy || apart=1; \
	  BANKCORE_TEST_ENGINES=postgres go test -vet=off $(1) -timeout 40m ./internal/store && exit $$apart; } >$$report.apart 2>&1 & apart=$$!; \
	export BANKCORE_TEST_ENGINES=sqlite,serializable; status=0; \
	go test -race $(1) -timeout 40m ./test/faults ./cmd/bankbench/... ./api/... $(OTHERS) || status=1; \
	BANKCORE_TEST_CONCURRENT=only go test -race $(1) -timeout 40m ./internal/server $(BELOW) || status=1; \
	wait $$apart || status=1; cat $$report.apart; rm -f $$report.apart; \
	unset BANKCORE_TEST_ENGINES; go test $(1) -timeout 40m ./test/dashboard || status=1; \
	echo 'The fault runs, see docs/testing.md:'; sort $$report; rm -f $$report; exit $$status
endef
BELOW := ./internal/bank ./internal/reports ./internal/auth ./internal/copier ./internal/verify
OTHERS = $$(go list ./internal/... | grep -vE '/internal/(server|bank|reports|auth|copier|verify)$$')

FAULTS ?= long
.PHONY: faults
faults: postgres ## Run the fault runs alone, in their long form
	BANKCORE_FAULTS=$(FAULTS) go test -race -v -timeout 12h -run '^Test(Kill|Restore|Disk|Power|Pause|StopUnderLoad|Clients|Checker|Clock|Copy|Cut|Injected|Lost|Mutants|Replica)' \
		./test/faults ./internal/server | grep -v '^=== '

# Go's fuzzer sometimes fails because its time is over (go.dev/issue/75804, mended in Go 1.27): that is no finding, and the
# target runs again.
.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME (10s)
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	grep -rho --include='*_test.go' '^func Fuzz[A-Za-z]*' . | sed 's/func //' | sort | while read -r target; do \
		package="./$$(dirname "$$(grep -rl --include='*_test.go' "^func $$target(" .)")"; \
		for try in 1 2 3; do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package" >"$$log" 2>&1; status=$$?; cat "$$log"; \
			test $$status != 0 && grep -q '^ *context deadline exceeded$$' "$$log" && ! grep -q 'Failing input' "$$log" || break; \
		done; \
		test $$status = 0 || exit 1; \
	done

.PHONY: bench
bench: bin/bankbench ## Measure the whole bank for about a minute, taking turns with a bare handler and a bare SQLite loop, and many transfers in one request
	./bin/bankbench --duration 18s --baseline
	./bin/bankbench --duration 6s --connections 4 --mix batch
	BANKCORE_TEST_ENGINE=sqlite go test ./internal/store -run '^$$' -bench '^BenchmarkAThousandTransfersInOneOrder$$'

# ACCOUNTS, CONNECTIONS, HISTORY and DURATION make it shorter: see docs/performance/measure.sh.
.PHONY: performance
performance: bin/bankbench plotter ## Measure for half an hour how costs grow with size, and draw docs/performance/*.svg
	docs/performance/measure.sh
	docs/performance/plot.sh

.PHONY: generate
generate: vendor ## Generate code from the contract and the queries, and the dashboard's types and style
	go tool oapi-codegen -config oapi-codegen.yaml api/openapi.yaml
	go tool oapi-codegen -generate types,client -package client -o api/client/client.gen.go api/openapi.yaml
	go tool sqlc generate
	cd web && npx openapi-typescript ../api/openapi.yaml --alphabetize --output types/api.d.ts
	cd web && npx tailwindcss --input styles/app.css --output app/style.css --minify

# A PostgreSQL migration is complete only once this has run.
.PHONY: objects
objects: postgres ## List what each migration creates on PostgreSQL, for servers to compare with
	BANKCORE_TEST_ENGINE=postgres go test ./internal/store -run '^TestObjectsOfEachVersionAreListed$$' -update

# Third-party files that the pages use are copied from their packages, with their licences, and committed.
.PHONY: vendor
vendor: $(NODE_MODULES)
	{ echo '// @ts-nocheck'; \
	  echo "// uPlot $$(node -p "require('./web/node_modules/uplot/package.json').version"), MIT: see LICENSE-uplot.txt. Made by make generate."; \
	  cat web/node_modules/uplot/dist/uPlot.iife.min.js; echo; echo 'export default uPlot;'; } >web/app/vendor/uplot.js
	cp web/node_modules/uplot/LICENSE web/app/vendor/LICENSE-uplot.txt
	for part in lean-qr=index lean-qr-svg=extras/svg; do { echo '// @ts-nocheck'; \
	  echo "// lean-qr $$(node -p "require('./web/node_modules/lean-qr/package.json').version"), MIT: see LICENSE-lean-qr.txt. Made by make generate."; \
	  cat web/node_modules/lean-qr/$${part#*=}.mjs; echo; } >web/app/vendor/$${part%=*}.js; done
	cp web/node_modules/lean-qr/LICENSE web/app/vendor/LICENSE-lean-qr.txt
	cp web/node_modules/@fontsource-variable/inter/LICENSE web/app/vendor/LICENSE-inter.txt
	cp web/node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2 web/app/inter.woff2
	cd web/node_modules/swagger-ui-dist && cp $(SWAGGER_UI) ../../swagger/
	cp web/node_modules/swagger-ui-dist/LICENSE web/swagger/LICENSE.txt
	cp web/node_modules/swagger-ui-dist/NOTICE web/swagger/NOTICE.txt

$(NODE_MODULES): web/package.json web/package-lock.json
	npm ci --prefix web --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: fresh
fresh: generate ## Fail if the generated code differs from what is committed
	git diff --exit-code -- api internal/api internal/db web
	test -z "$$(git status --porcelain -- api internal/api internal/db web)"

.PHONY: lint
lint: $(NODE_MODULES) ## Check the code, the dashboard's types and the contract
	$(GOLANGCI_LINT) run ./...
	cd web && npx tsc --project .
	$(REDOCLY) lint api/openapi.yaml

.PHONY: vulnerabilities
vulnerabilities: ## Fail if our code calls something with a known vulnerability, where the list of those can be reached
	.ci/vulnerabilities

# The binaries are static, as the Dockerfile's is, and reproducible: the same commit and compilers give the same bytes. The one
# for arm64 needs Debian's gcc-aarch64-linux-gnu and is left out without it.
VERSION := $(shell sed -n 's/^const Version = "\(.*\)"/\1/p' internal/setup/setup.go)
STATIC := -trimpath -buildvcs=false -tags 'sqlite_omit_load_extension netgo osusergo' \
	-ldflags '-s -w -linkmode external -extldflags -static'
.PHONY: release
release: ## Make dist/: static binaries for Linux, their lists of parts (CycloneDX) and their checksums
	rm -rf dist && mkdir dist
	@set -e; for target in amd64=x86_64-linux-gnu-gcc arm64=aarch64-linux-gnu-gcc; do \
		compiler=$${target#*=}; name=dist/bankcore-$(VERSION)-linux-$${target%=*}; \
		command -v $$compiler >/dev/null || { echo "Left out: $$name, because $$compiler is not installed." >&2; continue; }; \
		CC=$$compiler GOOS=linux GOARCH=$${target%=*} go build $(STATIC) -o $$name ./cmd/bankcore; \
		$(CYCLONEDX) bin -json -std -noserial -notimestamp -version v$(VERSION) -output $$name.cdx.json $$name; \
		node web/tools/sbom.mjs $$name.cdx.json; \
	done
	cd dist && sha256sum bankcore-* >SHA256SUMS && cat SHA256SUMS

.PHONY: screenshots
screenshots: browser $(NODE_MODULES) ## Take the documentation's pictures again
	go test ./test/dashboard -run PagesLookRight -count 1 -pictures '$(CURDIR)/bin/pictures'
	cp bin/pictures/overview-light-1280-window.png docs/overview.png
	cp bin/pictures/transfer-check-light-360-window.png docs/transfer.png
	cp bin/pictures/transactions-dark-1280-window.png docs/transactions.png
	cp bin/pictures/admin-light-1280-window.png docs/bank.png

# The browser tests need Chromium. Where it is missing and Debian's packages can be installed, install its headless shell, which takes
# half the processor's time, or else the whole browser.
.PHONY: browser
browser:
	@for browser in chromium-headless-shell headless-shell chromium chromium-browser google-chrome google-chrome-stable; do \
		command -v $$browser >/dev/null && exit 0; \
	done; \
	command -v apt-get >/dev/null || { echo 'The browser tests need Chromium: please install it.' >&2; exit 1; }; \
	sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	$$sudo apt-get update -q && { $$sudo apt-get install -qy --no-install-recommends chromium-headless-shell || \
	$$sudo apt-get install -qy --no-install-recommends chromium; }

# The tests start PostgreSQL servers of their own. Where its programs are missing and Debian's packages can be installed,
# install them without starting a server.
.PHONY: postgres
postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null && exit 0; \
	command -v apt-get >/dev/null || { echo 'The tests need PostgreSQL 15 or newer: please install its programs.' >&2; exit 1; }; \
	sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	$$sudo apt-get update -q && $$sudo apt-get install -qy --no-install-recommends postgresql-common && \
	echo 'create_main_cluster = false' | $$sudo tee -a /etc/postgresql-common/createcluster.conf >/dev/null && \
	$$sudo apt-get install -qy --no-install-recommends postgresql

# The tests read statements with programs that customers use: hledger reads the CSV, Poppler's tools the PDF. Where they are
# missing and Debian's packages can be installed, install them.
.PHONY: readers
readers:
	@command -v hledger >/dev/null && command -v pdftotext >/dev/null && exit 0; \
	command -v apt-get >/dev/null || { echo 'The tests of statements need hledger and poppler-utils: please install them.' >&2; exit 1; }; \
	sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	$$sudo apt-get update -q && $$sudo apt-get install -qy --no-install-recommends hledger poppler-utils

# The plots need gnuplot, and the measurements jq. Where they are missing and Debian's packages can be installed, install them.
.PHONY: plotter
plotter:
	@command -v gnuplot >/dev/null && command -v jq >/dev/null && exit 0; \
	command -v apt-get >/dev/null || { echo 'The measurements need gnuplot and jq: please install them.' >&2; exit 1; }; \
	sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	$$sudo apt-get update -q && $$sudo apt-get install -qy --no-install-recommends gnuplot-nox jq
