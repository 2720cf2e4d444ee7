# Two commands do all the set-up there is: `make run` and `make test`.
PYTHON := .venv/bin/python
SETUP_RUN := deploy/setup.sh deploy/packages-run.txt
SETUP_TEST := deploy/setup.sh deploy/packages-run.txt deploy/packages-test.txt

.PHONY: run test check tour measure faults fleet catalogue clean

run:  ## start backend, payment sandbox, bench and terminal; prints the addresses. DB=postgres: not on SQLite
	@$(SETUP_RUN) $(if $(filter postgres,$(DB)),deploy/packages-postgresql.txt)
	@$(PYTHON) -m deploy.workbench --database $(or $(DB),sqlite)

test:  ## every test tier
	@$(SETUP_TEST)
	@$(PYTHON) -m deploy.test_tiers

check:  ## format, lint, import contracts, types
	@$(SETUP_TEST)
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/lint-imports
	@.venv/bin/basedpyright

tour:  ## two whole journeys from outside; screenshots, receipts, certificates and report under out/tour
	@$(SETUP_TEST)
	@$(PYTHON) -m tests.tour

measure:  ## the benchmark suite; table and plots under out/measure
	@$(SETUP_TEST)
	@$(PYTHON) -m tests.measure

faults:  ## power cuts, kills, bad disks, pulled cables, money under every fault; report under out/faults
	@$(SETUP_TEST)
	@$(PYTHON) -m tests.faults

fleet:  ## a simulated fleet of 5,000 under good and bad changes; report under out/fleet
	@$(SETUP_TEST)
	@$(PYTHON) -m tests.fleet

catalogue:  ## every screen in every state drawn, measured and checked; pictures and report under out/catalogue
	@$(SETUP_TEST)
	@$(PYTHON) -m tests.catalogue

clean:  ## remove what was built and what ran; the virtual environment stays
	rm -rf .build out var
